import type { Column, StoredBlock } from './block.ts';

/** Octets that all caches together may still take. */
export class CacheBudget {
  #left: number;

  constructor(octets: number) {
    this.#left = octets;
  }

  get spent(): boolean {
    return this.#left <= 0;
  }

  /** Gives back when negative. */
  take(octets: number): void {
    this.#left -= octets;
  }
}

/** What is kept of a block. */
interface Kept {
  head: StoredBlock | undefined;
  readonly columns: Map<Column, Buffer>;
  octets: number;
}

/**
 * Columns of blocks, read and found sound once. When the budget is spent nothing more is kept, rather than that a search
 * through a large account drives out what the next search would need.
 */
export class BlockCache {
  readonly #budget: CacheBudget;
  readonly #blocks = new Map<number, Kept>();

  constructor(budget: CacheBudget) {
    this.#budget = budget;
  }

  head(block: number, read: () => StoredBlock): StoredBlock {
    const known = this.#blocks.get(block)?.head;
    if (known) return known;
    const head = read();
    const kept = this.#keep(block, head.ids.byteLength + head.facts.byteLength);
    if (kept) kept.head = head;
    return head;
  }

  column(block: number, column: Column, read: () => Buffer): Buffer {
    const known = this.#blocks.get(block)?.columns.get(column);
    if (known) return known;
    const octets = read();
    this.#keep(block, octets.length)?.columns.set(column, octets);
    return octets;
  }

  forget(block: number): void {
    this.#budget.take(-(this.#blocks.get(block)?.octets ?? 0));
    this.#blocks.delete(block);
  }

  clear(): void {
    for (const block of [...this.#blocks.keys()]) this.forget(block);
  }

  /** Where to keep that many octets more; undefined when they are not to be kept. */
  #keep(block: number, octets: number): Kept | undefined {
    if (this.#budget.spent) return undefined;
    const kept = this.#blocks.get(block) ?? { head: undefined, columns: new Map(), octets: 0 };
    this.#blocks.set(block, kept);
    kept.octets += octets;
    this.#budget.take(octets);
    return kept;
  }
}
