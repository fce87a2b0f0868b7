import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from '../../base/errors.ts';
import { dateTime } from './encode.ts';
import { readerOf } from './testing.ts';

// The same examples in every run: a failure must come back.
fc.configureGlobal({ seed: 9051 });

function parse(text: string) {
  const reader = readerOf(text);
  const value = reader.expectDateTime();
  reader.expectEnd();
  return value;
}

function parseDate(text: string) {
  const reader = readerOf(text);
  const day = reader.expectDate();
  reader.expectEnd();
  return day;
}

describe('dates that are none', () => {
  it.each([
    '17-Jul-1996 02:44:25 -0700',
    '"17-Jul-1996 02:44:25 -0700',
    '"17-Jul-1996 02:44:25"',
    '"17-Jul-1996 02:44 -0700"',
    '"17-Jul-96 02:44:25 -0700"',
    '"17-Jul-1996 2:44:25 -0700"',
    '"17-July-1996 02:44:25 -0700"',
    '"17 Jul 1996 02:44:25 -0700"',
    '"17-Jul-1996 02:44:25 0700"',
    '"17-Jul-1996 02:44:25 -07:00"',
    '"17-Jul-1996 02:44:25 GMT"',
    '"00-Jul-1996 02:44:25 -0700"',
    '"31-Jun-1996 02:44:25 -0700"',
    '"29-Feb-1995 02:44:25 -0700"',
    '"17-Foo-1996 02:44:25 -0700"',
    '"17-Jul-1996 24:44:25 -0700"',
    '"17-Jul-1996 02:60:25 -0700"',
    '"17-Jul-1996 02:44:61 -0700"',
    '"17-Jul-1996 02:44:25 -2400"',
    '"17-Jul-1996 02:44:25 -0060"',
    '""',
  ])('as a moment: %s', (text) => {
    expect(() => parse(text)).toThrow(Malformed);
  });

  it.each([
    '',
    '1-Feb',
    '"1-Feb-1994',
    '1-Feb-1994"',
    '1-Feb-94',
    '001-Feb-1994',
    '0-Feb-1994',
    '30-Feb-1994',
    '1-Fob-1994',
    ' 1-Feb-1994',
    '1/2/1994',
    '1-Feb-19940',
  ])('as a day: %j', (text) => {
    expect(() => parseDate(text)).toThrow(Malformed);
  });
});

describe('date-time', () => {
  it('keeps the zone beside the moment', () => {
    expect(parse('"17-Jul-1996 02:44:25 -0700"')).toEqual({ time: Date.UTC(1996, 6, 17, 9, 44, 25), zone: -420 });
    expect(parse('"01-jan-2020 00:00:00 +0545"')).toEqual({ time: Date.UTC(2019, 11, 31, 18, 15), zone: 345 });
    expect(parse('"31-Dec-2016 23:59:60 +0000"')).toEqual({ time: Date.UTC(2017, 0, 1), zone: 0 });
    expect(Object.is(parse('"01-Jan-2020 00:00:00 -0000"').zone, 0)).toBe(true);
  });

  it('takes a day of one digit with a space, a zero, or (some clients) without', () => {
    const expected = { time: Date.UTC(2020, 1, 1), zone: 0 };
    for (const day of [' 1', '01', '1']) expect(parse(`"${day}-Feb-2020 00:00:00 +0000"`)).toEqual(expected);
  });

  it('does not take years below 100 for those of the last century', () => {
    expect(parse('"01-Jan-0070 00:00:00 +0000"').time).toBe(Date.parse('0070-01-01T00:00:00Z'));
  });

  it('is written with a fixed length', () => {
    expect(dateTime(Date.UTC(2020, 1, 1, 3, 4, 5), 0)).toBe('" 1-Feb-2020 03:04:05 +0000"');
    expect(dateTime(Date.UTC(1996, 6, 17, 9, 44, 25), -420)).toBe('"17-Jul-1996 02:44:25 -0700"');
    expect(dateTime(Date.UTC(2020, 1, 1), -30)).toBe('"31-Jan-2020 23:30:00 -0030"');
  });

  it('never shows a year that is not of four digits, whatever an imported message claims', () => {
    expect(dateTime(Date.UTC(20_024, 1, 1), 0)).toBe('"31-Dec-9999 23:59:59 +0000"');
    expect(dateTime(Date.parse('0000-01-01T00:00:00Z'), -60)).toBe('" 1-Jan-0000 00:00:00 -0100"');
  });

  it('comes back as it was given', () => {
    const seconds = fc.integer({ min: Date.parse('0001-01-01') / 1000, max: Date.parse('9998-12-31') / 1000 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: -1439, max: 1439 }), (second, zone) => {
        const text = dateTime(second * 1000, zone);
        expect(text).toHaveLength(28);
        expect(parse(text)).toEqual({ time: second * 1000, zone });
      }),
    );
  });
});

describe('date', () => {
  it('is a number of days, with or without quotes', () => {
    expect(parseDate('1-Jan-1970')).toBe(0);
    expect(parseDate('"02-JAN-1970"')).toBe(1);
    expect(parseDate('31-Dec-1969')).toBe(-1);
    expect(parseDate('29-Feb-2024')).toBe(Date.UTC(2024, 1, 29) / 86_400_000);
  });
});
