import { storeLimits } from '../../base/limits.ts';
import { Slice } from '../../base/slices.ts';
import type { Committer } from '../commit/committer.ts';
import type { Publication } from '../commit/publication.ts';
import type { AccountIndex } from '../index/account-index.ts';
import { applyChange, copyRows, emptyColumns, type RowBlock, unpackRows } from './columns.ts';
import type { IdleMailboxes } from './idle-mailboxes.ts';
import { LiveMailbox } from './live-mailbox.ts';
import type { MailboxRecord } from './mailbox-record.ts';

export interface LiveMailboxesOptions {
  readonly index: AccountIndex;
  readonly committer: Committer;
  readonly publication: Publication;
  readonly idle: IdleMailboxes;
}

interface Loaded {
  readonly mailbox: Promise<LiveMailbox>;
  ready: LiveMailbox | undefined;
  users: number;
}

/** The mailboxes of an account that are in memory. */
export class LiveMailboxes {
  readonly #options: LiveMailboxesOptions;
  readonly #loaded = new Map<number, Loaded>();

  constructor(options: LiveMailboxesOptions) {
    this.#options = options;
  }

  /** Takes part in the mailbox; every call must be followed by one of `leave`. */
  async join(record: MailboxRecord): Promise<LiveMailbox> {
    let loaded = this.#loaded.get(record.id);
    if (!loaded) {
      loaded = { mailbox: this.#load(record), ready: undefined, users: 0 };
      this.#loaded.set(record.id, loaded);
    }
    loaded.users++;
    try {
      const mailbox = await loaded.mailbox;
      this.#options.idle.remove(mailbox);
      // What was read may be committed and not yet durable: it must not be shown before it is.
      await this.#options.publication.reached(mailbox.loadedAt);
      return mailbox;
    } catch (error) {
      loaded.users--;
      if (!loaded.ready && this.#loaded.get(record.id) === loaded) this.#loaded.delete(record.id);
      throw error;
    }
  }

  leave(mailbox: LiveMailbox): void {
    const id = mailbox.record.id;
    const loaded = this.#loaded.get(id);
    if (loaded?.ready !== mailbox || --loaded.users > 0) return;
    this.#options.idle.add(mailbox, () => {
      if (this.#loaded.get(id) === loaded && loaded.users === 0) this.#loaded.delete(id);
    });
  }

  /** The mailbox, if it is in memory and commit number `commit` is not yet in its columns. */
  at(id: number, commit: number): LiveMailbox | undefined {
    const mailbox = this.#loaded.get(id)?.ready;
    return mailbox && mailbox.loadedAt < commit ? mailbox : undefined;
  }

  /** The mailbox, if it is in memory. */
  find(id: number): LiveMailbox | undefined {
    return this.#loaded.get(id)?.ready;
  }

  /** The mailbox is deleted; sessions that still have it keep their object. */
  forget(id: number): void {
    const mailbox = this.find(id);
    if (mailbox) this.#options.idle.remove(mailbox);
    this.#loaded.delete(id);
  }

  /** The account is closed. */
  forgetAll(): void {
    for (const id of [...this.#loaded.keys()]) this.forget(id);
  }

  #load(record: MailboxRecord): Promise<LiveMailbox> {
    const { committer, index, publication } = this.#options;
    return committer.alone(async () => {
      const rows = await readRows(index, record);
      for (const change of index.flagChanges.of(record.id)) applyChange(rows, change);
      const mailbox = new LiveMailbox(record, index.flagSets, rows, publication.committed);
      const loaded = this.#loaded.get(record.id);
      if (loaded) loaded.ready = mailbox;
      return mailbox;
    });
  }
}

/** All messages of a mailbox. The caller holds the turn, so they do not change between two slices. */
async function readRows(index: AccountIndex, record: MailboxRecord): Promise<RowBlock> {
  const blocks: RowBlock[] = [];
  const slice = new Slice();
  let from = 1;
  let count = 0;
  for (;;) {
    const block = unpackRows(index.messages.load(record.id, from, storeLimits.rowsPerStatement));
    blocks.push(block);
    count += block.count;
    if (block.count < storeLimits.rowsPerStatement) break;
    from = block.columns.uid[block.count - 1]! + 1;
    await slice.rest();
  }
  if (blocks.length === 1) return blocks[0]!;
  const columns = emptyColumns(count);
  let at = 0;
  for (const block of blocks) {
    copyRows(block.columns, 0, block.count, columns, at);
    at += block.count;
  }
  return { columns, count };
}
