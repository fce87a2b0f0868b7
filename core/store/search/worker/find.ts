import { normalise } from '../../../mail/search/normalise.ts';
import type { ContentCriterion, DateRelation } from '../../../mail/search-criteria.ts';
import { Asked } from './asked.ts';
import { decompress, FACT, fact, fieldColumn, pieceStarts, type StoredBlock } from './block.ts';
import { AMBIGUOUS_HEADER, FIELDS, NO_DAY, SUBJECT, UNINDEXED } from './indexed-message.ts';
import type { SearchDatabase } from './search-database.ts';
import { gramsOf } from './signature.ts';
import { SignatureFilter } from './signature-filter.ts';

/** Says of each of the blobs (ascending) what the index knows of it. @throws BrokenIndex, and what SQLite throws. */
export function find(database: SearchDatabase, criterion: ContentCriterion, blobs: Float64Array): Uint8Array {
  if (blobs.length === 0) return new Uint8Array();
  const asked = new Asked(blobs);
  switch (criterion.kind) {
    case 'sentDate':
      findByDay(database, asked, criterion.relation, criterion.day);
      break;
    case 'addresses':
      findInColumn(database, asked, FIELDS.indexOf(criterion.field), normalise(criterion.value));
      break;
    case 'header':
      findByField(database, asked, criterion.name.toLowerCase(), normalise(criterion.value));
      break;
    case 'body':
    case 'text':
      findByText(database, asked, Buffer.from(normalise(criterion.value)), criterion.kind === 'text');
      break;
  }
  return asked.verdicts;
}

function findByDay(database: SearchDatabase, asked: Asked, relation: DateRelation, day: number): void {
  for (const block of database.blocks(asked.first, asked.last)) {
    for (const { i, place } of asked.among(block.ids)) {
      if (hasFlag(block, i, UNINDEXED)) continue;
      const own = fact(block, i, FACT.sentDay);
      asked.say(place, own !== NO_DAY && dayFits(own, relation, day));
    }
  }
}

function dayFits(own: number, relation: DateRelation, day: number): boolean {
  if (relation === 'before') return own < day;
  return relation === 'on' ? own === day : own >= day;
}

function findByField(database: SearchDatabase, asked: Asked, name: string, value: string): void {
  if (name === SUBJECT) findInColumn(database, asked, FIELDS.indexOf(SUBJECT), value);
  else findInHeader(database, asked, name, value);
}

/** One of the fields that are kept by themselves. */
function findInColumn(database: SearchDatabase, asked: Asked, at: number, value: string): void {
  const needle = Buffer.from(value);
  // It would be found between two values. None holds a line feed where the header is not ambiguous.
  const possible = !value.includes('\n');
  for (const block of database.blocks(asked.first, asked.last)) {
    const some = asked.among(block.ids);
    if (some.length === 0) continue;
    const column = database.column(block.id, fieldColumn(FIELDS[at]!));
    const holding = possible ? holders(column, pieceStarts(block, FACT.fields + at), needle) : undefined;
    for (const { i, place } of some) {
      if (!hasFlag(block, i, UNINDEXED | AMBIGUOUS_HEADER)) asked.say(place, holding?.[i] === 1);
    }
  }
}

/** For each piece of a glued column 1 if it holds the needle. No needle is in two pieces: pieces end in a line feed. */
function holders(column: Buffer, starts: Uint32Array, needle: Buffer): Uint8Array {
  const count = starts.length - 1;
  const holding = new Uint8Array(count);
  // RFC 9051 6.4.4: an empty value matches any message that has the field.
  if (needle.length === 0) return holding.map((_, i) => (starts[i + 1]! > starts[i]! ? 1 : 0));
  let piece = 0;
  for (let at = column.indexOf(needle); at >= 0; ) {
    while (starts[piece + 1]! <= at) piece++;
    holding[piece] = 1;
    at = column.indexOf(needle, starts[piece + 1]!);
  }
  return holding;
}

/** Any other field: what may have it by its signature is looked up in the text of the header. */
function findInHeader(database: SearchDatabase, asked: Asked, name: string, value: string): void {
  const line = `${name}: `;
  const grams = gramsOf(Buffer.from(value));
  const filter = new SignatureFilter(database, HEADER, grams.length > 0 ? grams : gramsOf(Buffer.from(line)));
  const fits = (header: Buffer) =>
    header
      .toString()
      .split('\n')
      .some((text) => text.startsWith(line) && text.includes(value, line.length));
  for (const block of database.blocks(asked.first, asked.last)) {
    const some = asked.among(block.ids).filter(({ i }) => !hasFlag(block, i, UNINDEXED | AMBIGUOUS_HEADER));
    if (some.length === 0) continue;
    const mayHold = filter.of(block);
    const text = new BlockText(database, block, HEADER_TEXT);
    for (const { i, place } of some) asked.say(place, mayHold(i) && fits(text.of(i)));
  }
}

function findByText(database: SearchDatabase, asked: Asked, needle: Buffer, withHeader: boolean): void {
  const grams = gramsOf(needle);
  // The body first: most words that are anywhere are there, and then the header need not be unpacked.
  const body = { filter: new SignatureFilter(database, BODY, grams), text: BODY_TEXT };
  const kinds = withHeader
    ? [body, { filter: new SignatureFilter(database, HEADER, grams), text: HEADER_TEXT }]
    : [body];
  for (const block of database.blocks(asked.first, asked.last)) {
    const some = asked.among(block.ids).filter(({ i }) => !hasFlag(block, i, UNINDEXED));
    if (some.length === 0) continue;
    const looks = kinds.map(({ filter, text }) => {
      const mayHold = filter.of(block);
      const texts = new BlockText(database, block, text);
      return (i: number) => mayHold(i) && texts.of(i).includes(needle);
    });
    for (const { i, place } of some)
      asked.say(
        place,
        looks.some((look) => look(i)),
      );
  }
}

const HEADER = 0;
const BODY = 1;
const HEADER_TEXT = { column: 'header_text', length: FACT.headerText } as const;
const BODY_TEXT = { column: 'body_text', length: FACT.bodyText } as const;

/** The headers or the bodies of a block's messages, read and unpacked when first needed. */
class BlockText {
  readonly #database: SearchDatabase;
  readonly #block: StoredBlock;
  readonly #kind: typeof HEADER_TEXT | typeof BODY_TEXT;
  #read: { readonly octets: Buffer; readonly starts: Uint32Array } | undefined;

  constructor(database: SearchDatabase, block: StoredBlock, kind: typeof HEADER_TEXT | typeof BODY_TEXT) {
    this.#database = database;
    this.#block = block;
    this.#kind = kind;
  }

  of(i: number): Buffer {
    this.#read ??= this.#unpack();
    const { octets, starts } = this.#read;
    return octets.subarray(starts[i], starts[i + 1]);
  }

  #unpack() {
    const starts = pieceStarts(this.#block, this.#kind.length);
    const packed = this.#database.column(this.#block.id, this.#kind.column);
    return { octets: decompress(packed, starts.at(-1)!), starts };
  }
}

function hasFlag(block: StoredBlock, i: number, flags: number): boolean {
  return (fact(block, i, FACT.flags) & flags) !== 0;
}
