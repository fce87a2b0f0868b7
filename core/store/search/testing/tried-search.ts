import { join } from 'node:path';
import { silentLogger } from '../../../base/logger.ts';
import { summarise } from '../../../mail/mime/summarise.ts';
import type { StoredAccount, StoredMailbox } from '../../../mail/ports.ts';
import { matcherOf } from '../../../mail/search/matches.ts';
import type { ContentCriterion } from '../../../mail/search-criteria.ts';
import { WorkerSummaries } from '../../maintenance/worker-summaries.ts';
import { openTestStore, select, temporaryFolder } from '../../testing/test-store.ts';
import { SearchInPlace } from '../search-in-place.ts';
import { FITS, UNKNOWN } from '../search-tasks.ts';
import { BlobRows } from '../worker/blob-rows.ts';

/** A store whose index is made when the test says so. */
export class TriedSearch {
  readonly #folder = temporaryFolder();
  /** What was logged of broken indexes. */
  readonly warnings: string[] = [];
  runner = new SearchInPlace();
  #store: Awaited<ReturnType<typeof openTestStore>> | undefined;
  account!: StoredAccount;
  inbox!: StoredMailbox;

  get accountFolder(): string {
    return join(this.#folder.path, 'anna');
  }

  async open(): Promise<this> {
    this.runner = new SearchInPlace();
    const logger = { ...silentLogger, warn: (_: object, message: string) => this.#warned(message) };
    this.#store = await openTestStore(this.#folder.path, { search: this.runner, logger });
    this.account = await this.#store.account('anna');
    this.inbox = await select(this.account, 'INBOX');
    return this;
  }

  #warned(message: string): void {
    if (message.includes('search index')) this.warnings.push(message);
  }

  async append(messages: readonly Uint8Array[]): Promise<void> {
    await this.account.append(
      'INBOX',
      messages.map((bytes) => ({ bytes, flags: [] })),
    );
  }

  /** Indexes what has a lower id; everything unless said otherwise. */
  async index(below = this.#next(), vanished = false): Promise<void> {
    for (;;) {
      const { left, rebuilt } = await this.runner.run('index', { folder: this.accountFolder, below, vanished });
      if (rebuilt !== undefined) this.warnings.push(rebuilt);
      if (left === 0) return;
    }
  }

  /** The id that the next message will have at least. */
  #next(): number {
    const { columns, count } = this.inbox.state;
    return columns.blob.subarray(0, count).reduce((highest, blob) => Math.max(highest, blob), 0) + 1;
  }

  compact(): Promise<unknown> {
    return this.#store!.compact('anna');
  }

  /** Summarises what has a lower id. */
  summarise(below: number): void {
    const rows = new BlobRows(this.accountFolder);
    const summaries = new WorkerSummaries();
    const known = this.#blobs().filter((blob) => blob < below);
    summaries.run(
      this.accountFolder,
      known.map((blob) => rows.find(blob)!),
    );
    summaries.close(this.accountFolder);
    rows.close();
  }

  /** Of all messages, ascending, each once. */
  #blobs(): number[] {
    const { columns, count } = this.inbox.state;
    return [...new Set(columns.blob.subarray(0, count))].sort((a, b) => a - b);
  }

  /** The rows that a scan in the search thread finds, however few and small the messages are. */
  async #scanned(criterion: ContentCriterion): Promise<number[]> {
    const { columns, count } = this.inbox.state;
    const blobs = Float64Array.from(this.#blobs());
    const fitting = new Set<number>();
    for (let at = 0; at < blobs.length; ) {
      const some = blobs.subarray(at);
      const { verdicts } = await this.runner.run('scan', { folder: this.accountFolder, criterion, blobs: some });
      for (const [i, verdict] of verdicts.entries()) if (verdict === FITS) fitting.add(some[i]!);
      at += verdicts.length;
    }
    return Array.from({ length: count }, (_, row) => row).filter((row) => fitting.has(columns.blob[row]!));
  }

  /** The criteria that are answered otherwise than by a look into every message, with both answers. */
  async wrong(criteria: readonly ContentCriterion[], how?: 'scanned, too'): Promise<object[]> {
    const { columns, count } = this.inbox.state;
    const rows = Array.from({ length: count }, (_, row) => row);
    const contents = await this.inbox.contents({ columns, rows });
    const layouts = contents.map((bytes) => summarise(bytes!).parts);
    const wrong: object[] = [];
    for (const criterion of criteria) {
      const expected = rows.filter((row) => matcherOf(criterion)(contents[row]!, layouts[row]!));
      const found = Array.from(await this.inbox.matching({ columns, rows }, criterion));
      if (found.join() !== expected.join()) wrong.push({ criterion, expected, found });
      const scanned = how === 'scanned, too' ? await this.#scanned(criterion) : expected;
      if (scanned.join() !== expected.join()) wrong.push({ criterion, expected, scanned });
    }
    return wrong;
  }

  /** How many messages the index knows nothing of. */
  async unknown(criterion: ContentCriterion = { kind: 'text', value: 'invoice' }): Promise<number> {
    const blobs = Float64Array.from(this.#blobs());
    const { verdicts } = await this.runner.run('find', { folder: this.accountFolder, criterion, blobs });
    return verdicts.filter((verdict) => verdict === UNKNOWN).length;
  }

  async close(): Promise<void> {
    await this.#store!.close();
    await this.runner.run('close', { folder: this.accountFolder });
  }

  async remove(): Promise<void> {
    await this.close();
    this.#folder.remove();
  }
}

/** Tries something with a new one, and removes it. */
export async function tried(work: (search: TriedSearch) => Promise<void>): Promise<void> {
  const one = await new TriedSearch().open();
  try {
    await work(one);
  } finally {
    await one.remove();
  }
}
