import { Malformed } from '../../../base/errors.ts';
import { fetchLimits } from '../../../base/limits.ts';
import type { Section, SectionText } from '../../../mail/mime/sections.ts';
import type { ArgumentReader } from '../../wire/argument-reader.ts';
import { astring } from '../../wire/encode.ts';

/** Items that are one word and stand for one value. BODY is one, too, where no bracket follows. */
const PLAIN_ITEMS = [
  'UID',
  'FLAGS',
  'INTERNALDATE',
  'RFC822.SIZE',
  'ENVELOPE',
  'BODYSTRUCTURE',
  'MODSEQ',
  'SAVEDATE',
  'EMAILID',
  'THREADID',
] as const;

/** What a FETCH asks of each message. `label` is what stands before the value in the reply. */
export type FetchItem = PlainItem | ContentItem | BinarySizeItem;

export interface PlainItem {
  readonly kind: 'plain';
  readonly label: (typeof PLAIN_ITEMS)[number] | 'BODY';
}

/** An item whose value is (part of) the message. */
export type ContentItem = BodyItem | BinaryItem;

interface ContentItemBase {
  readonly label: string;
  /** Leaves \Seen alone. */
  readonly peek: boolean;
  readonly partial: PartialRange | undefined;
}

export interface BodyItem extends ContentItemBase {
  readonly kind: 'body';
  readonly section: Section;
}

export interface BinaryItem extends ContentItemBase {
  readonly kind: 'binary';
  /** Part numbers; empty for the message itself. */
  readonly part: readonly number[];
}

export interface BinarySizeItem {
  readonly kind: 'binarySize';
  readonly label: string;
  readonly part: readonly number[];
}

/** Octets wanted of a value. */
export interface PartialRange {
  readonly offset: number;
  /** At least 1. */
  readonly length: number;
}

/** RFC 9051 section 6.4.5; they stand alone, never in a list. */
const MACROS = {
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
} as const;

/** RFC 3501 section 6.4.5: other names for sections of the message. */
const RFC822_ITEMS = {
  RFC822: { peek: false, section: { part: [] } },
  'RFC822.HEADER': { peek: true, section: { part: [], text: 'HEADER' } },
  'RFC822.TEXT': { peek: false, section: { part: [], text: 'TEXT' } },
} as const;

/** "ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")"; what is asked for twice is there once. */
export function expectFetchItems(reader: ArgumentReader): FetchItem[] {
  const macro = reader.keyword('ALL', 'FAST', 'FULL');
  if (macro !== undefined) return MACROS[macro].map((label) => ({ kind: 'plain', label }));
  if (reader.peek() !== OPENING) return [expectItem(reader)];
  const items = reader.expectList(() => expectItem(reader), { min: 1 });
  if (items.length > fetchLimits.items) throw new Malformed(`More than ${fetchLimits.items} items in one FETCH`);
  return withoutRepetitions(items);
}

const OPENING = '('.charCodeAt(0);
const BRACKET = '['.charCodeAt(0);

/** fetch-att (RFC 9051 section 9, RFC 3501 section 9, RFC 7162 section 7, RFC 8474 section 7, RFC 8514 section 5) */
function expectItem(reader: ArgumentReader): FetchItem {
  const plain = reader.keyword(...PLAIN_ITEMS);
  if (plain !== undefined) return { kind: 'plain', label: plain };
  const rfc822 = reader.keyword('RFC822', 'RFC822.HEADER', 'RFC822.TEXT');
  if (rfc822 !== undefined) return { kind: 'body', label: rfc822, partial: undefined, ...RFC822_ITEMS[rfc822] };
  const word = reader.keyword('BODY', 'BODY.PEEK', 'BINARY', 'BINARY.PEEK', 'BINARY.SIZE');
  switch (word) {
    case undefined:
      throw new Malformed('A FETCH item that is not known');
    case 'BODY':
      return reader.peek() === BRACKET ? expectBody(reader, false) : { kind: 'plain', label: 'BODY' };
    case 'BODY.PEEK':
      return expectBody(reader, true);
    case 'BINARY.SIZE':
      return expectBinarySize(reader);
    default:
      return expectBinary(reader, word === 'BINARY.PEEK');
  }
}

