import { searchLimits } from '../../../base/limits.ts';
import type { BlobRows } from './blob-rows.ts';
import { FACT, fact, type StoredBlock } from './block.ts';
import { BlockWriter } from './block-writer.ts';
import { type IndexedMessage, indexMessage, unindexed } from './indexed-message.ts';
import { RecordSource } from './record-source.ts';
import type { SearchDatabase } from './search-database.ts';
import type { SignatureMaker } from './signature.ts';

const END = Number.MAX_SAFE_INTEGER;

/**
 * Brings search.db to what index.db has. What is indexed is known from search.db alone, so there is nothing to be put in
 * order after a crash: the next look finds what is missing.
 */
export class Indexer {
  readonly #folder: string;
  readonly #database: SearchDatabase;
  readonly #blobs: BlobRows;
  readonly #maker: SignatureMaker;
  /** Blobs with lower ids are indexed, or in `missing`, or cannot be read. */
  #looked = 0;
  /** Ascending. */
  #missing: number[] = [];
  #next = 0;

  constructor(folder: string, database: SearchDatabase, blobs: BlobRows, maker: SignatureMaker) {
    this.#folder = folder;
    this.#database = database;
    this.#blobs = blobs;
    this.#maker = maker;
  }

  /** Indexes messages with ids below `below` until the time is up. Returns how many are left. */
  index(below: number): number {
    this.#lookForNew(below);
    const source = new RecordSource(this.#folder, this.#blobs);
    try {
      this.#indexSome(source);
    } catch (error) {
      // What was undone is missing still.
      this.#looked = 0;
      throw error;
    } finally {
      source.close();
    }
    return this.#missing.length - this.#next;
  }

  /**
   * Takes out what is gone, or is another message than it was (a folder put back from a backup). A block is taken out
   * as a whole when that is true of most of it; what lives in it is missing then.
   */
  dropVanished(): void {
    const sizes = this.#blobs.sizes(0, END);
    const useless: number[] = [];
    for (const block of this.#database.blocks(0, END)) if (isUseless(block, sizes)) useless.push(block.id);
    if (useless.length === 0) return;
    this.#database.transaction(() => {
      for (const id of useless) this.#database.remove(id);
      for (const id of this.#database.chunks.sparse()) this.#database.remove(id);
    });
    this.#looked = 0;
  }

  #lookForNew(below: number): void {
    if (below <= this.#looked) return;
    const existing = this.#blobs.sizes(this.#looked, below);
    for (const { ids } of this.#database.blocks(this.#looked, below)) for (const id of ids) existing.delete(id);
    const waiting = this.#looked === 0 ? [] : this.#missing.slice(this.#next);
    this.#missing = [...waiting, ...existing.keys()];
    this.#next = 0;
    this.#looked = below;
  }

  #indexSome(source: RecordSource): void {
    const blob = this.#missing[this.#next];
    if (blob === undefined) return;
    if (source.sizeOf(blob) <= searchLimits.risky) this.#indexSmall(source);
    else this.#indexLarge(source, blob);
  }

  #indexLarge(source: RecordSource, blob: number): void {
    // Should the thread not survive this message, its successor finds it done with, and it is scanned ever after.
    this.#write([unindexed(blob, source.sizeOf(blob))]);
    this.#next++;
    const message = this.#read(source, blob);
    if (message) this.#write([message]);
  }

  /** As many as the time allows, up to one that is large. */
  #indexSmall(source: RecordSource): void {
    const until = performance.now() + searchLimits.batch;
    const messages: IndexedMessage[] = [];
    do {
      const message = this.#read(source, this.#missing[this.#next++]!);
      if (message) messages.push(message);
      const next = this.#missing[this.#next];
      if (next === undefined || source.sizeOf(next) > searchLimits.risky) break;
    } while (performance.now() < until);
    this.#write(messages);
  }

  #read(source: RecordSource, blob: number): IndexedMessage | undefined {
    const bytes = source.read(blob);
    return bytes && indexMessage(blob, bytes, this.#maker);
  }

  #write(messages: readonly IndexedMessage[]): void {
    this.#database.transaction(() => {
      const writer = new BlockWriter(this.#database);
      for (const message of messages) writer.add(message);
      writer.finish();
      this.#database.freeze();
    });
  }
}

function isUseless(block: StoredBlock, sizes: ReadonlyMap<number, number>): boolean {
  let gone = 0;
  for (const [i, id] of block.ids.entries()) {
    const size = sizes.get(id);
    if (size === undefined) gone++;
    else if (size !== fact(block, i, FACT.size)) return true;
  }
  return gone * 2 > block.ids.length;
}
