import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleText } from './html-text.ts';
import { normalise, piecesOf } from './normalise.ts';
import { decodeSearchString } from './search-string.ts';

fc.configureGlobal({ seed: 9051 });

describe('normalise', () => {
  it('makes one text of all ways to write it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const once = normalise(text);
        expect(normalise(once)).toBe(once);
        expect(normalise(text.normalize('NFD'))).toBe(once);
        expect(normalise(text.normalize('NFC'))).toBe(once);
        expect(normalise(text.toUpperCase())).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['ABC', 'abc'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['Straße', 'STRASSE'],
    ['ﬁn', 'FIN'],
    ['Привет', 'ПРИВЕТ'],
    ['Ａ１', 'a1'],
    ['İstanbul', 'istanbul'],
    ['I\u0307stanbul', 'ISTANBUL'],
    ['각', '\u1100\u1161\u11a8'],
  ])('takes %s for %s', (one, other) => expect(normalise(one)).toBe(normalise(other)));

  it.each([
    ['가', '각'],
    ['서', '서울에 선'],
  ])('finds %s where it is a letter of its own, and not as a part of another', (letter, text) => {
    expect(normalise(text).includes(normalise(letter))).toBe(text.includes(letter));
  });

  it('makes the same of a text at once and in pieces, wherever they are cut', () => {
    const letters = fc.constantFrom('a', 'e\u0301', '\u0323', '\u0301', 'ﾊﾞ', '\uff9e', '😀', 'Σ', '가', '각', ' ', 'ﷺ');
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (parts, length) => {
        const text = parts.join('');
        expect([...piecesOf(text, length)].join('')).toBe(text);
        expect([...piecesOf(text, length)].map((piece) => normalise(piece)).join('')).toBe(normalise(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('ends where it is told to, however long a letter becomes', () => {
    expect(normalise('ﷺ'.repeat(200_000), 1_000)).toHaveLength(1_000);
    expect(normalise(`${'x'.repeat(100_000)}END`)).toMatch(/end$/);
  });

  it('keeps a part of a text a part of it, however long the text is', () => {
    const text = 'Müde Bären, größer als Flöhe: '.repeat(200);
    expect(normalise(text)).toContain(normalise('BÄREN, GRÖSSER'));
    expect(normalise(`${'я'.repeat(3_000)}, ДА`)).toContain(normalise('я, да'));
  });
});

describe('visibleText', () => {
  it.each([
    ['a<b>b</b>c', 'abc'],
    ['<p>a</p><p>b</p>', ' a  b '],
    ['a<br/>b', 'a b'],
    ['<script>x</script>a', '  a'],
    ['<STYLE>x', ' '],
    ['a<!-- <b> -->b', 'a b'],
    ['&lt;&auml;&Auml;&#228;&#xE4;&nbsp;&bogus;&', '<äÄää\u00a0&bogus;&'],
    ['&#1114112;&#0;', '&#1114112;&#0;'],
    ['1 < 2', '1 < 2'],
    ['<a never closed', '<a never closed'],
    ['<!-- never closed', '<!-- never closed'],
    ['a<!-->b', 'a<!-->b'],
  ])('shows %j', (html, text) => expect(visibleText(html)).toBe(text));
});

describe('decodeSearchString', () => {
  const decode = (octets: string, charset?: string) => decodeSearchString(Buffer.from(octets, 'latin1'), charset);

  it('reads the charset named, UTF-8 when none is', () => {
    expect(decode('\xc3\xa4')).toBe('ä');
    expect(decode('\xc3\xa4', 'US-ASCII')).toBe('ä');
    expect(decode('\xe4', 'ISO-8859-1')).toBe('ä');
    expect(decode('\xd0', 'KOI8-R')).toBe('п');
  });

  it('refuses a charset nobody knows, and octets that are not of the charset', () => {
    expect(decode('a', 'x-nobody')).toBeUndefined();
    expect(decode('\xe4', 'UTF-8')).toBeUndefined();
  });
});
