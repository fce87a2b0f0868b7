import type { MailboxEntry, MailboxState } from '../../mail/ports.ts';
import type { StoredFlagSets } from '../index/flag-sets.ts';
import type { SeenMarks } from '../index/viewer-table.ts';
import type { Columns, RowBlock } from './columns.ts';
import { firstUnseen } from './first-unseen.ts';
import type { FlaggedRows, LiveMailbox } from './live-mailbox.ts';

interface Mark {
  readonly seen: boolean;
  readonly modseq: number;
}

/**
 * A mailbox as somebody sees it who is not its owner: \Seen is his own, all else is the mailbox's. Flag sets and modseqs
 * are columns of its own, the other columns are shared. A message has the higher modseq of the two changes that concern
 * him: that of the message and that of his mark. In memory only while he has the mailbox open; the mailbox tells it of
 * every change before anybody is called.
 */
export class ViewedMailbox implements MailboxState {
  readonly mailbox: LiveMailbox;
  readonly account: string;
  columns: Columns;
  #lastMarkModseq = 0;
  /** His marks of messages that are committed and not yet published. */
  readonly #ahead = new Map<number, Mark>();
  readonly #listeners = new Set<() => void>();
  #firstUnseen: number | undefined;

  /** @param marks of all messages of the mailbox, published or not */
  constructor(mailbox: LiveMailbox, account: string, marks: readonly SeenMarks[]) {
    this.mailbox = mailbox;
    this.account = account;
    this.columns = this.#ownColumns();
    this.#fill(0);
    let row = 0;
    for (const { uids, seen, modseqs } of marks) {
      for (let i = 0; i < uids.length; i++) {
        row = this.#markRow(row, uids[i]!, { seen: seen[i] === 1, modseq: modseqs[i]! });
      }
    }
  }

  get entry(): MailboxEntry {
    return this.mailbox.entry;
  }
  get flagSets(): StoredFlagSets {
    return this.mailbox.flagSets;
  }
  get uidValidity(): number {
    return this.mailbox.uidValidity;
  }
  get uidNext(): number {
    return this.mailbox.uidNext;
  }
  get highestModseq(): number {
    return this.mailbox.highestModseq;
  }
  get count(): number {
    return this.mailbox.count;
  }
  get expungeEpoch(): number {
    return this.mailbox.expungeEpoch;
  }
  get deleted(): boolean {
    return this.mailbox.deleted;
  }
  get lastFlagModseq(): number {
    return Math.max(this.mailbox.lastFlagModseq, this.#lastMarkModseq);
  }

  rowOf(uid: number): number {
    return this.mailbox.rowOf(uid);
  }

  keywords(): readonly string[] {
    return this.mailbox.keywords();
  }

  get firstUnseenRow(): number {
    this.#firstUnseen ??= firstUnseen(this, this.flagSets);
    return this.#firstUnseen;
  }

  hasSeen(row: number): boolean {
    return this.flagSets.has(this.columns.flagSet[row]!, '\\Seen');
  }

  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** He has marked messages, or unmarked them. To be followed by `announce`. */
  marked(rows: ArrayLike<number>, seen: boolean, modseq: number): void {
    const { flagSet, modseq: modseqs } = this.columns;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      flagSet[row] = this.flagSets.withSeen(flagSet[row]!, seen);
      modseqs[row] = modseq;
    }
    this.#lastMarkModseq = modseq;
  }

  /** Messages were added to the mailbox's columns, from row `from` on. */
  appended(from: number, { seenBy, columns }: RowBlock): void {
    if (seenBy?.account === this.account) {
      for (const row of seenBy.rows) {
        this.#ahead.set(columns.uid[row]!, { seen: true, modseq: columns.modseq[row]! });
      }
    }
    if (this.columns.uid !== this.mailbox.columns.uid) {
      const { flagSet, modseq } = this.columns;
      this.columns = this.#ownColumns();
      this.columns.flagSet.set(flagSet.subarray(0, from));
      this.columns.modseq.set(modseq.subarray(0, from));
    }
    this.#fill(from);
  }

  /** Flags in the mailbox's columns have changed. */
  flagged(changes: readonly FlaggedRows[], modseq: number): void {
    const own = this.columns;
    for (const { flagSet, rows } of changes) {
      for (let i = 0; i < rows.length; i++) {
        own.flagSet[rows[i]!] = this.flagSets.withSeen(flagSet, this.hasSeen(rows[i]!));
        own.modseq[rows[i]!] = modseq;
      }
    }
  }

  /** Only these rows are left in the mailbox's columns, which are new ones. */
  kept(rows: Uint32Array): void {
    const { flagSet, modseq } = this.columns;
    this.columns = this.#ownColumns();
    for (let i = 0; i < rows.length; i++) {
      this.columns.flagSet[i] = flagSet[rows[i]!]!;
      this.columns.modseq[i] = modseq[rows[i]!]!;
    }
  }

  /** The mailbox is empty. */
  cleared(): void {
    this.#ahead.clear();
    this.columns = this.#ownColumns();
  }

  /** Tells his sessions that something has changed. */
  announce(): void {
    this.#firstUnseen = undefined;
    for (const listener of this.#listeners) listener();
  }

  #ownColumns(): Columns {
    const { columns } = this.mailbox;
    const room = columns.uid.length;
    return { ...columns, flagSet: new Uint32Array(room), modseq: new Float64Array(room) };
  }

  /** Applies a mark to the row of its message, which is `from` or later. Returns that row. */
  #markRow(from: number, uid: number, mark: Mark): number {
    const { columns, count } = this;
    let row = from;
    while (row < count && columns.uid[row]! < uid) row++;
    if (row < count && columns.uid[row] === uid) {
      columns.flagSet[row] = this.flagSets.withSeen(columns.flagSet[row]!, mark.seen);
      columns.modseq[row] = Math.max(columns.modseq[row]!, mark.modseq);
    } else if (row === count) {
      this.#ahead.set(uid, mark);
    }
    return row;
  }

  /** Rows from `from` on, as the mailbox and his marks have them. */
  #fill(from: number): void {
    const { mailbox, columns } = this;
    for (let row = from; row < mailbox.count; row++) {
      const uid = columns.uid[row]!;
      const mark = this.#ahead.size > 0 ? this.#ahead.get(uid) : undefined;
      if (mark) this.#ahead.delete(uid);
      columns.flagSet[row] = this.flagSets.withSeen(mailbox.columns.flagSet[row]!, mark?.seen ?? false);
      columns.modseq[row] = Math.max(mailbox.columns.modseq[row]!, mark?.modseq ?? 0);
    }
  }
}
