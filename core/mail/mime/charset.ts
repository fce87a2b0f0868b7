import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { asBuffer, latin1 } from './octets.ts';

/** Names that say nothing of the octets: what they are is told by looking. */
const SAYS_NOTHING: ReadonlySet<string> = new Set([
  '',
  'us-ascii',
  'ascii',
  'utf-8',
  'utf8',
  'unknown-8bit',
  'x-unknown',
  'default',
]);

/**
 * Octets of a charset as Unicode. Never fails: octets that have no meaning in the charset become U+FFFD, and an unknown
 * charset is taken for what it most likely is, UTF-8 if it reads as such, else Windows-1252.
 */
export function decodeText(bytes: Uint8Array, charset: string | undefined): string {
  const name = (charset ?? '').trim().toLowerCase();
  if (isAscii(bytes) && !isShifted(name)) return latin1(asBuffer(bytes), 0, bytes.length);
  if (SAYS_NOTHING.has(name)) return guess(bytes);
  return decodeKnown(bytes, name) ?? guess(bytes);
}

/** Octets of a charset that the caller insists on; undefined for a charset we do not know. */
export function decodeKnown(bytes: Uint8Array, charset: string): string | undefined {
  const name = charset.trim().toLowerCase();
  // The platform's decoders first: native, and they know the names that are used in mail
  if (isPlatformCharset(name)) return new TextDecoder(name, { ignoreBOM: true }).decode(bytes);
  return iconv.encodingExists(name) ? iconv.decode(asBuffer(bytes), name) : undefined;
}

function isPlatformCharset(name: string): boolean {
  try {
    new TextDecoder(name);
    return true;
  } catch {
    return false;
  }
}

/** True for charsets whose octets are ASCII but mean something else. */
function isShifted(name: string): boolean {
  return (
    name.startsWith('iso-2022') ||
    name.startsWith('utf-7') ||
    name.startsWith('utf-16') ||
    name.startsWith('utf-32') ||
    name.startsWith('hz')
  );
}

function guess(bytes: Uint8Array): string {
  return isUtf8(bytes) ? asBuffer(bytes).toString('utf8') : new TextDecoder('windows-1252').decode(bytes);
}
