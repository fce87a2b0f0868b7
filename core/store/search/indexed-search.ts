import { searchLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { Rows } from '../../mail/ports.ts';
import type { ContentCriterion } from '../../mail/search-criteria.ts';
import { ThreadDied } from '../threads/task-thread.ts';
import type { ContentSearch } from './content-search.ts';
import type { IndexedAccount, IndexSchedule } from './index-schedule.ts';
import type { ScanSearch } from './scan-search.ts';
import { FITS, UNKNOWN } from './search-tasks.ts';

export interface IndexedSearchOptions {
  readonly account: IndexedAccount;
  readonly schedule: IndexSchedule;
  readonly scan: ScanSearch;
  readonly logger: Logger;
  /** Nothing can be written: there is no index to ask, and none is made. */
  readonly frozen?: boolean;
}

/** Asks the index, and scans what it does not know: the answer is the scan's in any case, only sooner. */
export class IndexedSearch implements ContentSearch {
  readonly #options: IndexedSearchOptions;
  /** Messages that ended the search thread. */
  readonly #deadly = new Set<number>();

  constructor(options: IndexedSearchOptions) {
    this.#options = options;
    // What was delivered before the index was made, or last thing before the server ended.
    if (options.frozen) return;
    options.schedule.add(options.account);
    void this.#open();
  }

  /** Some messages are not indexed yet. */
  get busy(): boolean {
    return this.#options.schedule.has(this.#options.account);
  }

  delivered(): void {
    this.#options.schedule.delivered(this.#options.account);
  }

  vanished(): void {
    this.#options.schedule.add(this.#options.account, { vanished: true });
  }

  async matching(candidates: Rows, criterion: ContentCriterion, gone?: AbortSignal): Promise<Uint32Array> {
    const { columns, rows } = candidates;
    const { frozen = false } = this.#options;
    if (frozen || rows.length <= searchLimits.scanned || !canAsk(criterion))
      return this.#look(candidates, criterion, gone);
    const verdict = await this.#ask(blobsOf(candidates), criterion);
    const fitting: number[] = [];
    const unknown: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      const said = verdict(i);
      if (said === FITS) fitting.push(rows[i]!);
      else if (said === UNKNOWN) unknown.push(rows[i]!);
    }
    if (unknown.length > searchLimits.scanned) this.#options.schedule.hurry(this.#options.account);
    else this.#options.schedule.answered();
    if (unknown.length === 0) return Uint32Array.from(fitting);
    const scanned = await this.#look({ columns, rows: unknown }, criterion, gone);
    return this.#merged(fitting, scanned);
  }

  /**
   * Looks into the messages themselves. Whatever is in them, others must not wait: a few small ones are looked at here,
   * all else in the search thread.
   */
  async #look(candidates: Rows, criterion: ContentCriterion, gone?: AbortSignal): Promise<Uint32Array> {
    const { columns, rows } = candidates;
    const { scan, logger, account } = this.#options;
    let octets = 0;
    for (let i = 0; i < rows.length; i++) octets += columns.size[rows[i]!]!;
    if (octets <= searchLimits.scannedOctets) return scan.matching(candidates, criterion, gone);
    try {
      const fitting = await this.#scanned(blobsOf(candidates), criterion, gone);
      return Uint32Array.from(rows).filter((row) => fitting.has(columns.blob[row]!));
    } catch (error) {
      gone?.throwIfAborted();
      for (let i = 0; i < rows.length; i++) if (columns.size[rows[i]!]! > searchLimits.scannedOctets) throw error;
      // Without the thread small ones are looked at here: slowly is better than not.
      logger.debug({ err: error, folder: account.folder }, 'The search thread could not look into messages');
      return scan.matching(candidates, criterion, gone);
    }
  }

  /** Those that fit, as the search thread sees them: piece by piece, so that other searches get their turn in between. */
  async #scanned(blobs: Float64Array, criterion: ContentCriterion, gone?: AbortSignal): Promise<ReadonlySet<number>> {
    const { schedule, account, frozen = false } = this.#options;
    const asked = ascending(blobs).filter((blob) => !this.#deadly.has(blob));
    const fitting = new Set<number>();
    let atOnce: number = searchLimits.scannedAtOnce;
    for (let at = 0; at < asked.length; ) {
      gone?.throwIfAborted();
      const some = asked.subarray(at, at + atOnce);
      try {
        const { verdicts } = await schedule.runner.run('scan', {
          folder: account.folder,
          criterion,
          blobs: some,
          frozen,
        });
        for (const [i, verdict] of verdicts.entries()) if (verdict === FITS) fitting.add(some[i]!);
        at += verdicts.length;
      } catch (error) {
        if (!(error instanceof ThreadDied)) throw error;
        // Which of them it was is seen when they are asked about one by one.
        if (some.length === 1) this.#leaveOut(some[0]!, error);
        if (some.length === 1) at++;
        atOnce = 1;
      }
    }
    return fitting;
  }

  /** A message that ends the thread is asked about once: it must not end the searches of all others again and again. */
  #leaveOut(blob: number, error: ThreadDied): void {
    this.#deadly.add(blob);
    const { account, logger } = this.#options;
    const found = { err: error, folder: account.folder, blob };
    logger.error(
      found,
      'A message ended the search thread; it is left out of searches until the server is started again',
    );
  }

  #merged(some: readonly number[], others: Uint32Array): Uint32Array {
    return Uint32Array.from([...some, ...others]).sort();
  }

  async close(): Promise<void> {
    const { schedule, account, logger } = this.#options;
    await schedule.remove(account);
    await schedule.runner
      .run('close', { folder: account.folder })
      .catch((error) => logger.warn({ err: error, folder: account.folder }, 'Could not close a search index'));
  }

  /** Starts the thread and has it open the index: the first search comes soon. */
  async #open(): Promise<void> {
    const { schedule, account, logger } = this.#options;
    try {
      const { rebuilt } = await schedule.runner.run('open', { folder: account.folder });
      if (rebuilt !== undefined) schedule.rebuilt(account, rebuilt);
    } catch (error) {
      logger.debug({ err: error, folder: account.folder }, 'The search index could not be opened');
    }
  }

  /** What the index says of the i-th of the blobs. */
  async #ask(blobs: Float64Array, criterion: ContentCriterion): Promise<(i: number) => number> {
    const { schedule, account, logger } = this.#options;
    const { folder } = account;
    const asked = ascending(blobs);
    try {
      const { verdicts, rebuilt } = await schedule.runner.run('find', { folder, criterion, blobs: asked });
      if (rebuilt !== undefined) schedule.rebuilt(account, rebuilt);
      if (asked === blobs) return (i) => verdicts[i]!;
      const places = new Map(Array.from(asked, (blob, place) => [blob, place]));
      return (i) => verdicts[places.get(blobs[i]!)!]!;
    } catch (error) {
      logger.debug({ err: error, folder }, 'The search index could not be asked; everything is scanned');
      return () => UNKNOWN;
    }
  }
}

function blobsOf({ columns, rows }: Rows): Float64Array {
  return Float64Array.from(rows, (row) => columns.blob[row]!);
}

/** Each once. Messages that came one after the other have ascending ids already; copies need not. */
function ascending(blobs: Float64Array): Float64Array {
  return isAscending(blobs) ? blobs : Float64Array.from(new Set(blobs)).sort();
}

function isAscending(blobs: Float64Array): boolean {
  for (let i = 1; i < blobs.length; i++) if (blobs[i]! <= blobs[i - 1]!) return false;
  return true;
}

/** Whether the index can answer as the message itself would. */
function canAsk(criterion: ContentCriterion): boolean {
  // No field has such a name, or it is the empty one of lines that are no fields.
  if (criterion.kind === 'header' && /^$|[:\n]/.test(criterion.name)) return false;
  // Half a character does not survive UTF-8.
  return criterion.kind === 'sentDate' || criterion.value.isWellFormed();
}
