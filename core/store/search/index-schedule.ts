import type { Pace } from '../../base/activity.ts';
import { searchLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { DurableBlobs } from './durable-blobs.ts';
import type { SearchRunner } from './search-tasks.ts';

/** An account as the schedule sees it. */
export interface IndexedAccount {
  readonly folder: string;
  readonly durable: DurableBlobs;
}

/** What is to be done for an account. */
interface Work {
  /** When it was first asked for. */
  readonly since: number;
  readonly vanished: boolean;
}

export interface IndexTimes {
  /** Milliseconds without a delivery before indexing begins. */
  readonly quiet: number;
  /** Milliseconds after which some is indexed all the same. */
  readonly overdue: number;
  /** Milliseconds after a search that was answered in which the thread is left free for the next one. */
  readonly afterSearch: number;
  /** Milliseconds before it is tried again after a failure. */
  readonly retryAfter: number;
}

/**
 * Decides when messages are indexed: in quiet moments, piece by piece, and soon when somebody searches; but not while they
 * wait for the answer, which comes sooner without. One for all accounts of a store, because they share the processor and
 * the disk.
 */
export class IndexSchedule {
  readonly runner: SearchRunner;
  readonly #logger: Logger;
  readonly #times: IndexTimes;
  /** The longest waiting first. */
  readonly #work = new Map<IndexedAccount, Work>();
  #lastDelivery = Number.NEGATIVE_INFINITY;
  #lastSearch = Number.NEGATIVE_INFINITY;
  #lastPiece = Number.NEGATIVE_INFINITY;
  readonly #pace: Pace;
  #hurry = false;
  #retryAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #piece: Promise<void> | undefined;
  /** Whose piece is under way. */
  #indexed: IndexedAccount | undefined;
  readonly #removed = new WeakSet<IndexedAccount>();
  #closed = false;

  /** @param pace of indexing, in one thread */
  constructor(runner: SearchRunner, logger: Logger, pace: Pace, times: IndexTimes = searchLimits) {
    this.runner = runner;
    this.#logger = logger;
    this.#times = times;
    this.#pace = pace;
  }

  /** An account may have messages that are not indexed. */
  add(account: IndexedAccount, { vanished = false, since = performance.now() }: Partial<Work> = {}): void {
    if (this.#removed.has(account)) return;
    const known = this.#work.get(account);
    const earliest = Math.min(since, known?.since ?? since);
    this.#work.set(account, { since: earliest, vanished: vanished || known?.vanished === true });
    this.#wait();
  }

  /** Whether something is left to do for the account. */
  has(account: IndexedAccount): boolean {
    return this.#work.has(account) || this.#indexed === account;
  }

  /** The same, and deliveries go before. */
  delivered(account: IndexedAccount): void {
    this.#lastDelivery = performance.now();
    this.add(account);
  }

  /** Somebody searches, and would find faster what is indexed. */
  hurry(account: IndexedAccount): void {
    this.#hurry = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.add(account);
  }

  /** Somebody searched and found all he asked for indexed. People search in steps, so the next search is near. */
  answered(): void {
    this.#hurry = false;
    this.#lastSearch = performance.now();
  }

  /** Waits for the piece under way. Then nothing more is done for the account. */
  async remove(account: IndexedAccount): Promise<void> {
    this.#removed.add(account);
    this.#work.delete(account);
    await this.#piece;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
    await this.runner.close();
  }

  #wait(): void {
    if (this.#running || this.#timer || this.#closed || this.#work.size === 0) return;
    const delay = Math.max(0, this.#nextTime() - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#run().finally(() => {
        this.#running = undefined;
        this.#wait();
      });
    }, delay).unref();
  }

  /** When the next piece may begin. */
  #nextTime(): number {
    const [first] = this.#work.values();
    const quiet = Math.max(this.#lastDelivery + this.#times.quiet, this.#lastSearch + this.#times.afterSearch);
    // When it is never quiet: a piece now and then.
    const overdue = Math.max(first!.since + this.#times.overdue, this.#lastPiece + this.#times.quiet);
    return Math.max(this.#retryAt, this.#pace.next, this.#hurry ? Number.NEGATIVE_INFINITY : Math.min(quiet, overdue));
  }

  async #run(): Promise<void> {
    while (!this.#closed && this.#work.size > 0 && this.#nextTime() <= performance.now()) {
      const [[account, work]] = this.#work as unknown as [[IndexedAccount, Work]];
      // Whoever comes while it runs asks for another look.
      this.#work.delete(account);
      this.#indexed = account;
      this.#piece = this.#pace.do(() => this.#indexPiece(account, work));
      await this.#piece;
      this.#indexed = undefined;
    }
    if (this.#work.size === 0) this.#hurry = false;
  }

  /** Never rejects. */
  async #indexPiece(account: IndexedAccount, work: Work): Promise<void> {
    try {
      const { folder } = account;
      const below = await account.durable.below();
      const { left, rebuilt } = await this.runner.run('index', { folder, below, vanished: work.vanished });
      if (rebuilt !== undefined) this.rebuilt(account, rebuilt);
      if (left > 0) this.add(account, { since: work.since });
    } catch (error) {
      this.#failed(account, work, error);
    } finally {
      this.#lastPiece = performance.now();
    }
  }

  /** The index of an account had to be thrown away. Nothing is lost: it is made anew. */
  rebuilt(account: IndexedAccount, reason: string): void {
    this.#logger.warn({ folder: account.folder, reason }, 'The search index was broken and is made anew');
    this.add(account);
  }

  #failed(account: IndexedAccount, work: Work, error: unknown): void {
    if (this.#removed.has(account)) return;
    this.#retryAt = performance.now() + this.#times.retryAfter;
    this.#logger.warn(
      { err: error, folder: account.folder },
      'Could not index mail for searching; it will be tried again',
    );
    this.add(account, work);
  }
}
