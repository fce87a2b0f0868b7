import { storeLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { Committer } from '../commit/committer.ts';
import type { AccountIndex } from '../index/account-index.ts';
import type { Maintenance } from './maintenance.ts';
import type { CheckpointResult } from './tasks.ts';

export interface CheckpointerOptions {
  readonly index: AccountIndex;
  readonly maintenance: Maintenance;
  readonly logger: Logger;
}

/**
 * Copies what is committed from the -wal file into the database, in the maintenance thread, so that the -wal file is
 * used over and over: in steady state its length stays, and a flush of it is cheap.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  #commits = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
  }

  /** Something was committed. */
  committed(committer: Committer): void {
    this.#commits++;
    if (this.#closed) return;
    if (this.#commits >= storeLimits.commitsPerCheckpoint) this.#start(committer);
    this.#timer ??= setTimeout(() => this.#start(committer), storeLimits.checkpointAfter).unref();
  }

  /** Waits for the one under way and makes the last one. Never rejects. */
  async close(committer: Committer): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    if (this.#commits > 0) this.#start(committer);
    await this.#running;
  }

  #start(committer: Committer): void {
    if (this.#running) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = this.#run(committer)
      .catch((error) => {
        // The -wal file grows; nothing is lost. The next commits try again.
        this.#options.logger.warn({ err: error }, 'A checkpoint of the mail index failed');
      })
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #run(committer: Committer): Promise<void> {
    this.#commits = 0;
    const { pages } = await this.#checkpoint();
    if (pages <= storeLimits.walPages) return;
    // Under steady load there are always commits behind what was just copied. The few pages that are left are copied
    // while nobody commits: a pause of a millisecond or two, instead of a file that grows for ever.
    await committer.alone(() => this.#checkpoint());
  }

  #checkpoint(): Promise<CheckpointResult> {
    return this.#options.maintenance.run('checkpoint', { database: this.#options.index.database.path });
  }
}
