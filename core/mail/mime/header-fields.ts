import { LISTED_FIELDS } from '../summary.ts';
import { FieldScanner, unfold } from './field-scanner.ts';
import { ListedFieldsWriter } from './listed-fields.ts';

/** Lists: several fields of the name count as one, as if written one behind the other. */
const LISTS: ReadonlySet<string> = new Set(['from', 'sender', 'reply-to', 'to', 'cc', 'bcc']);
const SINGLE = [
  'date',
  'subject',
  'in-reply-to',
  'message-id',
  'content-type',
  'content-transfer-encoding',
  'content-id',
];
const STRUCTURE = ['content-description', 'content-disposition', 'content-language', 'content-location', 'content-md5'];
/** The fields that ENVELOPE and BODYSTRUCTURE are made from. */
const USED: ReadonlySet<string> = new Set([...LISTS, ...SINGLE, ...STRUCTURE]);

/** A quick no for most fields: which pairs of first letter and length occur among the names of interest. */
const OF_INTEREST = new Uint8Array(32 * 64);
for (const name of [...USED, ...LISTED_FIELDS]) OF_INTEREST[shape(name.charCodeAt(0), name.length)] = 1;

function shape(firstLetter: number, length: number): number {
  return (firstLetter & 31) * 64 + length;
}

/** Values of one header's fields, unfolded, by lower-case name. */
export type HeaderFields = ReadonlyMap<string, string>;

/** The fields that make up ENVELOPE and BODYSTRUCTURE. Of a field that may stand once only, the
 * first that is not empty counts. */
export function readFields(header: string): HeaderFields {
  const fields = new Map<string, string>();
  for (const scanner = new FieldScanner(header); scanner.next(); ) {
    if (ofInterest(scanner)) keep(fields, scanner.name(), scanner);
  }
  return fields;
}

/** The same, and with it the fields of LISTED_FIELDS as they stand in the header. */
export function readListedFields(header: string): { fields: HeaderFields; listed: ListedFieldsWriter } {
  const fields = new Map<string, string>();
  const listed = new ListedFieldsWriter();
  for (const scanner = new FieldScanner(header); scanner.next(); ) {
    if (!ofInterest(scanner)) continue;
    const name = scanner.name();
    if (LISTED_FIELDS.has(name)) listed.add(name, scanner.field());
    keep(fields, name, scanner);
  }
  return { fields, listed };
}

function ofInterest(scanner: FieldScanner): boolean {
  const length = scanner.nameEnd - scanner.start;
  return length < 64 && OF_INTEREST[shape(scanner.text.charCodeAt(scanner.start), length)] === 1;
}

function keep(fields: Map<string, string>, name: string, scanner: FieldScanner): void {
  if (!USED.has(name)) return;
  const before = fields.get(name);
  if (!before) fields.set(name, unfold(scanner.value()));
  else if (LISTS.has(name)) fields.set(name, `${before}, ${unfold(scanner.value())}`);
}
