import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTransfer, withCrlf } from './transfer.ts';

fc.configureGlobal({ seed: 9051 });

function decode(text: string, encoding: string): string | undefined {
  const decoded = decodeTransfer(Buffer.from(text, 'latin1'), encoding);
  return decoded && Buffer.from(decoded).toString('latin1');
}

describe('base64', () => {
  it.each([
    ['QUJD', 'ABC'],
    ['QUJDRA==', 'ABCD'],
    ['QUJD\r\nREVG\r\n', 'ABCDEF'],
    ['QUJDRA', 'ABCD'],
    ['Q U J\tD', 'ABC'],
    ['', ''],
    ['=', ''],
    ['Q', ''],
    ['QUJD!\xe4QUJD', 'ABCABC'],
  ])('decodes %j', (text, expected) => expect(decode(text, 'BASE64')).toBe(expected));

  it('ignores the characters of the URL alphabet, which are not of the alphabet of mail', () => {
    expect(decode('QU-JD_QUJD', 'base64')).toBe('ABCABC');
  });

  it('goes on behind padding: mailing lists put encoded pieces together', () => {
    expect(decode('QQ==\r\nQkM=\r\nREVG', 'base64')).toBe('ABCDEF');
  });

  it('gives back whatever was encoded, cut into lines of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
        const text = Buffer.from(bytes)
          .toString('base64')
          .replaceAll(new RegExp(`.{${width}}`, 'g'), '$&\r\n');
        expect(Buffer.from(decodeTransfer(Buffer.from(text), 'base64')!)).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('quoted-printable', () => {
  it.each([
    ['a=3Db', 'a=b'],
    ['=e4=C4', '\xe4\xc4'],
    ['soft=\r\nbreak', 'softbreak'],
    ['soft=\nbreak', 'softbreak'],
    ['soft=  \t\r\nbreak', 'softbreak'],
    ['blanks \t \r\ngo', 'blanks\r\ngo'],
    ['kept=20\r\n', 'kept \r\n'],
    ['kept =\r\nhere', 'kept here'],
    ['at the end =', 'at the end '],
    ['at the end  ', 'at the end'],
    ['no code: =XY =4', 'no code: =XY =4'],
    ['8-bit \xe4\0', '8-bit \xe4\0'],
    ['', ''],
  ])('decodes %j', (text, expected) => expect(decode(text, 'quoted-printable')).toBe(expected));
});

describe('other encodings', () => {
  it('are the octets as they are, or not known', () => {
    for (const encoding of ['7bit', '8BIT', 'binary']) expect(decode('a=3D\0', encoding)).toBe('a=3D\0');
    expect(decode('a', 'x-uuencode')).toBeUndefined();
  });
});

describe('withCrlf', () => {
  it('completes line ends and touches nothing else', () => {
    const lines = (text: string) => Buffer.from(withCrlf(Buffer.from(text))).toString();
    expect(lines('\na\r\nb\n\n\rc\r')).toBe('\r\na\r\nb\r\n\r\n\rc\r');
    const complete = Buffer.from('a\r\n');
    expect(withCrlf(complete)).toBe(complete);
  });
});
