import { mimeLimits } from '../../base/limits.ts';
import { decodeHeader, decodeText, decodeTransfer } from '../mime/decode.ts';
import { FieldScanner, unfold } from '../mime/field-scanner.ts';
import { asBuffer, latin1 } from '../mime/octets.ts';

import type { PartLayout } from '../summary.ts';
import { visibleText } from './html-text.ts';
import { normalise } from './normalise.ts';

/** All text of a message that SEARCH looks at, normalised. */
export interface SearchText {
  /** One line a field of the message's own header: the name, `: `, the value. */
  readonly header: string;
  readonly body: string;
}

/** HEADER, TEXT and BODY look at what these give; of bodies nothing is cut off, so an
 * answer from them is exact. */
export function searchText(message: Uint8Array, layout: PartLayout): SearchText {
  return { header: headerSearchText(message, layout), body: bodySearchText(message, layout) };
}

/** The header of a part, decoded and normalised. */
export function headerSearchText(message: Uint8Array, part: PartLayout): string {
  let text = '';
  for (const scanner = new FieldScanner(headerOf(message, part)); scanner.next(); ) {
    const value = unfold(scanner.value());
    if (value === '' && scanner.nameEnd === scanner.start) continue;
    text += fieldSearchText(scanner.name(), value);
  }
  return text;
}

/**
 * Both what the reader sees and what was sent: scripts look for an encoded word as it stands.
 */
function fieldSearchText(name: string, value: string): string {
  const decoded = decodeHeader(value);
  const line = `${name}: ${normalise(decoded)}\n`;
  return value.includes('=?') ? `${line}${name}: ${normalise(value)}\n` : line;
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
  let text = '';
  for (const part of layout.children) text += headerSearchText(message, part) + bodySearchText(message, part);
  return layout.children.length === 0 && isText(layout) ? leafText(message, layout) : text;
}

function isText(part: PartLayout): boolean {
  return part.mediaType.startsWith('text/') || part.mediaType.startsWith('message/');
}

function leafText(message: Uint8Array, part: PartLayout): string {
  const encoded = message.subarray(part.bodyStart, part.bodyEnd);
  const text = decodeText(decodeTransfer(encoded, part.encoding) ?? encoded, part.charset);
  const seen = part.mediaType === 'text/html' ? `${normalise(visibleText(text))}\n` : '';
  return `${normalise(text)}\n${seen}`;
}
