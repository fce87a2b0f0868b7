import type { FlagSetId } from '../../mail/flags.ts';
import type { Database, Statement, Value } from './database.ts';
import type { UidPiece } from './uid-pieces.ts';

/** New flags of messages of a mailbox. */
export interface FlagChangeRow {
  readonly mailbox: number;
  readonly modseq: number;
  readonly flagSet: FlagSetId;
  readonly piece: UidPiece;
}

/**
 * Changes of the flags of many messages at once, not yet in the rows of the messages. Such a change is a few octets
 * here, committed in no time, where rewriting 10,000 rows takes the event loop milliseconds; the rows follow in a quiet
 * moment (settle-flags.ts).
 *
 * A message has the flags of whichever has the higher modseq, its row or a change here. So it does not matter in which
 * order, how often, or how far changes were brought into the rows when the process was killed, nor that rows are changed
 * directly meanwhile. UIDs of messages that are gone mean nothing: no UID is given twice.
 */
export class FlagChangeTable {
  readonly #insert: Statement;
  readonly #newest: Statement;
  readonly #newestOf: Statement;
  readonly #of: Statement;
  readonly #all: Statement;
  readonly #count: Statement;
  readonly #delete: Statement;
  readonly #deleteOf: Statement;
  readonly #deleteWithin: Statement;

  constructor(database: Database) {
    const select = 'SELECT mailbox, modseq, flag_set, first_uid, last_uid, uids, id FROM flag_change';
    this.#insert = database.prepare('INSERT INTO flag_change VALUES (NULL, ?, ?, ?, ?, ?, ?)');
    this.#newest = database.prepare(`${select} ORDER BY id DESC LIMIT 1`);
    this.#newestOf = database.prepare(`${select} WHERE mailbox = ? ORDER BY id DESC LIMIT 1`);
    this.#of = database.prepare(`${select} WHERE mailbox = ? ORDER BY id`);
    this.#all = database.prepare(`${select} ORDER BY id`);
    this.#count = database.prepare('SELECT count(*) FROM flag_change');
    this.#delete = database.prepare('DELETE FROM flag_change WHERE id = ?');
    this.#deleteOf = database.prepare('DELETE FROM flag_change WHERE mailbox = ?');
    this.#deleteWithin = database.prepare(
      'DELETE FROM flag_change WHERE mailbox = ? AND first_uid >= ? AND last_uid <= ?',
    );
  }

  get count(): number {
    return Number(this.#count.get()![0]);
  }

  insert({ mailbox, modseq, flagSet, piece }: FlagChangeRow): void {
    if (piece.kind === 'list') {
      this.#insert.run(mailbox, modseq, flagSet, piece.uids[0]!, piece.uids.at(-1)!, JSON.stringify(piece.uids));
      return;
    }
    // Every message of the range gets these flags: what was noted of some of them before is of no more use.
    this.#deleteWithin.run(mailbox, piece.from, piece.to);
    this.#insert.run(mailbox, modseq, flagSet, piece.from, piece.to, null);
  }

  /**
   * The latest change, of all mailboxes or of one. Who brings the latest into the rows first finds little left to do for
   * those before it.
   */
  newest(mailbox?: number): (FlagChangeRow & { readonly id: number }) | undefined {
    const row = mailbox === undefined ? this.#newest.get() : this.#newestOf.get(mailbox);
    return row && { ...changeOf(row), id: Number(row[6]) };
  }

  /** The oldest first. */
  of(mailbox: number): FlagChangeRow[] {
    return this.#of.all(mailbox).map(changeOf);
  }

  all(): (FlagChangeRow & { readonly id: number })[] {
    return this.#all.all().map((row) => ({ ...changeOf(row), id: Number(row[6]) }));
  }

  delete(id: number): void {
    this.#delete.run(id);
  }

  /** The mailbox is deleted. */
  deleteOf(mailbox: number): void {
    this.#deleteOf.run(mailbox);
  }
}

function changeOf([mailbox, modseq, flagSet, first, last, uids]: readonly Value[]): FlagChangeRow {
  const common = { mailbox: Number(mailbox), modseq: Number(modseq), flagSet: Number(flagSet) };
  if (uids === null) {
    const from = Number(first);
    const to = Number(last);
    return { ...common, piece: { kind: 'range', from, to, count: to - from + 1 } };
  }
  const list: number[] = JSON.parse(String(uids));
  return { ...common, piece: { kind: 'list', uids: list, count: list.length } };
}
