import { mimeLimits } from '../../base/limits.ts';
import { decodeHeader, decodeText, decodeTransfer } from '../mime/decode.ts';
import { decodeExtendedValue } from '../mime/extended-value.ts';
import { FieldScanner, unfold } from '../mime/field-scanner.ts';
import { asBuffer, latin1 } from '../mime/octets.ts';
import { parseParameters } from '../mime/parameters.ts';
import { isMessage } from '../mime/sections.ts';
import { layoutOf } from '../mime/summarise.ts';
import type { PartLayout } from '../summary.ts';
import { visibleText } from './html-text.ts';
import { normalise } from './normalise.ts';

/** All text of a message that SEARCH looks at, normalised. */
export interface SearchText {
  /** One line a field of the message's own header: the name, `: `, the value. */
  readonly header: string;
  readonly body: string;
}

/** What TEXT and BODY look at. Of bodies nothing is cut off, so an answer from them is exact. */
export function searchText(message: Uint8Array, layout: PartLayout): SearchText {
  return { header: headerSearchText(message, layout), body: bodySearchText(message, layout) };
}

/** The header of a part, decoded and normalised. */
export function headerSearchText(message: Uint8Array, part: PartLayout): string {
  let text = '';
  for (const scanner = new FieldScanner(headerOf(message, part)); scanner.next(); ) {
    const name = scanner.name();
    const unfolded = unfold(scanner.value());
    // The empty line
    if (name === '' && unfolded === '') continue;
    for (const value of fieldSearchValues(name, unfolded)) text += `${name}: ${value}\n`;
  }
  return text;
}

/**
 * The values of a field that a search may look for, normalised: what the reader sees, not how it was encoded on its way
 * (RFC 9051 section 6.4.4); of parameters the names of files, which RFC 2231 encodes and cuts in its own way.
 */
export function fieldSearchValues(name: string, value: string): readonly string[] {
  const values = [normalise(decodeHeader(value))];
  if (value.includes('*') && (name === 'content-type' || name === 'content-disposition')) {
    for (const { name: parameter, value: joined } of parseParameters(value, Math.max(0, value.indexOf(';')))) {
      values.push(normalise(parameter.endsWith('*') ? decodeExtendedValue(joined) : joined));
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
  const inside = encodedMessage(message, layout);
  if (inside !== undefined) return headerSearchText(...inside) + bodySearchText(...inside);
  let text = '';
  for (const part of layout.children) text += headerSearchText(message, part) + bodySearchText(message, part);
  return layout.children.length === 0 && isText(layout) ? leafText(message, layout) : text;
}

/**
 * The message inside of a part that has an encoding of its own, which RFC 6532 section 3.7 allows for message/global and some
 * programs give to message/rfc822; and where everything lies in it. Each level is shorter than the one around it.
 */
function encodedMessage(message: Uint8Array, part: PartLayout): readonly [Uint8Array, PartLayout] | undefined {
  if (!isMessage(part) || !ENCODINGS.has(part.encoding)) return undefined;
  const decoded = decodeTransfer(message.subarray(part.bodyStart, part.bodyEnd), part.encoding)!;
  return [decoded, layoutOf(decoded)];
}

const ENCODINGS: ReadonlySet<string> = new Set(['base64', 'quoted-printable']);

function isText(part: PartLayout): boolean {
  return part.mediaType.startsWith('text/') || part.mediaType.startsWith('message/');
}

function leafText(message: Uint8Array, part: PartLayout): string {
  const encoded = message.subarray(part.bodyStart, part.bodyEnd);
  const text = decodeText(decodeTransfer(encoded, part.encoding) ?? encoded, part.charset, part.mediaType);
  const seen = part.mediaType === 'text/html' ? `${normalise(visibleText(text))}\n` : '';
  return `${normalise(text)}\n${seen}`;
}
