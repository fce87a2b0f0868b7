import type { FactTable } from '../index/fact-table.ts';

const RESERVED_AT_ONCE = 1_000;

/** Gives out blob ids, each once for ever. The index learns of them by the thousand, not with every commit. */
export class BlobIds {
  #next: number;
  #ceiling: number;

  /** @param next the first id to give out. Every one below may have been used. */
  constructor(next: number) {
    this.#next = next;
    this.#ceiling = next;
  }

  /** The next id that will be given out. */
  get next(): number {
    return this.#next;
  }

  /** The first of `count` ids in a row. */
  take(count: number): number {
    this.#next += count;
    return this.#next - count;
  }

  /**
   * To be called in the transaction that first uses the ids given out. Returns what to call after its commit.
   * An id of a transaction that a power cut undoes has been shown to nobody.
   */
  reserve(facts: FactTable): () => void {
    if (this.#next <= this.#ceiling) return () => {};
    const ceiling = this.#next + RESERVED_AT_ONCE;
    facts.set('blobCeiling', ceiling);
    return () => {
      this.#ceiling = Math.max(this.#ceiling, ceiling);
    };
  }
}
