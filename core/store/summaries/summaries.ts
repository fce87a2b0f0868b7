import { Slice } from '../../base/slices.ts';
import { summarise } from '../../mail/mime/summarise.ts';
import type { MessageSummary, SummaryField } from '../../mail/summary.ts';
import type { ContentReader } from '../segments/content-reader.ts';
import type { PackCache } from './pack-cache.ts';
import type { SummaryQueue } from './summary-queue.ts';
import { ViewsDatabase } from './views-database.ts';

/** Summaries of an account's messages: read from views.db, computed when they are not there yet. */
export class Summaries {
  readonly #folder: string;
  readonly #reader: ContentReader;
  readonly #queue: SummaryQueue;
  readonly #cache: PackCache;
  #views: ViewsDatabase | undefined;

  constructor(folder: string, reader: ContentReader, queue: SummaryQueue, cache: PackCache) {
    this.#folder = folder;
    this.#reader = reader;
    this.#queue = queue;
    this.#cache = cache;
  }

  /** Messages have been delivered: their summaries will be wanted. */
  delivered(blobs: readonly number[]): void {
    this.#queue.add(blobs);
  }

  /** In the order of the blobs; undefined for one whose content is gone for good. */
  async get<Field extends SummaryField>(
    blobs: readonly number[],
    fields: readonly Field[],
  ): Promise<(Pick<MessageSummary, Field> | undefined)[]> {
    if (!isAscending(blobs)) return this.#getUnsorted(blobs, fields);
    const found = new Array<Pick<MessageSummary, Field> | undefined>(blobs.length).fill(undefined);
    this.#read(blobs, fields, found);
    const missing = blobs.filter((_, i) => found[i] === undefined);
    if (missing.length === 0) return found;
    const others = await this.#makeMissing(missing, fields);
    return blobs.map((blob, i) => found[i] ?? others.get(blob));
  }

  close(): void {
    this.#views?.close();
    this.#views = undefined;
  }

  /** Copies of one message have one blob, and need not lie in its order. */
  async #getUnsorted<Field extends SummaryField>(blobs: readonly number[], fields: readonly Field[]) {
    const sorted = Array.from(new Set(blobs)).sort((a, b) => a - b);
    const summaries = await this.get(sorted, fields);
    const found = new Map(sorted.map((blob, i) => [blob, summaries[i]]));
    return blobs.map((blob) => found.get(blob));
  }

  async #makeMissing<Field extends SummaryField>(blobs: readonly number[], fields: readonly Field[]) {
    const made = new Map<number, Pick<MessageSummary, Field>>();
    const large = blobs.filter((blob) => this.#queue.isLarge(blob));
    if (large.length > 0) {
      await this.#queue.summariseNow(large);
      const found = new Array<Pick<MessageSummary, Field> | undefined>(large.length);
      this.#read(large, fields, found);
      for (const [i, blob] of large.entries()) if (found[i]) made.set(blob, found[i]);
    }
    const missing = blobs.filter((blob) => !made.has(blob));
    if (missing.length > 0) await this.#compute(missing, made);
    return made;
  }

  /** @param blobs ascending, each once */
  #read<Field extends SummaryField>(
    blobs: readonly number[],
    fields: readonly Field[],
    found: (Pick<MessageSummary, Field> | undefined)[],
  ): void {
    try {
      this.#views ??= ViewsDatabase.forReading(this.#folder, this.#cache);
      this.#views?.read(blobs, fields, (index, summary) => {
        found[index] = summary;
      });
    } catch {
      // Broken or made anew by the maintenance thread: what it would have said is computed.
      this.close();
    }
  }

  async #compute(blobs: readonly number[], found: Map<number, object>): Promise<void> {
    const contents = await this.#reader.contents(blobs);
    const slice = new Slice();
    for (const [i, bytes] of contents.entries()) {
      if (bytes) found.set(blobs[i]!, summarise(bytes));
      await slice.rest();
    }
    this.#queue.add(blobs);
  }
}

function isAscending(blobs: readonly number[]): boolean {
  for (let i = 1; i < blobs.length; i++) if (blobs[i]! <= blobs[i - 1]!) return false;
  return true;
}
