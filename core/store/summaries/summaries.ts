import { Slice } from '../../base/slices.ts';
import { summarise } from '../../mail/mime/summarise.ts';
import type { MessageSummary } from '../../mail/summary.ts';
import type { ContentReader } from '../segments/content-reader.ts';

/** Summaries of messages by blob. */
export class Summaries {
  readonly #reader: ContentReader;

  constructor(reader: ContentReader) {
    this.#reader = reader;
  }

  /** Messages have been delivered: their summaries will be wanted. */
  delivered(_blobs: readonly number[]): void {}

  /** In the order of the blobs; undefined for one whose content is gone for good. */
  async get(blobs: ArrayLike<number>): Promise<(MessageSummary | undefined)[]> {
    const slice = new Slice();
    const summaries: (MessageSummary | undefined)[] = [];
    for (const bytes of await this.#reader.contents(blobs)) {
      summaries.push(bytes && summarise(bytes));
      await slice.rest();
    }
    return summaries;
  }
}