/** section ["<" number "." nz-number ">"]; the reply shows only where it starts (RFC 9051 section 7.5.2). */
function expectBody(reader: ArgumentReader, peek: boolean): BodyItem {
  const section = expectSection(reader);
  const partial = readPartial(reader);
  return { kind: 'body', label: `BODY[${sectionName(section)}]${originOf(partial)}`, peek, partial, section };
}

function expectBinary(reader: ArgumentReader, peek: boolean): BinaryItem {
  const part = expectSectionBinary(reader);
  const partial = readPartial(reader);
  return { kind: 'binary', label: `BINARY[${part.join('.')}]${originOf(partial)}`, peek, partial, part };
}

function expectBinarySize(reader: ArgumentReader): BinarySizeItem {
  const part = expectSectionBinary(reader);
  return { kind: 'binarySize', label: `BINARY.SIZE[${part.join('.')}]`, part };
}

/** section = "[" [section-msgtext / (section-part ["." section-text])] "]" */
function expectSection(reader: ArgumentReader): Section {
  reader.expectChar('[');
  if (reader.char(']')) return { part: [] };
  const part: number[] = [];
  let text: SectionText | undefined;
  do {
    const number = reader.nonZeroNumber();
    if (number === undefined) text = expectSectionText(reader, part.length > 0);
    else part.push(number);
  } while (text === undefined && reader.char('.'));
  reader.expectChar(']');
  return { part, text };
}

/** section-msgtext; after part numbers section-text, which has "MIME", too */
function expectSectionText(reader: ArgumentReader, inPart: boolean): SectionText {
  if (inPart && reader.keyword('MIME') !== undefined) return 'MIME';
  const word = reader.expectKeyword('HEADER', 'HEADER.FIELDS', 'HEADER.FIELDS.NOT', 'TEXT');
  if (word === 'HEADER' || word === 'TEXT') return word;
  reader.expectSpace();
  const fields = reader.expectList(() => latin1(reader.expectAstring('a field name')), { min: 1 });
  return { fields, not: word === 'HEADER.FIELDS.NOT' };
}

/** section-binary = "[" [section-part] "]" */
function expectSectionBinary(reader: ArgumentReader): readonly number[] {
  reader.expectChar('[');
  if (reader.char(']')) return [];
  const part: number[] = [];
  do part.push(reader.expectNonZeroNumber('a part number'));
  while (reader.char('.'));
  reader.expectChar(']');
  return part;
}

/** partial = "<" number64 "." nz-number64 ">" */
function readPartial(reader: ArgumentReader): PartialRange | undefined {
  if (!reader.char('<')) return undefined;
  const offset = reader.expectNumber64();
  reader.expectChar('.');
  const length = reader.expectNumber64();
  if (length === 0) throw new Malformed('0 octets asked for');
  reader.expectChar('>');
  return { offset, length };
}

function originOf(partial: PartialRange | undefined): string {
  return partial === undefined ? '' : `<${partial.offset}>`;
}

/** The section as the reply repeats it. */
function sectionName({ part, text }: Section): string {
  const words = text === undefined ? part : [...part, textName(text)];
  return words.join('.');
}

function textName(text: SectionText): string {
  if (typeof text === 'string') return text;
  return `HEADER.FIELDS${text.not ? '.NOT' : ''} (${text.fields.map(astring).join(' ')})`;
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

/** Of items that would look the same in the reply the first; it sets \Seen if any of them does. */
function withoutRepetitions(items: readonly FetchItem[]): FetchItem[] {
  const byName = new Map<string, FetchItem>();
  for (const item of items) {
    const name = 'partial' in item && item.partial !== undefined ? `${item.label}${item.partial.length}` : item.label;
    const setsSeen = 'peek' in item && !item.peek;
    if (setsSeen || !byName.has(name)) byName.set(name, item);
  }
  return [...byName.values()];
}
