import { storeLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';

export interface ReopeningsOptions {
  /** Rejects while the disk does not take what is written to it. */
  readonly probe: (accountId: string) => Promise<void>;
  /** Closes the account and opens it again, which puts it in order. */
  readonly reopen: (accountId: string) => Promise<void>;
  /** Whose mail cannot be changed, and why; without a reason: it can again. Must not throw. */
  readonly onTrouble: (accountId: string, reason: string | undefined) => void;
  readonly logger: Logger;
  /** Milliseconds before the first try, doubled each time. */
  readonly firstAfter: number;
}

/**
 * Accounts whose disk has failed. What a flush has not written may be gone for good, so nothing is promised to them any
 * more until they were opened again and their recovery has looked; that is done as soon as the disk works.
 */
export class Reopenings {
  readonly #options: ReopeningsOptions;
  readonly #timers = new Map<string, NodeJS.Timeout | undefined>();
  #closed = false;

  constructor(options: ReopeningsOptions) {
    this.#options = options;
  }

  /** Called once for each time that an account was opened. */
  failed(accountId: string, error: unknown): void {
    this.#options.onTrouble(accountId, error instanceof Error ? error.message : String(error));
    this.#wait(accountId, this.#options.firstAfter);
  }

  /** The account is gone: there is nothing to tell of any more. */
  forget(accountId: string): void {
    if (!this.#timers.has(accountId)) return;
    clearTimeout(this.#timers.get(accountId));
    this.#timers.delete(accountId);
    this.#options.onTrouble(accountId, undefined);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #wait(accountId: string, pause: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timers.get(accountId));
    this.#timers.set(accountId, setTimeout(() => void this.#try(accountId, pause), pause).unref());
  }

  /** Never rejects. */
  async #try(accountId: string, pause: number): Promise<void> {
    const { probe, reopen, logger } = this.#options;
    try {
      await probe(accountId);
      if (this.#closed || !this.#timers.has(accountId)) return;
      await reopen(accountId);
      logger.info({ account: accountId }, 'The disk works again: the account was opened again and is in order');
      this.forget(accountId);
    } catch (error) {
      logger.warn({ err: error, account: accountId }, 'The disk still fails: the account is tried again later');
      if (this.#timers.has(accountId)) this.#wait(accountId, Math.min(pause * 2, storeLimits.reopenAtLast));
    }
  }
}
