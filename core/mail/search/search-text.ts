import { mimeLimits, searchLimits } from '../../base/limits.ts';
import { Charsets, decodeHeader, decodeText, decodeTransfer } from '../mime/decode.ts';
import { decodeExtendedValue } from '../mime/extended-value.ts';
import { FieldScanner, unfold } from '../mime/field-scanner.ts';
import { asBuffer, latin1 } from '../mime/octets.ts';
import { parseParameters } from '../mime/parameters.ts';
import { isMessage } from '../mime/sections.ts';
import { layoutOf } from '../mime/summarise.ts';
import { isMessageEncoded } from '../mime/transfer.ts';
import type { PartLayout } from '../summary.ts';
import { visibleText } from './html-text.ts';
import { normalise } from './normalise.ts';

/** quoted-printable takes three octets for one, and line ends (RFC 2045 section 6.7). */
const LONGEST_ENCODING = 4;

/** All text of a message that SEARCH looks at, normalised. */
export interface SearchText {
  /** One line a field of the message's own header: the name, `: `, the value. */
  readonly header: string;
  readonly body: string;
}

/** What TEXT and BODY look at, to the last octet that searchLimits allow: an answer from it is exact. */
export function searchText(message: Uint8Array, layout: PartLayout): SearchText {
  return { header: headerSearchText(message, layout), body: bodySearchText(message, layout) };
}

/** What may still be looked at of one message. */
interface Allowance {
  /** Octets of bodies; those of a slow charset count more than once. */
  bodies: number;
  /** Octets of headers. */
  headers: number;
  /** Characters of normalised text. */
  characters: number;
  readonly charsets: Charsets;
}

/** The header of a message, decoded and normalised. */
export function headerSearchText(message: Uint8Array, part: PartLayout): string {
  return headerText(headerOf(message, part), new Charsets());
}

function headerText(header: string, charsets: Charsets): string {
  let text = '';
  for (const scanner = new FieldScanner(header); scanner.next(); ) {
    const name = scanner.name();
    const unfolded = unfold(scanner.value());
    // The empty line
    if (name === '' && unfolded === '') continue;
    for (const value of fieldSearchValues(name, unfolded, charsets)) text += `${name}: ${value}\n`;
  }
  return text;
}

/**
 * The values of a field that a search may look for, normalised: what the reader sees, not how it was encoded on its way
 * (RFC 9051 section 6.4.4); of parameters the names of files, which RFC 2231 encodes and cuts in its own way.
 * @param charsets those of the message
 */
export function fieldSearchValues(name: string, value: string, charsets: Charsets): readonly string[] {
  const values = [normalise(decodeHeader(value, charsets))];
  if (value.includes('*') && (name === 'content-type' || name === 'content-disposition')) {
    for (const { name: parameter, value: joined } of parseParameters(value, Math.max(0, value.indexOf(';')))) {
      values.push(normalise(parameter.endsWith('*') ? decodeExtendedValue(joined, charsets) : joined));
    }
  }
  return values;
}

/** A part's header as latin1 text, as far as we look at headers. */
export function headerOf(message: Uint8Array, part: PartLayout): string {
  const end = Math.min(part.bodyStart, part.headerStart + mimeLimits.header);
  return latin1(asBuffer(message), part.headerStart, end);
}

/**
 * What the message holds below its own header: text of all kinds, transfer encodings and charsets taken off, the headers of
 * messages inside, and the MIME headers of the parts, so that an attachment is found by its name. HTML is searched as it
 * was sent and as it is seen. Preambles and epilogues, which nobody sees, are left out.
 */
export function bodySearchText(message: Uint8Array, layout: PartLayout): string {
  const { bodies, headers, normalised: characters } = searchLimits;
  return bodyText(message, layout, { bodies, headers, characters, charsets: new Charsets() });
}

function bodyText(message: Uint8Array, layout: PartLayout, left: Allowance): string {
  const inside = encodedMessage(message, layout, left);
  if (inside !== undefined) return partText(...inside, left);
  let text = '';
  for (const part of layout.children) text += partText(message, part, left);
  return layout.children.length === 0 && isText(layout) ? leafText(message, layout, left) : text;
}

/** A part with its header. */
function partText(message: Uint8Array, part: PartLayout, left: Allowance): string {
  const header = headerOf(message, part).slice(0, left.headers);
  left.headers -= header.length;
  return headerText(header, left.charsets) + bodyText(message, part, left);
}

/**
 * The message inside of a part that has an encoding of its own, which RFC 6532 section 3.7 allows for message/global and some
 * programs give to message/rfc822; and where everything lies in it. Each level is shorter than the one around it.
 */
function encodedMessage(
  message: Uint8Array,
  part: PartLayout,
  left: Allowance,
): readonly [Uint8Array, PartLayout] | undefined {
  const body = message.subarray(part.bodyStart, part.bodyEnd);
  if (!isMessage(part) || !isMessageEncoded(body, part.encoding)) return undefined;
  const decoded = decodedOctets(message, part, left.bodies);
  return [decoded, layoutOf(decoded)];
}

function isText(part: PartLayout): boolean {
  return part.mediaType.startsWith('text/') || part.mediaType.startsWith('message/');
}

function leafText(message: Uint8Array, part: PartLayout, left: Allowance): string {
  const octets = leafOctets(message, part, left);
  const text = decodeText(octets, part.charset, part.mediaType, left.charsets);
  const sent = normalise(text, left.characters);
  left.characters -= sent.length;
  const seen = part.mediaType === 'text/html' ? `${normalise(visibleText(text), left.characters)}\n` : '';
  left.characters -= seen.length;
  return `${sent}\n${seen}`;
}

/** What may be looked at of a part, its transfer encoding taken off. */
function leafOctets(message: Uint8Array, part: PartLayout, left: Allowance): Uint8Array {
  const slow = left.charsets.decoderOf(part.charset)?.slow === true;
  const price = slow ? searchLimits.slowCharset : part.mediaType === 'text/html' ? searchLimits.html : 1;
  const octets = decodedOctets(message, part, Math.floor(left.bodies / price));
  left.bodies -= octets.length * price;
  return octets;
}

/** The first octets of a part's body, its transfer encoding taken off. */
function decodedOctets(message: Uint8Array, part: PartLayout, most: number): Uint8Array {
  const encoded = message.subarray(part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + most * LONGEST_ENCODING));
  return (decodeTransfer(encoded, part.encoding) ?? encoded).subarray(0, most);
}
