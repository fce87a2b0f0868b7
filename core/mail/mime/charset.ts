import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { charsetNames } from './charset-names.ts';
import { asBuffer, latin1 } from './octets.ts';
import { decodeHz, decodeIso2022Kr, looksLikeIso2022Jp } from './shifted-charsets.ts';

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

type Decoder = (bytes: Uint8Array) => string;

const WINDOWS_1252: Decoder = (bytes) => new TextDecoder('windows-1252').decode(bytes);

/**
 * Octets of a charset as Unicode. Never fails: octets that have no meaning in the charset become U+FFFD, and an unknown
 * charset is taken for what it most likely is: ISO-2022-JP by its escape sequences, what an HTML page says of itself, UTF-8 if
 * it reads as such, else Windows-1252.
 * @param mediaType such as `text/html`
 */
export function decodeText(bytes: Uint8Array, charset: string | undefined, mediaType?: string): string {
  const name = (charset ?? '').trim().toLowerCase();
  const decoder = SAYS_NOTHING.has(name) ? undefined : decoderOf(name);
  if (decoder !== undefined) return decoder(bytes);
  const said = mediaType === 'text/html' ? saidInHtml(bytes) : undefined;
  if (looksLikeIso2022Jp(bytes) || said === 'iso-2022-jp') return new TextDecoder('iso-2022-jp').decode(bytes);
  if (isAscii(bytes)) return latin1(asBuffer(bytes), 0, bytes.length);
  if (isUtf8(bytes)) return asBuffer(bytes).toString('utf8');
  const decode = said === undefined ? undefined : decoderOf(said);
  return (decode ?? WINDOWS_1252)(bytes);
}

/** Octets of a charset that the caller insists on; undefined for a charset we do not know. */
export function decodeKnown(bytes: Uint8Array, charset: string): string | undefined {
  return decoderOf(charset)?.(bytes);
}

/** Undefined for what is no charset, or none that anybody here knows. */
function decoderOf(label: string): Decoder | undefined {
  for (const name of charsetNames(label)) {
    if (name === 'iso-2022-kr') return decodeIso2022Kr;
    if (name === 'hz') return decodeHz;
    // The platform's decoders first: native, and they know the names that are used in mail
    if (isPlatformCharset(name)) return (bytes) => new TextDecoder(name, { ignoreBOM: true }).decode(bytes);
    if (iconv.encodingExists(name)) return (bytes) => iconv.decode(asBuffer(bytes), name);
  }
  return undefined;
}

function isPlatformCharset(name: string): boolean {
  try {
    new TextDecoder(name);
    return true;
  } catch {
    return false;
  }
}

/** `<meta charset=…>` or `<meta http-equiv="Content-Type" content="text/html; charset=…">`, near the beginning. */
function saidInHtml(bytes: Uint8Array): string | undefined {
  const start = latin1(asBuffer(bytes), 0, Math.min(bytes.length, 2_048));
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(start)?.[1];
}
