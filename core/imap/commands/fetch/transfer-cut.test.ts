import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTransfer } from '../../../mail/mime/decode.ts';
import { cutTransfer } from './transfer-cut.ts';

/** What comes out when encoded text is read in pieces of these lengths, the last one being the rest. */
function decodedInPieces(text: Buffer, lengths: readonly number[], encoding: string): string {
  let rest: Uint8Array = new Uint8Array(0);
  let at = 0;
  const decoded: Uint8Array[] = [];
  for (const length of [...lengths, text.length]) {
    const cut = cutTransfer(Buffer.concat([rest, text.subarray(at, at + length)]), encoding);
    rest = cut.rest;
    at += length;
    decoded.push(decodeTransfer(cut.complete, encoding)!);
  }
  return Buffer.concat([...decoded, decodeTransfer(rest, encoding)!]).toString('latin1');
}

function expectSameInPieces(text: Buffer, lengths: readonly number[], encoding: string): void {
  const whole = Buffer.from(decodeTransfer(text, encoding)!).toString('latin1');
  expect(decodedInPieces(text, lengths, encoding)).toBe(whole);
}

const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 });

describe('a large part that is decoded piece by piece', () => {
  it('gives the same octets as in one go, in base64 with lines, blanks, foreign octets and padding in its middle', () => {
    const piece = fc
      .tuple(fc.uint8Array({ maxLength: 30 }), fc.constantFrom('\r\n', '\n', ' ', '', '-', '!!'))
      .map(([octets, between]) => Buffer.from(octets).toString('base64') + between);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), lengths, (pieces, cuts) => {
        expectSameInPieces(Buffer.from(pieces.join(''), 'latin1'), cuts, 'base64');
      }),
    );
  });

  it('gives the same octets as in one go, in quoted-printable with soft breaks and blanks at line ends', () => {
    const word = fc.constantFrom('a', 'word ', '=C3=A4', '=\r\n', ' \r\n', '\r\n', '\n', '=\n', '\t', '= \r\n', '=3D');
    // Lines as long as quoted-printable has them: at most 76 characters (RFC 2045 section 6.7).
    const line = fc.array(word, { maxLength: 12 }).map((words) => `${words.join('')}\r\n`);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), fc.array(fc.integer({ min: 80, max: 120 })), (lines, cuts) => {
        expectSameInPieces(Buffer.from(lines.join(''), 'latin1'), cuts, 'quoted-printable');
      }),
    );
  });

  it('never holds back more than a line, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('base64', 'quoted-printable', '8bit'),
        (text, encoding) => {
          const { complete, rest } = cutTransfer(text, encoding);
          const line = text.length - (text.lastIndexOf(0x0a) + 1);
          expect(rest.length).toBeLessThanOrEqual(encoding === 'base64' ? 3 : encoding === '8bit' ? 0 : line);
          expect(complete.length + rest.length).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});
