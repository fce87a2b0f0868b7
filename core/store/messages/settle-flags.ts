import { setImmediate } from 'node:timers/promises';
import { storeLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import { Slice } from '../../base/slices.ts';
import type { Committer } from '../commit/committer.ts';
import type { AccountIndex } from '../index/account-index.ts';

/** Brings all changes of a mailbox's flags into its rows, inside the transaction under way: SQL is about to read them. */
export async function settleFlags(index: AccountIndex, mailbox: number): Promise<void> {
  const slice = new Slice();
  while (settleNewest(index, mailbox)) await slice.rest();
}

/** One change, of all mailboxes or of one. Returns whether there was any. */
function settleNewest(index: AccountIndex, mailbox?: number): boolean {
  const change = index.flagChanges.newest(mailbox);
  if (!change) return false;
  index.messages.settleFlags(change);
  index.flagChanges.delete(change.id);
  return true;
}

export interface FlagSettlerOptions {
  readonly index: AccountIndex;
  readonly committer: Committer;
  readonly logger: Logger;
  /** A STORE that changes so many messages goes to flag_change first. */
  readonly bulk?: number | undefined;
}

/** Brings changes of flags into the rows of the messages when a moment is quiet, a transaction for each. */
export class FlagSettler {
  readonly #options: FlagSettlerOptions;
  readonly #bulk: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: FlagSettlerOptions) {
    this.#options = options;
    this.#bulk = options.bulk ?? storeLimits.bulkFlags;
  }

  /** Whether a change of so many messages is better left to this. Not when too many wait already. */
  takes(messages: number): boolean {
    return messages >= this.#bulk && this.#options.index.flagChanges.count < storeLimits.waitingFlagChanges;
  }

  /** There is something to do. Begins when nothing more has come for a while. */
  soon(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), storeLimits.settleFlagsAfter).unref();
  }

  /** Does what is left to do. Never rejects: what could not be done waits for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#start();
    await this.#running;
  }

  #start(): void {
    this.#running ??= this.#run()
      .catch((error) =>
        this.#options.logger.warn({ err: error }, 'Changed flags could not be written to their messages yet'),
      )
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #run(): Promise<void> {
    const { index, committer } = this.#options;
    while (index.flagChanges.count > 0) {
      await committer.quickly(async () => ({ value: settleNewest(index) }));
      await setImmediate();
    }
  }
}
