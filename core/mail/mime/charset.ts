import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { mimeLimits } from '../../base/limits.ts';
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

const WINDOWS_1252 = new TextDecoder('windows-1252');

interface Decoder {
  /** Never fails: what has no meaning in the charset becomes U+FFFD. */
  decode(bytes: Uint8Array): string;
  /** Decoded character by character, by a program that the platform has no share in. */
  readonly slow: boolean;
}

/** The charsets that one message names: each name is looked up once, up to mimeLimits.charsets of them. */
export class Charsets {
  readonly #decoders = new Map<string, Decoder | undefined>();

  /** Undefined where the name says nothing, or nothing that we know. */
  decoderOf(charset: string | undefined): Decoder | undefined {
    const name = (charset ?? '').trim().toLowerCase();
    if (SAYS_NOTHING.has(name)) return undefined;
    if (!this.#decoders.has(name)) {
      if (this.#decoders.size >= mimeLimits.charsets) return undefined;
      this.#decoders.set(name, decoderOf(name));
    }
    return this.#decoders.get(name);
  }
}

/**
 * Octets of a charset as Unicode. Never fails: octets that have no meaning in the charset become U+FFFD, and an unknown
 * charset is taken for what it most likely is: ISO-2022-JP by its escape sequences, UTF-8 if it reads as such, what an
 * HTML page says of itself, else Windows-1252.
 * @param mediaType such as `text/html`
 * @param charsets those of the message
 */
export function decodeText(
  bytes: Uint8Array,
  charset: string | undefined,
  mediaType?: string,
  charsets = new Charsets(),
): string {
  const said = charsets.decoderOf(charset);
  if (said !== undefined) return said.decode(bytes);
  if (looksLikeIso2022Jp(bytes)) return new TextDecoder('iso-2022-jp').decode(bytes);
  const page = mediaType === 'text/html' ? saidInHtml(bytes) : undefined;
  if (page === undefined && isAscii(bytes)) return latin1(asBuffer(bytes), 0, bytes.length);
  if (isUtf8(bytes)) return asBuffer(bytes).toString('utf8');
  return (page ?? WINDOWS_1252).decode(bytes);
}

/** Octets of a charset that the caller insists on; undefined for a charset we do not know. */
export function decodeKnown(bytes: Uint8Array, charset: string): string | undefined {
  return decoderOf(charset)?.decode(bytes);
}

/** Undefined for what is no charset, or none that anybody here knows. */
function decoderOf(label: string): Decoder | undefined {
  for (const name of charsetNames(label)) {
    if (name === 'iso-2022-kr') return { decode: decodeIso2022Kr, slow: true };
    if (name === 'hz') return { decode: decodeHz, slow: true };
    // The platform's decoders first: native, and they know the names that are used in mail
    if (isPlatformCharset(name)) {
      return { decode: (bytes) => new TextDecoder(name, { ignoreBOM: true }).decode(bytes), slow: false };
    }
    if (iconv.encodingExists(name)) return { decode: (bytes) => iconv.decode(asBuffer(bytes), name), slow: true };
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

/**
 * `<meta charset=…>` or `<meta http-equiv="Content-Type" content="text/html; charset=…">`, near the beginning. Of the
 * charsets that browsers know, as the HTML standard has it.
 */
function saidInHtml(bytes: Uint8Array): Decoder | undefined {
  const start = latin1(asBuffer(bytes), 0, Math.min(bytes.length, 2_048));
  const said = /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(start)?.[1];
  const decoder = said === undefined ? undefined : decoderOf(said);
  return decoder?.slow === true ? undefined : decoder;
}
