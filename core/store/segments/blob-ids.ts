import type { FactTable } from '../index/fact-table.ts';

const RESERVED_AT_ONCE = 1_000;

/** Gives out blob ids, each once for ever. The index learns of them by the thousand, not with every commit. */
export class BlobIds {
  #next: number;
  #ceiling: number;
  /** First ids of appends under way, in the order they began. */
  readonly #underWay = new Set<number>();
  #waiting: (() => void)[] = [];

  /** @param next the first id to give out. Every one below may have been used. */
  constructor(next: number) {
    this.#next = next;
    this.#ceiling = next;
  }

  /** The next id that will be given out. */
  get next(): number {
    return this.#next;
  }

  /** The first of `count` ids in a row. To be followed by `done` when the messages are durable, or given up. */
  take(count: number): number {
    const first = this.#next;
    this.#next += count;
    this.#underWay.add(first);
    return first;
  }

  done(first: number): void {
    this.#underWay.delete(first);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  /** Resolves when all appends that are under way now are done. */
  async settled(): Promise<void> {
    const next = this.#next;
    while (this.settledBelow < next) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Whatever has a lower id is flushed, or was never promised. */
  get settledBelow(): number {
    const [oldest = this.#next] = this.#underWay;
    return oldest;
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
