import { join } from 'node:path';
import { storeLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { FileLayer } from './file-layer.ts';

/** No account id begins so. */
const NOTE = '.removed-';

/** The accounts of a store's folder that are removed and still have files. */
export async function removedAccounts(folder: string, files: FileLayer): Promise<string[]> {
  return (await files.list(folder)).filter((name) => name.startsWith(NOTE)).map((name) => name.slice(NOTE.length));
}

/** Removes the folder of an account that is noted as removed, and then the note. Resolves when that survives a power cut. */
export async function finishRemoval(folder: string, accountId: string, files: FileLayer): Promise<void> {
  await files.remove(join(folder, accountId));
  await files.flushFolder(folder);
  await files.remove(join(folder, NOTE + accountId));
}

export interface RemovalsOptions {
  /** The folder of the store. */
  readonly folder: string;
  readonly files: FileLayer;
  readonly logger: Logger;
  /** Mail of so many removed accounts is still on the disk. Must not throw. */
  readonly onRemovedMail?: ((accounts: number) => void) | undefined;
}

/**
 * Removes accounts with all their files. A note beside the folder comes first: from then on it is no account any more, whatever
 * keeps a file of it on the disk, another program that has it open or an end midway. What is left is removed later, over
 * restarts.
 */
export class Removals {
  readonly #options: RemovalsOptions;
  readonly #left = new Set<string>();
  readonly #listed: Promise<void>;
  #again: NodeJS.Timeout | undefined;
  #reminded = 0;
  #running: Promise<void> | undefined;
  #closed = false;

  /** Goes on with what earlier runs left. */
  constructor(options: RemovalsOptions) {
    this.#options = options;
    this.#listed = this.#list();
    void this.#listed.then(() => this.#removeLeft());
  }

  /** Never rejects. */
  async #list(): Promise<void> {
    const { folder, files, logger } = this.#options;
    try {
      for (const accountId of await removedAccounts(folder, files)) this.#left.add(accountId);
    } catch (err) {
      logger.warn({ err, folder }, 'Whether mail of removed users is on the disk is looked at again at the next start');
    }
  }

  /**
   * Resolves when the account is gone for good: its files are, or will be.
   * @throws when neither it can be noted nor its files can be removed
   */
  async remove(accountId: string): Promise<void> {
    const noted = await this.#note(join(this.#options.folder, NOTE + accountId)).then(
      () => undefined,
      (error: unknown) => ({ error }), // a full disk takes no note, and has all the more reason to lose the files
    );
    this.#left.add(accountId);
    await this.#removeLeft();
    if (!this.#left.has(accountId) || noted === undefined) return;
    this.#left.delete(accountId);
    throw noted.error;
  }

  /** Files of a removed account are still there: one of that name cannot be made yet. */
  async isLeft(accountId: string): Promise<boolean> {
    await this.#listed;
    if (this.#left.has(accountId)) await this.#removeLeft();
    return this.#left.has(accountId);
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    await this.#listed;
    await this.#running;
  }

  async #note(note: string): Promise<void> {
    const { folder, files } = this.#options;
    const file = await files.open(note, 'create').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      return undefined;
    });
    await file?.close();
    await files.flushFolder(folder);
  }

  /** Removes what can be removed now. Never rejects. */
  async #removeLeft(): Promise<void> {
    // Whoever asked while a round runs may have come too late for it.
    await this.#running;
    this.#running ??= this.#round().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  async #round(): Promise<void> {
    const { folder, files } = this.#options;
    clearTimeout(this.#again);
    let failure: unknown;
    for (const accountId of this.#left) {
      if (this.#closed) return;
      try {
        await finishRemoval(folder, accountId, files);
        this.#left.delete(accountId);
      } catch (error) {
        failure = error;
      }
    }
    this.#options.onRemovedMail?.(this.#left.size);
    if (this.#left.size === 0) {
      this.#reminded = 0;
      return;
    }
    this.#remind(failure);
    if (this.#closed) return;
    this.#again = setTimeout(() => void this.#removeLeft(), storeLimits.removeAgain).unref();
  }

  #remind(err: unknown): void {
    if (this.#reminded++ % storeLimits.remindEvery !== 0) return;
    const accounts = [...this.#left];
    this.#options.logger.warn(
      { err, folder: this.#options.folder, accounts },
      'Mail of removed users is still on the disk; its removal is tried again every minute, also after a restart',
    );
  }
}
