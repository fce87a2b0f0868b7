import type { Publication } from '../commit/publication.ts';
import type { BlobIds } from '../segments/blob-ids.ts';

/**
 * Knows which blob ids stand for the same message for ever. What a power cut undoes may get its id again: the index must
 * not know the message that had it first.
 */
export class DurableBlobs {
  readonly #ids: BlobIds;
  readonly #publication: Publication;
  #flushed = false;

  constructor(ids: BlobIds, publication: Publication) {
    this.#ids = ids;
    this.#publication = publication;
  }

  /** Whatever has a lower id is on the disk. @throws Refused UNAVAILABLE when the disk has failed. */
  async below(): Promise<number> {
    const below = this.#ids.settledBelow;
    // What a killed server had committed may not have reached the disk yet. What this one settles has.
    if (!this.#flushed) await this.#publication.flushNow();
    this.#publication.assertWritable();
    this.#flushed = true;
    return below;
  }
}
