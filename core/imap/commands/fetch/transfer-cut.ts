/** Encoded octets that can be decoded by themselves, and those that have to wait for what follows them. */
export interface TransferCut {
  readonly complete: Uint8Array;
  /** Short: never more than a line, or three characters of base64. */
  readonly rest: Uint8Array;
}

/** Cuts encoded text so that its pieces, decoded one by one, give what the whole gives. */
export function cutTransfer(piece: Uint8Array, encoding: string): TransferCut {
  if (encoding === 'base64') return afterQuantum(piece);
  return cutAt(piece, encoding === 'quoted-printable' ? endOfLine(piece) : piece.length);
}

/**
 * After the last whole group of four characters (RFC 4648 section 4). Others mean nothing; after padding counting begins
 * anew.
 */
function afterQuantum(piece: Uint8Array): TransferCut {
  let characters = 0;
  for (let at = piece.lastIndexOf(EQUALS) + 1; at < piece.length; at++) characters += IN_ALPHABET[piece[at]!]!;
  const rest: number[] = [];
  let end = piece.length;
  while (rest.length < (characters & 3)) {
    end--;
    if (IN_ALPHABET[piece[end]!] === 1) rest.unshift(piece[end]!);
  }
  return { complete: piece.subarray(0, end), rest: Uint8Array.from(rest) };
}

const EQUALS = 0x3d;
const LINE_FEED = 0x0a;
const IN_ALPHABET = new Uint8Array(256);
for (const character of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')) {
  IN_ALPHABET[character] = 1;
}

/** After the last line: what belongs together in quoted-printable, `=` and what it escapes, lies on one or ends one. */
function endOfLine(piece: Uint8Array): number {
  const lineFeed = piece.lastIndexOf(LINE_FEED);
  if (lineFeed >= 0) return lineFeed + 1;
  // A line of this length is nobody's quoted-printable: cut it before an escape that may not be complete.
  const code = piece.indexOf(EQUALS, Math.max(0, piece.length - 2));
  return code < 0 ? piece.length : code;
}

function cutAt(piece: Uint8Array, at: number): TransferCut {
  return { complete: piece.subarray(0, at), rest: piece.subarray(at) };
}
