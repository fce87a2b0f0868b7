import { asBuffer, CR, DASH, isBlank, LF, latin1 } from './octets.ts';

const EQUALS = 0x3d;
const UNDERSCORE = 0x5f;

/**
 * Takes the Content-Transfer-Encoding off a body (RFC 2045 section 6). Undefined for an encoding we do not know (the
 * caller answers UNKNOWN-CTE, RFC 3516). What breaks the rules of a known encoding is decoded as far as it makes sense.
 * The result may share memory with the body.
 */
export function decodeTransfer(body: Uint8Array, encoding: string): Uint8Array | undefined {
  switch (encoding.toLowerCase()) {
    case '7bit':
    case '8bit':
    case 'binary':
    case '':
      return body;
    case 'base64':
      return decodeBase64(asBuffer(body));
    case 'quoted-printable':
      return decodeQuotedPrintable(asBuffer(body));
    default:
      return undefined;
  }
}

/**
 * Whether the body of a message/rfc822 or message/global has the encoding that is said of it: RFC 2046 section 5.2.1 forbids
 * any to the first, and some programs say base64 of a message that stands there readably.
 */
export function isMessageEncoded(body: Uint8Array, encoding: string): boolean {
  if (encoding === 'quoted-printable') return true;
  return encoding === 'base64' && !body.subarray(0, FIRST_LINES).includes(COLON);
}

/** A header has a colon, and base64 has none. */
const COLON = 0x3a;
const FIRST_LINES = 200;

function decodeBase64(body: Buffer): Buffer {
  const text = latin1(body, 0, body.length);
  const padding = text.indexOf('=');
  const isRegular =
    (padding < 0 || onlyPaddingFrom(text, padding)) && !body.includes(DASH) && !body.includes(UNDERSCORE);
  return isRegular ? Buffer.from(text, 'base64') : decodeIrregularBase64(body);
}

/**
 * Node's own decoder is fast, but stops at padding and takes the two characters of the URL alphabet for data. Here
 * characters outside of the alphabet are ignored (RFC 2045 section 6.8), and behind padding another encoded piece may
 * follow.
 */
function decodeIrregularBase64(body: Buffer): Buffer {
  const decoded = Buffer.allocUnsafe(Math.ceil((body.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < body.length; i++) {
    const octet = body[i]!;
    if (octet === EQUALS) held = 0;
    const value = base64Digit(octet);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    decoded[length++] = bits >> held;
  }
  return decoded.subarray(0, length);
}

function base64Digit(octet: number): number {
  if (octet >= 0x41 && octet <= 0x5a) return octet - 0x41;
  if (octet >= 0x61 && octet <= 0x7a) return octet - 0x61 + 26;
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30 + 52;
  if (octet === 0x2b) return 62;
  return octet === 0x2f ? 63 : -1;
}

function onlyPaddingFrom(text: string, start: number): boolean {
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== EQUALS && code !== LF && code !== CR && !isBlank(code)) return false;
  }
  return true;
}

/**
 * RFC 2045 section 6.7. An equals sign that begins no code stays as it is (robust implementations do so, says the
 * section); blanks at the end of a line were added on the way and go (rule 3).
 */
function decodeQuotedPrintable(body: Buffer): Buffer {
  const decoded = Buffer.allocUnsafe(body.length);
  let length = 0;
  /** How far the decoded octets are safe from being taken back as blanks at the end of a line. */
  let kept = 0;
  for (let i = 0; i < body.length; i++) {
    const octet = body[i]!;
    if (octet === EQUALS) {
      const after = softBreak(body, i + 1);
      if (after >= 0) {
        kept = length;
        i = after - 1;
        continue;
      }
      const value = hexDigit(body[i + 1]) * 16 + hexDigit(body[i + 2]);
      if (value >= 0) i += 2;
      decoded[length++] = value >= 0 ? value : EQUALS;
      kept = length;
      continue;
    }
    if (octet === LF || (octet === CR && body[i + 1] === LF)) {
      while (length > kept && isBlank(decoded[length - 1]!)) length--;
    }
    decoded[length++] = octet;
  }
  while (length > kept && isBlank(decoded[length - 1]!)) length--;
  return decoded.subarray(0, length);
}

/** The position behind `blanks CRLF` at `start`, or -1 when the line goes on. The end of the body ends a line. */
function softBreak(body: Buffer, start: number): number {
  let i = start;
  while (i < body.length && isBlank(body[i]!)) i++;
  if (i >= body.length) return i;
  if (body[i] === CR) i++;
  return body[i] === LF ? i + 1 : -1;
}

/** The value of a hexadecimal digit; far below zero for what is none, so that a sum with it stays below zero. */
function hexDigit(octet: number | undefined): number {
  if (octet === undefined) return Number.NEGATIVE_INFINITY;
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NEGATIVE_INFINITY;
}

/**
 * The same octets with every line end as CRLF. Text in BINARY[…] must be sent so whatever the sender's base64 held
 * (RFC 9051 section 7.5.2).
 */
export function withCrlf(text: Uint8Array): Uint8Array {
  const missing = countBareLineFeeds(text);
  if (missing === 0) return text;
  const result = Buffer.allocUnsafe(text.length + missing);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const octet = text[i]!;
    if (octet === LF && text[i - 1] !== CR) result[length++] = CR;
    result[length++] = octet;
  }
  return result;
}

function countBareLineFeeds(text: Uint8Array): number {
  let bare = 0;
  for (let i = 0; i < text.length; i++) if (text[i] === LF && text[i - 1] !== CR) bare++;
  return bare;
}
