import { Charsets, decodeText } from './charset.ts';
import { asBuffer } from './octets.ts';
import { decodeTransfer } from './transfer.ts';

/** RFC 2047 section 2. The language after `*` is RFC 2231 section 5. Blanks in the text break the rules and are met. */
const ENCODED_WORD = /=\?([^?*\s]{1,60})(?:\*[^?\s]{0,60})?\?([BbQq])\?([^?\r\n]{0,100000})\?=/g;

/** Neighbours of one charset and encoding: senders cut words inside a character, so octets are joined before decoding. */
interface Run {
  readonly charset: string;
  octets: Buffer[];
}

/**
 * An unfolded header value (latin1, one character an octet) as Unicode: encoded words are decoded (RFC 2047 section 6),
 * 8-bit text is read as UTF-8 (RFC 6532) or, if it is none, as Windows-1252.
 * @param charsets those of the message
 */
export function decodeHeader(raw: string, charsets = new Charsets()): string {
  if (!raw.includes('=?')) return decodeRaw(raw, charsets);
  let text = '';
  let run: Run | undefined;
  let from = 0;
  for (const match of raw.matchAll(ENCODED_WORD)) {
    const between = raw.slice(from, match.index);
    const charset = match[1]!.toLowerCase();
    const octets = wordOctets(match[3]!, match[2]!);
    // RFC 2047 6.2: blanks between encoded words are not shown
    const joins = run !== undefined && between.trim() === '';
    if (run && joins && run.charset === charset) run.octets.push(octets);
    else {
      text += endOfRun(run, charsets) + (joins ? '' : decodeRaw(between, charsets));
      run = { charset, octets: [octets] };
    }
    from = match.index + match[0].length;
  }
  return text + endOfRun(run, charsets) + decodeRaw(raw.slice(from), charsets);
}

function endOfRun(run: Run | undefined, charsets: Charsets): string {
  return run === undefined ? '' : decodeText(Buffer.concat(run.octets), run.charset, undefined, charsets);
}

function wordOctets(text: string, encoding: string): Buffer {
  if (encoding === 'B' || encoding === 'b') return asBuffer(decodeTransfer(Buffer.from(text, 'latin1'), 'base64')!);
  return decodeQ(text);
}

const HEX = /=([0-9A-Fa-f]{2})/g;

/** RFC 2047 section 4.2: `_` is a blank, `=XX` an octet. */
function decodeQ(text: string): Buffer {
  const spaced = text.replaceAll('_', ' ');
  const octets = spaced.replace(HEX, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return Buffer.from(octets, 'latin1');
}

const EIGHT_BIT = /[\x80-\xff]/;

function decodeRaw(raw: string, charsets: Charsets): string {
  return EIGHT_BIT.test(raw) ? decodeText(Buffer.from(raw, 'latin1'), undefined, undefined, charsets) : raw;
}
