import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { FIELDS, type IndexedField, type IndexedMessage } from './indexed-message.ts';
import { BrokenIndex } from './sealed.ts';

/** The tables that hold the columns of blocks. */
export const COLUMNS = [
  'from_field',
  'to_field',
  'cc_field',
  'bcc_field',
  'subject_field',
  'header_signature',
  'body_signature',
  'header_text',
  'body_text',
] as const;
export type Column = (typeof COLUMNS)[number];

export function fieldColumn(field: IndexedField): Column {
  return `${field}_field`;
}

/** Numbers kept of each message of a block, in this order. */
export const FACT = {
  size: 0,
  flags: 1,
  sentDay: 2,
  headerText: 3,
  bodyText: 4,
  headerSignature: 5,
  bodySignature: 6,
  /** The first of the lengths of FIELDS. */
  fields: 7,
} as const;
const FACTS = FACT.fields + FIELDS.length;

/**
 * A block as it is stored: some messages with neighbouring ids, their texts glued together column by column. Compressed
 * together texts take half the space they take one by one.
 */
export interface StoredBlock {
  readonly id: number;
  /** Ascending. */
  readonly ids: Float64Array;
  /** FACTS numbers for each message. */
  readonly facts: Int32Array;
}

/** @throws BrokenIndex */
export function decodeBlockHead(id: number, idOctets: Buffer, factOctets: Buffer): StoredBlock {
  const ids = new Float64Array(aligned(idOctets));
  const facts = new Int32Array(aligned(factOctets));
  if (facts.length !== ids.length * FACTS) throw new BrokenIndex('A block of the search index has the wrong length');
  return { id, ids, facts };
}

/** A number of message `i` of the block. */
export function fact({ facts }: StoredBlock, i: number, which: number): number {
  return facts[i * FACTS + which]!;
}

/** Where the messages' pieces of a glued column begin; the last number is its end. `which` is the fact with the length. */
export function pieceStarts(block: StoredBlock, which: number): Uint32Array {
  const starts = new Uint32Array(block.ids.length + 1);
  for (let i = 0; i < block.ids.length; i++) starts[i + 1] = starts[i]! + fact(block, i, which);
  return starts;
}

/** Octets of a glued column. */
export function totalLength(block: StoredBlock, which: number): number {
  let total = 0;
  for (let i = 0; i < block.ids.length; i++) total += fact(block, i, which);
  return total;
}

export interface EncodedBlock {
  readonly ids: Uint8Array;
  readonly facts: Uint8Array;
  readonly columns: Record<Column, Uint8Array>;
}

export function encodeBlock(messages: readonly IndexedMessage[]): EncodedBlock {
  const glue = (piece: (message: IndexedMessage) => Uint8Array) => Buffer.concat(messages.map(piece));
  const fields = FIELDS.map((field, i) => [fieldColumn(field), glue((message) => message.fields[i]!)]);
  return {
    ids: new Uint8Array(Float64Array.from(messages, (message) => message.blob).buffer),
    facts: new Uint8Array(Int32Array.from(messages.flatMap(factsOf)).buffer),
    columns: {
      ...(Object.fromEntries(fields) as Record<Column, Uint8Array>),
      header_signature: glue((message) => message.headerSignature),
      body_signature: glue((message) => message.bodySignature),
      header_text: compress(glue((message) => message.header)),
      body_text: compress(glue((message) => message.body)),
    },
  };
}

function factsOf(message: IndexedMessage): number[] {
  const { size, flags, sentDay, header, body, headerSignature, bodySignature, fields } = message;
  const lengths = [header, body, headerSignature, bodySignature, ...fields].map((bytes) => bytes.length);
  return [size, flags, sentDay, ...lengths];
}

/** The messages of a block again, so that more can be added. `column` reads the columns. */
export function decodeBlock(block: StoredBlock, column: (name: Column) => Buffer): IndexedMessage[] {
  const pieces = (bytes: Uint8Array, which: number) => {
    const starts = pieceStarts(block, which);
    return (i: number) => bytes.subarray(starts[i], starts[i + 1]);
  };
  const header = pieces(decompress(column('header_text'), totalLength(block, FACT.headerText)), FACT.headerText);
  const body = pieces(decompress(column('body_text'), totalLength(block, FACT.bodyText)), FACT.bodyText);
  const headerSignature = pieces(column('header_signature'), FACT.headerSignature);
  const bodySignature = pieces(column('body_signature'), FACT.bodySignature);
  const fields = FIELDS.map((field, at) => pieces(column(fieldColumn(field)), FACT.fields + at));
  return Array.from(block.ids, (blob, i) => ({
    blob,
    size: fact(block, i, FACT.size),
    flags: fact(block, i, FACT.flags),
    sentDay: fact(block, i, FACT.sentDay),
    header: header(i),
    body: body(i),
    headerSignature: headerSignature(i),
    bodySignature: bodySignature(i),
    fields: fields.map((piece) => piece(i)),
  }));
}

const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Zstandard at its fastest: 400 MB/s, and 700 MB/s back, for a fifth of the space. */
function compress(text: Uint8Array): Uint8Array {
  return zstdCompressSync(text, FASTEST);
}

/** @param length what it was before. In one piece: growing buffers and gluing them takes as long as unpacking. */
export function decompress(compressed: Uint8Array, length: number): Buffer {
  return zstdDecompressSync(compressed, { chunkSize: Math.max(length, LEAST_CHUNK) });
}

/** What zlib asks for. */
const LEAST_CHUNK = 64;

/** Memory of its own, aligned as typed arrays need it. */
function aligned(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
