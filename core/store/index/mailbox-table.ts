import type { SpecialUse } from '../../mail/special-use.ts';
import type { Database, Statement } from './database.ts';

/** A mailbox as the index has it. */
export interface MailboxRow {
  readonly id: number;
  readonly objectId: string;
  readonly name: string;
  readonly specialUse: readonly SpecialUse[];
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModseq: number;
  /** The lowest UID no read-write session has claimed as recent. */
  readonly firstRecent: number;
}

/** What a change of messages gives out. */
export interface MailboxCounters {
  readonly uidNext: number;
  readonly highestModseq: number;
}

export class MailboxTable {
  readonly #all: Statement;
  readonly #insert: Statement;
  readonly #lastId: Statement;
  readonly #advance: Statement;
  readonly #recent: Statement;
  readonly #rename: Statement;
  readonly #delete: Statement;
  readonly #leap: Statement;
  readonly #settled: Statement;

  constructor(database: Database) {
    this.#all = database.prepare(
      'SELECT id, object_id, name, special_use, uid_validity, uid_next, highest_modseq, first_recent FROM mailbox',
    );
    this.#insert = database.prepare('INSERT INTO mailbox VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, 0)');
    this.#lastId = database.prepare('SELECT last_insert_rowid()');
    this.#advance = database.prepare(
      'UPDATE mailbox SET uid_next = ?, highest_modseq = ?, settled_blobs = ? WHERE id = ?',
    );
    this.#recent = database.prepare('UPDATE mailbox SET first_recent = ? WHERE id = ?');
    this.#rename = database.prepare('UPDATE mailbox SET name = ? WHERE id = ?');
    this.#delete = database.prepare('DELETE FROM mailbox WHERE id = ?');
    this.#settled = database.prepare('SELECT max(settled_blobs) FROM mailbox');
    this.#leap = database.prepare('UPDATE mailbox SET highest_modseq = highest_modseq + ?, settled_blobs = ?');
  }

  all(): MailboxRow[] {
    return this.#all.all().map((row) => ({
      id: Number(row[0]),
      objectId: String(row[1]),
      name: String(row[2]),
      specialUse: String(row[3]).split(' ').filter(Boolean) as SpecialUse[],
      uidValidity: Number(row[4]),
      uidNext: Number(row[5]),
      highestModseq: Number(row[6]),
      firstRecent: Number(row[7]),
    }));
  }

  /** Returns the id. */
  insert(row: Omit<MailboxRow, 'id'>): number {
    this.#insert.run(
      row.objectId,
      row.name,
      row.specialUse.join(' '),
      row.uidValidity,
      row.uidNext,
      row.highestModseq,
      row.firstRecent,
    );
    return Number(this.#lastId.get()![0]);
  }

  /** Every change of messages comes by here, so it costs nothing to note how far records are known to be flushed. */
  advance(id: number, counters: MailboxCounters, settledBlobs: number): void {
    this.#advance.run(counters.uidNext, counters.highestModseq, settledBlobs, id);
  }

  /** Every record with a blob id below was flushed, or never promised: recovery need not look at it. */
  settledBlobs(): number {
    return Number(this.#settled.get()![0] ?? 0);
  }

  setFirstRecent(id: number, uid: number): void {
    this.#recent.run(uid, id);
  }

  rename(id: number, name: string): void {
    this.#rename.run(name, id);
  }

  delete(id: number): void {
    this.#delete.run(id);
  }

  /** After a recovery: raises every mailbox's highest modseq. */
  leap(by: number, settledBlobs: number): void {
    this.#leap.run(by, settledBlobs);
  }
}
