import { storeLimits } from '../../base/limits.ts';
import { BlobTable } from './blob-table.ts';
import { Database } from './database.ts';
import { FactTable } from './fact-table.ts';
import { FlagChangeTable } from './flag-change-table.ts';
import { StoredFlagSets } from './flag-sets.ts';
import { MailboxTable } from './mailbox-table.ts';
import { MessageTable } from './message-table.ts';
import { migrate, needCurrent, schemaVersion } from './schema.ts';
import { SegmentTable } from './segment-table.ts';
import { SubscriptionTable } from './subscription-table.ts';
import type { UidPiece } from './uid-pieces.ts';
import { ViewerTable } from './viewer-table.ts';

/** Half of SQLite's usual page: a commit touches three pages, and each goes to the -wal file whole. */
const PAGE_SIZE = 2048;

/** The file has nothing in it, where it should have an account's mail. */
export class EmptyIndex extends Error {}

export interface AccountIndexOptions {
  /** Whether a file that is empty, or not there yet, is a new index. So unless said otherwise. */
  readonly mayBeNew?: boolean;
  /** It is only read, where nothing can be written; it must be of the version this program knows. */
  readonly frozen?: boolean;
}

/** index.db of an account: its tables, and transactions over them. */
export class AccountIndex {
  readonly facts: FactTable;
  readonly mailboxes: MailboxTable;
  readonly subscriptions: SubscriptionTable;
  readonly blobs: BlobTable;
  readonly segments: SegmentTable;
  readonly messages: MessageTable;
  readonly flagSets: StoredFlagSets;
  readonly flagChanges: FlagChangeTable;
  readonly viewers: ViewerTable;
  readonly database: Database;

  /**
   * @throws UserError when a newer program wrote the file, or an older one and it is frozen; EmptyIndex; an SQLite error
   *   when it is broken
   */
  constructor(path: string, { mayBeNew = true, frozen = false }: AccountIndexOptions = {}) {
    this.database = new Database(path, { pageSize: PAGE_SIZE, cache: storeLimits.indexPageCache, frozen });
    try {
      if (!mayBeNew && schemaVersion(this.database) === 0) throw new EmptyIndex();
      if (frozen) needCurrent(this.database);
      else migrate(this.database);
    } catch (error) {
      this.database.close();
      throw error;
    }
    this.facts = new FactTable(this.database);
    this.mailboxes = new MailboxTable(this.database);
    this.subscriptions = new SubscriptionTable(this.database);
    this.blobs = new BlobTable(this.database);
    this.segments = new SegmentTable(this.database);
    this.messages = new MessageTable(this.database);
    this.flagSets = new StoredFlagSets(this.database);
    this.flagChanges = new FlagChangeTable(this.database);
    this.viewers = new ViewerTable(this.database);
  }

  /** Deletes messages and all that was noted of them. */
  deleteMessages(mailbox: number, piece: UidPiece): void {
    this.messages.delete(mailbox, piece);
    this.viewers.unmark(mailbox, piece);
  }

  /** Commits `work` or nothing. Not durable until the -wal file is flushed. */
  transaction<T>(work: () => T): T {
    const [result, flagSets] = this.database.transaction(() => [work(), this.flagSets.save()] as const);
    this.flagSets.saved(flagSets);
    return result;
  }

  /** The same for work that gives way to others in between; the caller holds the WriteTurn. */
  async slowTransaction<T>(work: () => Promise<T>): Promise<T> {
    const [result, flagSets] = await this.database.slowTransaction(
      async () => [await work(), this.flagSets.save()] as const,
    );
    this.flagSets.saved(flagSets);
    return result;
  }

  close(): void {
    this.database.close();
  }
}
