import { storeLimits } from '../../base/limits.ts';
import type { AccountCore } from '../account-core.ts';
import { isBrokenDatabase } from '../index/open-index.ts';
import { mendCounts } from './mend-counts.ts';

export interface IndexVerifierOptions {
  readonly core: AccountCore;
  /** The last run did not close the account. */
  readonly unclean: boolean;
  /** Milliseconds after the opening. */
  readonly after: number;
  /** What is wrong with the index; undefined: nothing. Must not throw. */
  readonly onVerified: (finding: string | undefined) => void;
}

/**
 * Looks whether an index is whole and what is counted in it is right, in the maintenance thread, some seconds after its account was opened: after an unclean end, and
 * once a week. SQLite notices damage only where it stumbles over it; elsewhere rows are missing, and clients take their
 * messages for deleted.
 */
export class IndexVerifier {
  readonly #options: IndexVerifierOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: IndexVerifierOptions) {
    this.#options = options;
    if (!this.#isDue) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
      });
    }, options.after).unref();
  }

  /** It runs, or will soon. */
  get busy(): boolean {
    return this.#timer !== undefined || this.#running !== undefined;
  }

  /** Waits for what is under way. Never rejects. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  /** Also when the clock was ahead the last time: it would be a week from then. */
  get #isDue(): boolean {
    const { core, unclean } = this.#options;
    const since = core.clock.now() - (core.index.facts.get('verifiedAt') ?? Number.NEGATIVE_INFINITY);
    return unclean || since < 0 || since >= storeLimits.verifyEvery;
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { index, committer, maintenance, clock, logger } = this.#options.core;
    const { path } = index.database;
    try {
      const finding = await this.#finding(maintenance.run('verifyIndex', { database: path }));
      this.#options.onVerified(finding);
      if (finding !== undefined) {
        const text =
          'The mail index is damaged, and messages may be missing: stop the server and run `mailroom check --repair`';
        logger.error({ file: path, finding }, text);
        return;
      }
      await mendCounts(this.#options.core);
      await committer.quickly(async () => ({ value: index.facts.set('verifiedAt', clock.now()) }));
    } catch (error) {
      logger.warn({ err: error, file: path }, 'The mail index could not be verified; that is tried again');
    }
  }

  async #finding(verified: Promise<string | undefined>): Promise<string | undefined> {
    try {
      return await verified;
    } catch (error) {
      if (isBrokenDatabase(error)) return (error as Error).message;
      throw error;
    }
  }
}
