import { Slice } from '../../base/slices.ts';
import { summarise } from '../../mail/mime/summarise.ts';
import type { MessageSummary, SummaryField } from '../../mail/summary.ts';
import type { ContentReader } from '../segments/content-reader.ts';
import type { SummaryQueue } from './summary-queue.ts';
import { ViewsDatabase } from './views-database.ts';

/** Summaries of an account's messages: read from views.db, computed when they are not there yet. */
export class Summaries {
  readonly #folder: string;
  readonly #reader: ContentReader;
  readonly #queue: SummaryQueue;
  #views: ViewsDatabase | undefined;

  constructor(folder: string, reader: ContentReader, queue: SummaryQueue) {
    this.#folder = folder;
    this.#reader = reader;
    this.#queue = queue;
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
    const found = new Map<number, Pick<MessageSummary, Field>>();
    this.#read(
      Array.from(new Set(blobs)).sort((a, b) => a - b),
      fields,
      (blob, summary) => found.set(blob, summary),
    );
    let missing = blobs.filter((blob) => !found.has(blob));
    const large = missing.filter((blob) => this.#queue.isLarge(blob));
    if (large.length > 0) {
      await this.#queue.summariseNow(large);
      this.#read(large, fields, (blob, summary) => found.set(blob, summary));
      missing = missing.filter((blob) => !found.has(blob));
    }
    if (missing.length > 0) await this.#compute(missing, found);
    return blobs.map((blob) => found.get(blob));
  }

  close(): void {
    this.#views?.close();
    this.#views = undefined;
  }

  #read<Field extends SummaryField>(
    blobs: readonly number[],
    fields: readonly Field[],
    found: (blob: number, summary: Pick<MessageSummary, Field>) => void,
  ): void {
    try {
      this.#views ??= ViewsDatabase.forReading(this.#folder);
      this.#views?.read(blobs, fields, found);
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
