/** Charsets that switch between ASCII and two octets a character by control sequences; no decoder of Node.js has them. */

const ESCAPE = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const TILDE = 0x7e;

/** ISO-2022-KR (RFC 1557): between SO and SI the octets are EUC-KR without their high bits. */
export function decodeIso2022Kr(bytes: Uint8Array): string {
  const plain: number[] = [];
  let shifted = false;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    // The designation `ESC $ ) C`
    if (octet === ESCAPE && bytes[i + 1] === 0x24 && bytes[i + 2] === 0x29) i += 3;
    else if (octet === SHIFT_OUT) shifted = true;
    else if (octet === SHIFT_IN || octet === 0x0a) {
      shifted = false;
      if (octet === 0x0a) plain.push(octet);
    } else plain.push(shifted && octet > 0x20 ? octet | 0x80 : octet);
  }
  return new TextDecoder('euc-kr').decode(Uint8Array.from(plain));
}

/** HZ (RFC 1843): between `~{` and `~}` the octets are GB 2312 without their high bits. */
export function decodeHz(bytes: Uint8Array): string {
  const plain: number[] = [];
  let shifted = false;
  for (let i = 0; i < bytes.length; i++) {
    const octet = bytes[i]!;
    if (octet !== TILDE) {
      if (octet === 0x0a) shifted = false;
      plain.push(shifted && octet > 0x20 ? octet | 0x80 : octet);
      continue;
    }
    const next = bytes[++i];
    if (next === 0x7b) shifted = true;
    else if (next === 0x7d) shifted = false;
    else if (next === TILDE) plain.push(TILDE);
    else if (next !== 0x0a && next !== undefined) plain.push(TILDE, next);
  }
  return new TextDecoder('gbk').decode(Uint8Array.from(plain));
}

/** `ESC $ @`, `ESC $ B`, `ESC ( J`, `ESC ( I`: text that says by itself that it is ISO-2022-JP (RFC 1468). */
export function looksLikeIso2022Jp(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(ESCAPE); at >= 0; at = bytes.indexOf(ESCAPE, at + 1)) {
    const [second, third] = [bytes[at + 1], bytes[at + 2]];
    if (second === 0x24 && (third === 0x40 || third === 0x42)) return true;
    if (second === 0x28 && (third === 0x4a || third === 0x49)) return true;
  }
  return false;
}
