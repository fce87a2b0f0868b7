import { searchLimits } from '../../../base/limits.ts';
import { fact, pieceStarts, type StoredBlock } from './block.ts';
import { type ChunkPlace, SIGNATURES } from './chunk.ts';
import type { SearchDatabase } from './search-database.ts';
import { mayHold, mayHoldIn, SLICES, sliceOf } from './signature.ts';

/** Looks at one signature of messages, block by block: which of them may hold all the grams. */
export class SignatureFilter {
  readonly #database: SearchDatabase;
  /** Of SIGNATURES. */
  readonly #which: number;
  readonly #grams: Uint32Array;
  /** Those that are looked up in slices, each in one of its own. */
  readonly #chosen: readonly number[];
  /** The slices of the chosen grams, of the chunk that was asked for last. */
  #slices: { readonly chunk: number; readonly octets: readonly Buffer[] } | undefined;

  constructor(database: SearchDatabase, which: number, grams: Uint32Array) {
    this.#database = database;
    this.#which = which;
    this.#grams = grams;
    this.#chosen = chosen(grams);
  }

  /** @returns whether the i-th message of the block may hold the grams; asked in any order. */
  of(block: StoredBlock): (i: number) => boolean {
    const place = this.#database.chunks.placeOf(block.id);
    return place ? this.#inChunk(block, place) : this.#inBlock(block);
  }

  #inBlock(block: StoredBlock): (i: number) => boolean {
    const { column, length } = SIGNATURES[this.#which]!;
    const octets = this.#database.column(block.id, column);
    const starts = pieceStarts(block, length);
    return (i) => mayHold(octets, starts[i]!, starts[i + 1]! - starts[i]!, this.#grams);
  }

  #inChunk(block: StoredBlock, { chunk, starts }: ChunkPlace): (i: number) => boolean {
    const slices = this.#slicesOf(chunk);
    const { length } = SIGNATURES[this.#which]!;
    const pieces = pieceStarts(block, length);
    return (i) => {
      const start = starts[this.#which]! + pieces[i]! / SLICES;
      const width = fact(block, i, length) / SLICES;
      return this.#chosen.every((gram, at) => mayHoldIn(slices[at]!, start, width, gram));
    };
  }

  #slicesOf(chunk: number): readonly Buffer[] {
    if (this.#slices?.chunk !== chunk) {
      const octets = this.#chosen.map((gram) => this.#database.chunks.slice(chunk, this.#which, sliceOf(gram)));
      this.#slices = { chunk, octets };
    }
    return this.#slices.octets;
  }
}

/** Some grams from all over the needle, no two of one slice. */
function chosen(grams: Uint32Array): number[] {
  const bySlice = new Map<number, number>();
  const step = Math.max(1, Math.floor(grams.length / searchLimits.slices));
  for (let from = 0; from < step; from++) {
    for (let i = from; i < grams.length && bySlice.size < searchLimits.slices; i += step) {
      bySlice.set(sliceOf(grams[i]!), grams[i]!);
    }
  }
  return [...bySlice.values()];
}
