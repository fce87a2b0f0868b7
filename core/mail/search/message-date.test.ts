import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessageDate } from './message-date.ts';

fc.configureGlobal({ seed: 9051 });

describe('parseMessageDate', () => {
  it.each([
    ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06Z', -360],
    ['21 Nov 1997 09:55 +0130', '1997-11-21T08:25:00Z', 90],
    ['Fri, 21 Nov 97 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06Z', -360],
    ['Wed, 17 Jul 1996 02:23:25 -0700 (PDT (summer))', '1996-07-17T09:23:25Z', -420],
    ['Wed, 17 Jul 1996 02:23:25 PDT', '1996-07-17T09:23:25Z', -420],
    ['Wed, 17 Jul 1996 02:23:25 GMT', '1996-07-17T02:23:25Z', 0],
    ['Wed, 17 Jul 1996 02:23:25 GMT+0200', '1996-07-17T00:23:25Z', 120],
    ['Wed, 17 Jul 1996 02:23:25 +02:00', '1996-07-17T00:23:25Z', 120],
    ['Wed, 17 Jul 1996 02:23:25 XYZ', '1996-07-17T02:23:25Z', 0],
    ['17 July 1996', '1996-07-17T00:00:00Z', 0],
    ['17-Jul-1996 02:23:25 +0000', '1996-07-17T02:23:25Z', 0],
    ['Thu, 13 Feb 69 23:32:54 -0330', '1969-02-14T03:02:54Z', -210],
    ['1 Jan 49 00:00:00 +0000', '2049-01-01T00:00:00Z', 0],
    ['1 Jan 102 00:00:00 +0000', '2002-01-01T00:00:00Z', 0],
    ['31 Dec 2016 23:59:60 +0000', '2017-01-01T00:00:00Z', 0],
    ['Mon Sep 30 05:11:40 2002', '2002-09-30T05:11:40Z', 0],
    ['Mon Sep  3 05:11:40 EDT 2002', '2002-09-03T09:11:40Z', -240],
    ['Mon Sep 30 05:11:40 2002 +0200', '2002-09-30T03:11:40Z', 120],
    ['2002-09-30T05:11:40Z', '2002-09-30T05:11:40Z', 0],
    ['2002-09-30 05:11:40.123 +02:00', '2002-09-30T03:11:40Z', 120],
    ['2002-09-30', '2002-09-30T00:00:00Z', 0],
    ['Wed, 29 May 2002 4:54:6 PM +0300', '2002-05-29T13:54:06Z', 180],
  ])('reads %j', (raw, time, zone) => {
    expect(parseMessageDate(raw)).toEqual({ time: Date.parse(time), zone });
  });

  it.each([
    '',
    'soon',
    '32 Nov 1997',
    '30 Feb 2000 00:00:00',
    '1 Foo 2000',
    '1 Jan 2000 25:00:00',
    '1 Jan 2000 24:30:00',
    '2002-13-01',
    '<HR>',
  ])('refuses %j', (raw) => expect(parseMessageDate(raw)).toBeUndefined());

  it('never throws', () => {
    const piece = fc.constantFrom(
      '1',
      '31',
      '2000',
      'jan',
      'Mon',
      ',',
      ' ',
      ':',
      '-',
      '+',
      '(',
      ')',
      'T',
      'am',
      '\0',
      '\xff',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const date = parseMessageDate(pieces.join(''));
        expect(date === undefined || Number.isFinite(date.time)).toBe(true);
      }),
    );
  });
});
