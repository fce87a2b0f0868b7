import { describe, expect, it } from 'vitest';
import { compareNames, isBelow, problemOf, superiorNames } from './mailbox-names.ts';

describe('mailbox names', () => {
  it.each([
    '',
    '/a',
    'a/',
    'a//b',
    'a\u0000b',
    'a\r\nb',
    'a\u007fb',
    '\u0085',
    'line\u2028separator',
    'Inbox',
    'inbox/below',
    '\ud800',
    'x'.repeat(1_001),
    'ü'.repeat(501),
    Array.from({ length: 21 }, () => 'x').join('/'),
  ])('cannot be %j', (name) => {
    expect(problemOf(name)).toMatch(/./);
  });

  it.each(['INBOX', 'INBOX/below', 'Work/inbox', 'Entwürfe', '日本語', 'a & b', '~peter', 'x'.repeat(1_000)])(
    'can be %j',
    (name) => {
      expect(problemOf(name)).toBeUndefined();
    },
  );

  it('are listed with INBOX first and what is below right behind', () => {
    const sorted = ['INBOX', 'INBOX/a', 'A', 'A/b', 'A/b/c', 'A b', 'A-b', 'B'];
    expect([...sorted].reverse().sort(compareNames)).toEqual(sorted);
  });

  it('know who is above whom', () => {
    expect(superiorNames('a/b/c')).toEqual(['a', 'a/b']);
    expect(isBelow('ab', 'a')).toBe(false);
    expect(isBelow('a/b', 'a')).toBe(true);
  });
});
