import type { Logger } from '../../base/logger.ts';
import type { Committer } from '../commit/committer.ts';
import type { AccountIndex } from '../index/account-index.ts';
import type { BlobRow } from '../index/blob-table.ts';
import type { BlobIds } from './blob-ids.ts';

export interface SegmentLedgerOptions {
  readonly index: AccountIndex;
  readonly committer: Committer;
  readonly blobIds: BlobIds;
  readonly logger: Logger;
}

/** Keeps the ledger of segments (index/segment-table.ts) for the one who writes them. */
export class SegmentLedger {
  readonly #options: SegmentLedgerOptions;
  /** Records without a message that could not be noted when they were given up. */
  #orphans: BlobRow[] = [];
  #filling: Promise<unknown> | undefined;

  constructor(options: SegmentLedgerOptions) {
    this.#options = options;
  }

  /** The file of a new segment is made. Unknown and growing mean the same, so nobody waits for this. */
  started(number: number): void {
    void this.#note(() => this.#options.index.segments.set(number, 'growing'));
  }

  /** The files of these segments are flushed, and nothing is written to them any more. Never rejects. */
  async filled(numbers: readonly number[]): Promise<void> {
    const noted = this.#noteFilled(numbers);
    this.#filling = Promise.all([this.#filling, noted]);
    await noted;
  }

  /** Resolves when all that is filled by now is noted. */
  async settled(): Promise<void> {
    await this.#filling;
  }

  async #noteFilled(numbers: readonly number[]): Promise<void> {
    // Rows first: what is written there and under way is committed, or given up, before this.
    await this.#options.blobIds.settled();
    await this.#note(() => this.noteFull(numbers));
  }

  /** The same, inside a transaction under way. */
  noteFull(numbers: readonly number[]): void {
    const { index } = this.#options;
    for (const row of this.#orphans) if (index.blobs.find(row.id) === undefined) index.blobs.insert(row);
    for (const number of numbers) index.segments.set(number, 'full');
  }

  /** Records that no message will refer to and that could not be noted: a row of theirs must come before `full`. */
  orphaned(rows: readonly BlobRow[]): void {
    this.#orphans.push(...rows);
  }

  /** Where nothing can be noted the segment counts as growing, and the next start reads its end. */
  async #note(work: () => void): Promise<void> {
    const { committer, logger } = this.#options;
    const noted = committer.quickly(async () => ({
      value: work(),
      committed: () => {
        this.#orphans = this.#orphans.filter((row) => this.#options.index.blobs.find(row.id) === undefined);
      },
    }));
    await noted.catch((error) => logger.debug({ err: error }, 'The state of a segment could not be noted'));
  }
}
