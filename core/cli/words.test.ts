import { describe, expect, it } from 'vitest';
import { jsonText } from './json-option.ts';
import { table } from './table.ts';
import { durationText, octetsText, useText } from './words.ts';

describe('text from elsewhere', () => {
  const evil = 'Outlook\u001b[2J\u009b2J\u0085\r\nkaren\u2028\u2029\u202e\u2066\u200b\u{e0041}  enabled';
  const steering = /[^\P{C}\n]|[\p{Zl}\p{Zp}]/u;

  it('cannot steer the terminal of an administrator, nor begin a line of its own', () => {
    const shown = table([
      ['CLIENT', 'USER'],
      [evil, 'olaf'],
    ]);
    expect(shown).not.toMatch(steering);
    expect(shown.split('\n')).toHaveLength(3);
  });

  it('stays the same in JSON, which holds no control character either', () => {
    expect(jsonText([evil], 0)).not.toMatch(steering);
    expect(JSON.parse(jsonText([evil]))).toEqual([evil]);
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [1023, '1023'],
    [1024, '1.0 KiB'],
    [5 * 1024 ** 3, '5.0 GiB'],
    [5000 * 1024 ** 4, '5000.0 TiB'],
  ])('%d octets are %s', (octets, text) => expect(octetsText(octets)).toBe(text));

  it.each([
    [-5, '0 s'],
    [99_999, '99 s'],
    [100_000, '1 min'],
    [7_200_000, '2 h'],
    [10 * 86_400_000, '10 d'],
  ])('%d ms last %s', (milliseconds, text) => expect(durationText(milliseconds)).toBe(text));

  it('tells what is not known from what is nothing', () => {
    expect(useText(undefined, 0, String)).toBe('?');
    expect(useText(0, 10, String)).toBe('0 of 10');
  });
});
