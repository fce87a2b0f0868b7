import { LF } from './octets.ts';

/** Octets whose lines are counted together. */
const BLOCK = 4096;

/**
 * Counts line ends. Ranges may nest (a message in a message in a message, each with its line count), so counts of whole
 * blocks are kept: every octet is looked at once, whatever is asked.
 */
export class LineCounter {
  readonly #bytes: Uint8Array;
  /** Line ends before block i. */
  readonly #before: number[] = [0];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Line ends in [start, end). */
  count(start: number, end: number): number {
    if (end - start <= 2 * BLOCK) return this.#scan(start, end);
    const first = Math.ceil(start / BLOCK);
    const last = Math.floor(end / BLOCK);
    const inBlocks = this.#beforeBlock(last) - this.#beforeBlock(first);
    return this.#scan(start, first * BLOCK) + inBlocks + this.#scan(last * BLOCK, end);
  }

  #beforeBlock(block: number): number {
    const before = this.#before;
    for (let known = before.length; known <= block; known++) {
      before.push(before[known - 1]! + this.#scan((known - 1) * BLOCK, known * BLOCK));
    }
    return before[block]!;
  }

  #scan(start: number, end: number): number {
    const bytes = this.#bytes;
    let lines = 0;
    for (let i = start; i < end; i++) if (bytes[i] === LF) lines++;
    return lines;
  }
}
