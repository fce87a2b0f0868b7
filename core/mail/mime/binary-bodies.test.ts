import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PartLayout } from '../summary.ts';
import { encodeBinaryBodies } from './binary-bodies.ts';
import { decodeTransfer } from './decode.ts';
import { summarise } from './summarise.ts';

const octets = fc
  .array(fc.constantFrom(0, 0, 0x0d, 0x0a, 0x2d, 0x41, 0xff), { maxLength: 200 })
  .map((list) => Buffer.from(list));
const encoding = fc.constantFrom(
  '',
  'Content-Transfer-Encoding: binary\r\n',
  'Content-Transfer-Encoding:\r\n 8bit (c)\r\n',
);
const leaf = fc
  .tuple(fc.constantFrom('', '\ufeff'), encoding, fc.constantFrom('\r\n', '\n'), octets)
  .map(([mark, field, end, body]) =>
    Buffer.concat([Buffer.from(`${mark}X-A: b${end}${field}Content-Type: application/x${end}${end}`), body]),
  );
/** A message of parts, whose bodies hold no line of dashes: what is a delimiter must be none of theirs. */
const message = fc.oneof(
  leaf,
  fc
    .array(leaf, { minLength: 1, maxLength: 4 })
    .map((parts) =>
      Buffer.concat([
        Buffer.from('Content-Type: multipart/mixed; boundary=AAAAAAAAAAAAA\r\n\r\n'),
        ...parts.flatMap((part) => [Buffer.from('\r\n--AAAAAAAAAAAAA\r\n'), part]),
        Buffer.from('\r\n--AAAAAAAAAAAAA--\r\n'),
      ]),
    ),
);

function leaves(bytes: Uint8Array, part: PartLayout): { type: string; body: string }[] {
  if (part.children.length > 0) return part.children.flatMap((child) => leaves(bytes, child));
  const body = decodeTransfer(bytes.subarray(part.bodyStart, part.bodyEnd), part.encoding)!;
  return [{ type: part.mediaType, body: Buffer.from(body).toString('latin1') }];
}

const leavesOf = (bytes: Uint8Array) => leaves(bytes, summarise(bytes).parts);

describe('bodies with NULs', () => {
  it('are in base64 afterwards and come to the same octets; a message without NUL is left alone', () => {
    fc.assert(
      fc.property(message, (bytes) => {
        const encoded = encodeBinaryBodies(bytes)!;
        if (!bytes.includes(0)) expect(encoded).toBe(bytes);
        expect(encoded.includes(0)).toBe(false);
        expect(leavesOf(encoded)).toEqual(leavesOf(bytes));
      }),
      { numRuns: 300 },
    );
  });

  it('never come out with a NUL, whatever the message is made of', () => {
    const piece = fc.constantFrom('\0', '\r\n', '\n\n', '--b', 'Content-Type: multipart/mixed; boundary=b', ': ', 'x');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(encodeBinaryBodies(Buffer.from(pieces.join('')))?.includes(0) ?? false).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['in a header', 'Subject: a\0b\r\n\r\nx'],
    ['before the first part', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n\0\r\n--b\r\n\r\nx\r\n--b--'],
    ['inside of what is signed', 'Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n\0\r\n--b--'],
    ['in what is encoded already', 'Content-Transfer-Encoding: base64\r\n\r\naGk=\0'],
    ['in a message without an empty line', '\0'],
  ])('are not made up where nothing could take them: %s', (_, text) => {
    expect(encodeBinaryBodies(Buffer.from(text))).toBeUndefined();
  });
});
