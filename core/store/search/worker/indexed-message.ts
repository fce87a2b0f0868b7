import { searchLimits } from '../../../base/limits.ts';
import { Charsets } from '../../../mail/mime/decode.ts';
import { FieldScanner, unfold } from '../../../mail/mime/field-scanner.ts';
import { summarise } from '../../../mail/mime/summarise.ts';
import { addressSearchValues } from '../../../mail/search/address-text.ts';
import { sentDay } from '../../../mail/search/matches.ts';
import { fieldSearchValues, headerOf, searchText } from '../../../mail/search/search-text.ts';
import { ADDRESS_FIELDS } from '../../../mail/search-criteria.ts';
import type { PartLayout } from '../../../mail/summary.ts';
import type { SignatureMaker } from './signature.ts';

export const SUBJECT = 'subject';
/**
 * Fields that clients search by far the most, in the order of their columns. They are kept once more, by themselves: of the
 * first the addresses, and the subject as it is.
 */
export const FIELDS = [...ADDRESS_FIELDS, SUBJECT] as const;
export type IndexedField = (typeof FIELDS)[number];

/** Says that nothing is known of the message: it is to be looked at whenever it is asked about. */
export const UNINDEXED = 1;
/** Says that the text of the header does not tell where fields begin: HEADER is to look at the message. */
export const AMBIGUOUS_HEADER = 2;
/** For a message without a date. */
export const NO_DAY = -(2 ** 31);

/** What the index keeps of a message. All text is what core/mail/search looks at, normalised, as UTF-8. */
export interface IndexedMessage {
  readonly blob: number;
  /** Octets of the message. */
  readonly size: number;
  /** UNINDEXED, AMBIGUOUS_HEADER or 0. */
  readonly flags: number;
  /** Days since 1970-01-01 of the Date: field, or NO_DAY. */
  readonly sentDay: number;
  readonly header: Uint8Array;
  readonly body: Uint8Array;
  readonly headerSignature: Uint8Array;
  readonly bodySignature: Uint8Array;
  /** By column of FIELDS: each value with a line feed behind it. */
  readonly fields: readonly Uint8Array[];
}

const NOTHING = new Uint8Array();

/** Takes out of a message what is searched. Never throws for what the message holds. */
export function indexMessage(blob: number, message: Uint8Array, maker: SignatureMaker): IndexedMessage {
  const layout = summarise(message).parts;
  if (textOctets(layout) > searchLimits.text) return unindexed(blob, message.length);
  const { header, body } = searchText(message, layout);
  const values = fieldValues(message, layout);
  // UTF-8 has no half characters: what would come back is another text.
  if (!header.isWellFormed() || !body.isWellFormed()) return unindexed(blob, message.length);
  const headerOctets = Buffer.from(header);
  const bodyOctets = Buffer.from(body);
  return {
    blob,
    size: message.length,
    flags: values.ambiguous ? AMBIGUOUS_HEADER : 0,
    sentDay: sentDay(message, layout) ?? NO_DAY,
    header: headerOctets,
    body: bodyOctets,
    headerSignature: maker.make(headerOctets),
    bodySignature: maker.make(bodyOctets),
    fields: values.texts.map((text) => Buffer.from(text)),
  };
}

/** Stands for a message that the index can say nothing of. */
export function unindexed(blob: number, size: number): IndexedMessage {
  const nothing = { header: NOTHING, body: NOTHING, headerSignature: NOTHING, bodySignature: NOTHING };
  return { blob, size, flags: UNINDEXED, sentDay: NO_DAY, ...nothing, fields: FIELDS.map(() => NOTHING) };
}

/** Octets of the parts that searches decode, as they are sent. */
function textOctets(part: PartLayout): number {
  const own = part.bodyStart - part.headerStart;
  if (part.children.length > 0) return part.children.reduce((sum, child) => sum + textOctets(child), own);
  const isText = part.mediaType.startsWith('text/') || part.mediaType.startsWith('message/');
  return isText ? own + part.bodyEnd - part.bodyStart : own;
}

/** The values of FIELDS, and whether a line feed that was encoded in some value makes lines ambiguous. */
function fieldValues(message: Uint8Array, layout: PartLayout): { texts: string[]; ambiguous: boolean } {
  const texts = FIELDS.map(() => '');
  let ambiguous = false;
  const charsets = new Charsets();
  for (const scanner = new FieldScanner(headerOf(message, layout)); scanner.next(); ) {
    const name = scanner.name();
    const column = FIELDS.indexOf(name as IndexedField);
    const raw = unfold(scanner.value());
    const values = fieldSearchValues(name, raw, charsets);
    const kept = column < 0 ? [] : name === SUBJECT ? values : addressSearchValues(raw, charsets);
    ambiguous ||= [...values, ...kept].some((value) => value.includes('\n'));
    for (const value of kept) texts[column] += `${value}\n`;
  }
  return { texts, ambiguous };
}
