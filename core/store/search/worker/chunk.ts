import { type Column, FACT, fact, type StoredBlock } from './block.ts';
import { BrokenIndex } from './sealed.ts';
import { SLICES } from './signature.ts';

/** The signatures of a message. */
export const SIGNATURES = [
  { column: 'header_signature', length: FACT.headerSignature },
  { column: 'body_signature', length: FACT.bodySignature },
] as const satisfies readonly { readonly column: Column; readonly length: number }[];

/** Where the signatures of a block begin in the slices of its chunk. */
export interface ChunkPlace {
  readonly chunk: number;
  /** In each slice, by signature in the order of SIGNATURES. */
  readonly starts: readonly number[];
}

/** A block with its signatures, by signature. */
export interface SignedBlock {
  readonly block: StoredBlock;
  readonly signatures: readonly Uint8Array[];
}

/**
 * Turns the signatures of some blocks round: by signature and slice, that slice of all messages. They are many enough that
 * the slices a search needs are few reads.
 */
export function sliced(blocks: readonly SignedBlock[]): { slices: Uint8Array[][]; places: number[][] } {
  const places = blocks.map(() => [] as number[]);
  const slices = SIGNATURES.map(({ length }, which) => {
    let width = 0;
    for (const [at, { block }] of blocks.entries()) {
      places[at]!.push(width);
      for (let i = 0; i < block.ids.length; i++) width += fact(block, i, length) / SLICES;
    }
    return Array.from({ length: SLICES }, (_, slice) => oneSlice(blocks, which, slice, width));
  });
  return { slices, places };
}

function oneSlice(blocks: readonly SignedBlock[], which: number, slice: number, width: number): Uint8Array {
  const octets = new Uint8Array(width);
  const { length } = SIGNATURES[which]!;
  let to = 0;
  for (const { block, signatures } of blocks) {
    const from = signatures[which]!;
    let start = 0;
    for (let i = 0; i < block.ids.length; i++) {
      const whole = fact(block, i, length);
      const own = whole / SLICES;
      for (let k = 0; k < own; k++) octets[to++] = from[start + slice * own + k]!;
      start += whole;
    }
  }
  return octets;
}

/** A chunk's blocks and their places, as numbers in a row. A block that is gone has the number 0. */
export function encodePlaces(blocks: readonly number[], places: readonly (readonly number[])[]): Uint8Array {
  return new Uint8Array(Int32Array.from(blocks.flatMap((block, at) => [block, ...places[at]!])).buffer);
}

/** Blocks with their places. @throws BrokenIndex */
export function decodePlaces(chunk: number, octets: Uint8Array): [block: number, place: ChunkPlace][] {
  const numbers = new Int32Array(new Uint8Array(octets).buffer);
  const row = 1 + SIGNATURES.length;
  if (numbers.length % row !== 0) throw new BrokenIndex('A chunk of the search index has the wrong length');
  return Array.from({ length: numbers.length / row }, (_, i) => {
    const [block, ...starts] = numbers.subarray(i * row, (i + 1) * row);
    return [block!, { chunk, starts }];
  });
}
