import type { PartLayout } from '../summary.ts';
import { FieldScanner } from './field-scanner.ts';
import { asBuffer, latin1 } from './octets.ts';

/** What stands in the brackets of BODY[…] (RFC 9051 section 6.4.5.1). */
export interface Section {
  /** Part numbers; empty for the message itself. */
  readonly part: readonly number[];
  readonly text?: SectionText | undefined;
}

export type SectionText = 'HEADER' | 'TEXT' | 'MIME' | FieldSelection;

/** HEADER.FIELDS, or HEADER.FIELDS.NOT with `not`. */
export interface FieldSelection {
  readonly fields: readonly string[];
  readonly not: boolean;
}

/** Octets [start, end) of the message, or of the decoded body of the innermost message that is encoded. */
export interface OctetRange {
  readonly start: number;
  readonly end: number;
  /** Encoded messages around it, the outermost first: each lies in the decoded body of the one before. */
  readonly inside: readonly PartLayout[];
}

/** A part, and the encoded messages around it. */
export interface PartPlace {
  readonly part: PartLayout;
  readonly inside: readonly PartLayout[];
}

/**
 * Where a section lies in the message; undefined when there is no such part. For a selection of fields it is the whole
 * header they are to be taken from (headerFields).
 */
export function sectionRange(layout: PartLayout, section: Section): OctetRange | undefined {
  const { part: numbers, text } = section;
  if (numbers.length === 0) return text === 'MIME' ? undefined : ofMessage(layout, text);
  const place = findPlace(layout, numbers);
  if (!place) return undefined;
  const { part, inside } = place;
  if (text === undefined) return { start: part.bodyStart, end: part.bodyEnd, inside };
  if (text === 'MIME') return { start: part.headerStart, end: part.bodyStart, inside };
  // RFC 9051 6.4.5.1: the other specifiers need a part that is a message
  const message = isMessage(part) ? part.children[0] : undefined;
  return message && ofMessage(message, text, part.isEncodedMessage ? [...inside, part] : inside);
}

function ofMessage(
  message: PartLayout,
  text: SectionText | undefined,
  inside: readonly PartLayout[] = NOTHING_AROUND,
): OctetRange {
  if (text === undefined) return { start: message.headerStart, end: message.bodyEnd, inside };
  if (text === 'TEXT') return { start: message.bodyStart, end: message.bodyEnd, inside };
  return { start: message.headerStart, end: message.bodyStart, inside };
}

const NOTHING_AROUND: readonly never[] = [];

/**
 * The part of these numbers; undefined when there is none. For no numbers the message itself.
 * A message's own part numbers are those of its multipart; if it is none, its body is part 1 (RFC 9051 6.4.5.1).
 */
export function findPart(layout: PartLayout, numbers: readonly number[]): PartLayout | undefined {
  return findPlace(layout, numbers)?.part;
}

/** The same, and what is around it. */
export function findPlace(layout: PartLayout, numbers: readonly number[]): PartPlace | undefined {
  let part: PartLayout | undefined = layout;
  let inside: readonly PartLayout[] = NOTHING_AROUND;
  let isWholeMessage = true;
  for (const number of numbers) {
    if (!isWholeMessage && isMessage(part)) {
      if (part.isEncodedMessage) inside = [...inside, part];
      part = part.children[0];
      isWholeMessage = true;
    }
    if (!part) return undefined;
    if (isMultipart(part)) part = part.children[number - 1];
    else if (!isWholeMessage || number !== 1) return undefined;
    isWholeMessage = false;
    if (!part) return undefined;
  }
  return { part, inside };
}

export function isMultipart(part: PartLayout): boolean {
  return part.mediaType.startsWith('multipart/');
}

/** True for a part that holds a message (RFC 9051 section 6.4.5.1, RFC 6532 section 3.7). */
export function isMessage(part: PartLayout): boolean {
  return part.mediaType === 'message/rfc822' || part.mediaType === 'message/global';
}

/**
 * HEADER.FIELDS and HEADER.FIELDS.NOT of a header: the fields as they are, folding included, then the empty line if the
 * header has one (RFC 9051 section 6.4.5.1). Names are lower case. Lines that are no field belong to none of the names.
 */
export function headerFields(header: Uint8Array, names: ReadonlySet<string>, not: boolean): string {
  const bytes = asBuffer(header);
  return selectFields(latin1(bytes, 0, bytes.length), names, not);
}

function selectFields(header: string, names: ReadonlySet<string>, not: boolean): string {
  const lengths = lengthsOf(names);
  let selected = '';
  let emptyLine = '';
  for (const scanner = new FieldScanner(header); scanner.next(); ) {
    if (isEmptyLine(scanner)) emptyLine = scanner.field();
    else if (isAmong(names, lengths, scanner) !== not) selected += scanner.field();
  }
  return selected + emptyLine;
}

/** A bit for each length that occurs, modulo 32: rules out most fields before their name is cut out. */
function lengthsOf(names: ReadonlySet<string>): number {
  let lengths = 0;
  for (const name of names) lengths |= 1 << name.length;
  return lengths;
}

function isAmong(names: ReadonlySet<string>, lengths: number, scanner: FieldScanner): boolean {
  return ((lengths >> (scanner.nameEnd - scanner.start)) & 1) === 1 && names.has(scanner.name());
}

function isEmptyLine(scanner: FieldScanner): boolean {
  const length = scanner.end - scanner.start;
  return length <= 3 && /^\r{0,2}\n$/.test(scanner.field());
}
