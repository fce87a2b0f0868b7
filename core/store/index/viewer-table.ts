import { storeLimits } from '../../base/limits.ts';
import type { Database, Statement, Value } from './database.ts';
import type { UidPiece } from './uid-pieces.ts';

/** Which messages somebody other than the owner has seen, ascending by UID. */
export interface SeenMarks {
  readonly uids: readonly number[];
  /** 1: seen; 0: seen once and unseen again, which has a modseq too. */
  readonly seen: readonly number[];
  /** Of the last change of the mark. */
  readonly modseqs: readonly number[];
}

/**
 * \Seen of those who read a mailbox that is not theirs. A `viewer` is one account in one mailbox, so that its marks are
 * neighbours; whoever has never changed a mark in a mailbox is none.
 */
export class ViewerTable {
  readonly #find: Statement;
  readonly #insert: Statement;
  readonly #ofMailbox: Statement;
  readonly #ofAccount: Statement;
  readonly #move: Statement;
  readonly #delete: Statement;
  readonly #load: Statement;
  readonly #mark: Readonly<Record<UidPiece['kind'], Statement>>;
  readonly #unmark: Readonly<Record<UidPiece['kind'], Statement>>;

  constructor(database: Database) {
    const mark = `INSERT INTO viewer_seen SELECT ?, uid, ?, ? FROM message WHERE mailbox = ? AND uid`;
    const again = 'ON CONFLICT (viewer, uid) DO UPDATE SET seen = excluded.seen, modseq = excluded.modseq';
    const unmark = 'DELETE FROM viewer_seen WHERE viewer = ? AND uid';
    const list = 'IN (SELECT value FROM json_each(?))';
    this.#find = database.prepare('SELECT id FROM viewer WHERE mailbox = ? AND account = ?');
    this.#insert = database.prepare('INSERT INTO viewer VALUES (NULL, ?, ?)');
    this.#ofMailbox = database.prepare('SELECT id FROM viewer WHERE mailbox = ?');
    this.#ofAccount = database.prepare('SELECT id FROM viewer WHERE account = ?');
    this.#move = database.prepare('UPDATE viewer SET mailbox = ? WHERE mailbox = ?');
    this.#delete = database.prepare('DELETE FROM viewer WHERE id = ?');
    this.#load = database.prepare(`
      SELECT json_group_array(uid), json_group_array(seen), json_group_array(modseq)
      FROM (SELECT uid, seen, modseq FROM viewer_seen WHERE viewer = ? AND uid >= ? ORDER BY uid LIMIT ?)`);
    this.#mark = {
      range: database.prepare(`${mark} BETWEEN ? AND ? ${again}`),
      list: database.prepare(`${mark} ${list} ${again}`),
    };
    this.#unmark = {
      range: database.prepare(`${unmark} BETWEEN ? AND ?`),
      list: database.prepare(`${unmark} ${list}`),
    };
  }

  find(mailbox: number, account: string): number | undefined {
    const row = this.#find.get(mailbox, account);
    return row && Number(row[0]);
  }

  findOrMake(mailbox: number, account: string): number {
    const known = this.find(mailbox, account);
    if (known !== undefined) return known;
    this.#insert.run(mailbox, account);
    return this.find(mailbox, account)!;
  }

  /** Of all mailboxes. */
  ofAccount(account: string): number[] {
    return this.#ofAccount.all(account).map((row) => Number(row[0]));
  }

  /** Notes whether messages that are in the mailbox have been seen. */
  mark(viewer: number, mailbox: number, piece: UidPiece, seen: boolean, modseq: number): void {
    this.#mark[piece.kind].run(viewer, seen ? 1 : 0, modseq, mailbox, ...bounds(piece));
  }

  /** The first marks with UIDs from `fromUid` on, a slice's worth. */
  load(viewer: number, fromUid: number): SeenMarks {
    const [uids, seen, modseqs] = this.#load.get(viewer, fromUid, storeLimits.rowsPerStatement)!;
    return { uids: numbers(uids), seen: numbers(seen), modseqs: numbers(modseqs) };
  }

  /** The messages leave the mailbox: what anybody has marked of them goes. */
  unmark(mailbox: number, piece: UidPiece): void {
    for (const [viewer] of this.#ofMailbox.all(mailbox)) this.#unmark[piece.kind].run(viewer!, ...bounds(piece));
  }

  /** Some of a viewer's marks, a slice's worth. Returns whether there were any. */
  unmarkSome(viewer: number): boolean {
    const { uids } = this.load(viewer, 0);
    const last = uids.at(-1);
    if (last === undefined) return false;
    this.#unmark.range.run(viewer, 0, last);
    return true;
  }

  /** The mailbox goes; its messages have gone before. */
  deleteOf(mailbox: number): void {
    for (const [viewer] of this.#ofMailbox.all(mailbox)) this.#delete.run(viewer!);
  }

  /** A viewer whose marks have gone before. */
  delete(viewer: number): void {
    this.#delete.run(viewer);
  }

  /** All messages have moved to another mailbox and kept their UIDs; nobody has marked anything there. */
  move(from: number, to: number): void {
    this.#move.run(to, from);
  }
}

function bounds(piece: UidPiece): Value[] {
  return piece.kind === 'range' ? [piece.from, piece.to] : [JSON.stringify(piece.uids)];
}

function numbers(json: Value | undefined): number[] {
  return JSON.parse(String(json));
}
