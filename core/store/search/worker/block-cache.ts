import type { Column } from './block.ts';

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

type Part = Column | 'ids' | 'facts';

/**
 * Columns of blocks, read and found sound once. When the budget is spent nothing more is kept, rather than that a search
 * through a large account drives out what the next search would need.
 */
export class BlockCache {
  readonly #budget: CacheBudget;
  readonly #blocks = new Map<number, Map<Part, Buffer>>();

  constructor(budget: CacheBudget) {
    this.#budget = budget;
  }

  get(block: number, part: Part, read: () => Buffer): Buffer {
    const known = this.#blocks.get(block)?.get(part);
    if (known) return known;
    const octets = read();
    if (!this.#budget.spent) this.#keep(block, part, octets);
    return octets;
  }

  forget(block: number): void {
    const parts = this.#blocks.get(block);
    if (!parts) return;
    for (const octets of parts.values()) this.#budget.take(-octets.length);
    this.#blocks.delete(block);
  }

  clear(): void {
    for (const block of [...this.#blocks.keys()]) this.forget(block);
  }

  #keep(block: number, part: Part, octets: Buffer): void {
    const parts = this.#blocks.get(block) ?? new Map<Part, Buffer>();
    this.#blocks.set(block, parts.set(part, octets));
    this.#budget.take(octets.length);
  }
}
