import { join } from 'node:path';
import { silentLogger } from '../../../base/logger.ts';
import { summarise } from '../../../mail/mime/summarise.ts';
import type { StoredAccount, StoredMailbox } from '../../../mail/ports.ts';
import { matcherOf } from '../../../mail/search/matches.ts';
import type { ContentCriterion } from '../../../mail/search-criteria.ts';
import { openTestStore, select, temporaryFolder } from '../../testing/test-store.ts';
import { SearchInPlace } from '../search-in-place.ts';
import { UNKNOWN } from '../search-tasks.ts';

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

  /** The criteria that are answered otherwise than by a look into every message, with both answers. */
  async wrong(criteria: readonly ContentCriterion[]): Promise<object[]> {
    const { columns, count } = this.inbox.state;
    const rows = Array.from({ length: count }, (_, row) => row);
    const contents = await this.inbox.contents({ columns, rows });
    const layouts = contents.map((bytes) => summarise(bytes!).parts);
    const wrong: object[] = [];
    for (const criterion of criteria) {
      const expected = rows.filter((row) => matcherOf(criterion)(contents[row]!, layouts[row]!));
      const found = Array.from(await this.inbox.matching({ columns, rows }, criterion));
      if (found.join() !== expected.join()) wrong.push({ criterion, expected, found });
    }
    return wrong;
  }

  /** How many messages the index knows nothing of. */
  async unknown(criterion: ContentCriterion = { kind: 'text', value: 'invoice' }): Promise<number> {
    const { columns, count } = this.inbox.state;
    const blobs = Float64Array.from(columns.blob.subarray(0, count)).sort();
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
