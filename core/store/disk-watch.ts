import type { Logger } from '../base/logger.ts';
import { type DiskFault, diskFault } from './files/disk-errors.ts';

export interface DiskWatchOptions {
  /** Rejects while the disk does not take what is written to it. */
  readonly probe: () => Promise<void>;
  /** Closes an account that was opened for reading, and opens it again. */
  readonly reopen: (accountId: string) => Promise<void>;
  /** The disk takes nothing, and why; undefined: it does again. Must not throw. */
  readonly onDisk: (fault: DiskFault | undefined) => void;
  readonly logger: Logger;
  /** Milliseconds between two tries. */
  readonly every: number;
}

/**
 * Knows whether the disk takes what is written to it, from what was refused until a try succeeds. It is one disk for all
 * accounts, so it is told once. Accounts that could be opened for reading only are opened again then; all others have only
 * refused what did not fit, and go on by themselves.
 */
export class DiskWatch {
  readonly #options: DiskWatchOptions;
  readonly #frozen = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #fault: DiskFault | undefined;
  #closed = false;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
  }

  /** A write was refused. */
  refused(error: unknown): void {
    const fault = diskFault(error) ?? 'failing';
    if (this.#fault === undefined)
      this.#options.logger.warn({ err: error }, 'The disk that holds the mail takes nothing: mail can be read only');
    if (this.#fault !== fault) this.#options.onDisk(fault);
    this.#fault = fault;
    this.#wait();
  }

  /** The same, and the account can only be read until it is opened again. */
  frozen(accountId: string, error: unknown): void {
    this.#frozen.add(accountId);
    this.refused(error);
  }

  /** The account is closed or removed. */
  forget(accountId: string): void {
    this.#frozen.delete(accountId);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => void this.#try(), this.#options.every).unref();
  }

  /** Never rejects. */
  async #try(): Promise<void> {
    const { probe, logger, onDisk } = this.#options;
    try {
      await probe();
      for (const accountId of [...this.#frozen]) {
        await this.#reopen(accountId);
        await probe(); // the last one may have taken what room there was
      }
      this.#timer = undefined;
      if (this.#closed || this.#frozen.size > 0) return this.#wait();
      this.#fault = undefined;
      logger.info({}, 'The disk that holds the mail takes what is written to it');
      onDisk(undefined);
    } catch (error) {
      this.#timer = undefined;
      this.refused(error);
    }
  }

  async #reopen(accountId: string): Promise<void> {
    if (this.#closed || !this.#frozen.delete(accountId)) return;
    try {
      await this.#options.reopen(accountId);
    } catch (error) {
      this.#options.logger.warn({ err: error, account: accountId }, 'An account could not be opened for writing again');
    }
  }
}
