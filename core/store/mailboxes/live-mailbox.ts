import type { FlagSetId } from '../../mail/flags.ts';
import type { MailboxEntry, MailboxState } from '../../mail/ports.ts';
import type { StoredFlagSets } from '../index/flag-sets.ts';
import { type Columns, copyRows, emptyColumns, pickRows, type RowBlock } from './columns.ts';
import { firstUnseen } from './first-unseen.ts';
import type { MailboxRecord } from './mailbox-record.ts';
import type { ViewedMailbox } from './viewed-mailbox.ts';

/** Messages that got the same flag set. */
export interface FlaggedRows {
  readonly flagSet: FlagSetId;
  readonly rows: ArrayLike<number>;
}

/**
 * The published state of a mailbox, in memory while sessions have it open and for a while after. Only publication
 * changes it, except for flags, which change right after their commit.
 */
export class LiveMailbox implements MailboxState {
  readonly record: MailboxRecord;
  /** What was published up to this commit is in the columns already: they were read from the index then. */
  readonly loadedAt: number;
  entry: MailboxEntry;
  columns: Columns;
  count: number;
  uidNext: number;
  expungeEpoch = 0;
  lastFlagModseq = 0;
  deleted = false;
  /** Goes up with every change; what is computed from the columns is good for one version. */
  version = 0;
  /** UIDs whose removal is committed and not yet published: for whoever wants to change something they are gone. */
  readonly leaving = new Set<number>();
  readonly flagSets: StoredFlagSets;
  readonly #listeners = new Set<() => void>();
  /** The same mailbox as others than its owner see it now. */
  readonly #views = new Set<ViewedMailbox>();
  /** Answers for SELECT, which must not cost time per message each time it is sent. */
  #remembered: { keywords?: readonly string[]; firstUnseenRow?: number } = {};

  constructor(record: MailboxRecord, flagSets: StoredFlagSets, rows: RowBlock, loadedAt: number) {
    this.record = record;
    this.flagSets = flagSets;
    this.entry = record.entry;
    this.columns = rows.columns;
    this.count = rows.count;
    this.uidNext = record.uidNext;
    this.loadedAt = loadedAt;
  }

  get uidValidity(): number {
    return this.record.uidValidity;
  }

  get highestModseq(): number {
    return this.record.publishedModseq;
  }

  rowOf(uid: number): number {
    const uids = this.columns.uid;
    let low = 0;
    let high = this.count - 1;
    // Most mailboxes have few gaps: the row is at most uid - first UID behind the first row.
    if (high >= 0) high = Math.min(high, uid - uids[0]!);
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = uids[middle]!;
      if (found === uid) return middle;
      if (found < uid) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  keywords(): readonly string[] {
    this.#remembered.keywords ??= this.#keywordsInUse();
    return this.#remembered.keywords;
  }

  get firstUnseenRow(): number {
    this.#remembered.firstUnseenRow ??= firstUnseen(this, this.flagSets);
    return this.#remembered.firstUnseenRow;
  }

  flagSetsInUse(): FlagSetId[] {
    const seen = new Uint8Array(this.flagSets.count);
    for (let row = 0; row < this.count; row++) seen[this.columns.flagSet[row]!] = 1;
    return Array.from(seen.keys()).filter((id) => seen[id] === 1);
  }

  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** From now on the view is told of every change, before any listener is called. */
  addView(view: ViewedMailbox): void {
    this.#views.add(view);
  }

  removeView(view: ViewedMailbox): void {
    this.#views.delete(view);
  }

  /** New messages, UIDs above all others. They are written behind the last row; full columns are replaced by longer ones. */
  appended(block: RowBlock, uidNext: number): void {
    const needed = this.count + block.count;
    if (needed > this.columns.uid.length) {
      const longer = emptyColumns(Math.max(16, Math.ceil(needed * 1.5)));
      copyRows(this.columns, 0, this.count, longer, 0);
      this.columns = longer;
    }
    const from = this.count;
    copyRows(block.columns, 0, block.count, this.columns, from);
    this.count = needed;
    for (const view of this.#views) view.appended(from, block);
    this.uidNext = uidNext;
    this.#changed();
  }

  /** Messages that are gone, ascending UIDs. The old columns stay as they are for those who still read them. */
  expunged(uids: ArrayLike<number>): void {
    const kept = new Uint32Array(this.count);
    let count = 0;
    let next = 0;
    for (let row = 0; row < this.count; row++) {
      const uid = this.columns.uid[row]!;
      while (next < uids.length && uids[next]! < uid) next++;
      if (uids[next] !== uid) kept[count++] = row;
    }
    for (let i = 0; i < uids.length; i++) this.leaving.delete(uids[i]!);
    this.columns = pickRows(this.columns, kept.subarray(0, count)).columns;
    this.count = count;
    this.expungeEpoch++;
    for (const view of this.#views) view.kept(kept.subarray(0, count));
    this.#changed();
  }

  /** Flags of messages that are there, in place. */
  flagged(changes: readonly FlaggedRows[], modseq: number): void {
    const { flagSet: flagSets, modseq: modseqs } = this.columns;
    for (const { flagSet, rows } of changes) {
      for (let i = 0; i < rows.length; i++) {
        flagSets[rows[i]!] = flagSet;
        modseqs[rows[i]!] = modseq;
      }
    }
    this.lastFlagModseq = modseq;
    for (const view of this.#views) view.flagged(changes, modseq);
    this.#changed();
  }

  /** All messages are about to leave: INBOX was renamed. */
  allLeave(): void {
    for (let row = 0; row < this.count; row++) this.leaving.add(this.columns.uid[row]!);
  }

  /** All messages have left; UIDs go on from `uidNext`. */
  emptied(uidNext: number): void {
    this.#clear();
    this.uidNext = uidNext;
    this.#changed();
  }

  renamed(entry: MailboxEntry): void {
    this.entry = entry;
    this.#changed();
  }

  /** The mailbox is gone, and all its messages. */
  removed(): void {
    this.#clear();
    this.deleted = true;
    this.#changed();
  }

  #clear(): void {
    this.columns = emptyColumns(0);
    this.count = 0;
    this.leaving.clear();
    this.expungeEpoch++;
    for (const view of this.#views) view.cleared();
  }

  #keywordsInUse(): readonly string[] {
    const keywords = new Set<string>();
    for (const id of this.flagSetsInUse()) {
      for (const flag of this.flagSets.get(id)) if (!flag.startsWith('\\')) keywords.add(flag);
    }
    return [...keywords];
  }

  #changed(): void {
    this.version++;
    this.#remembered = {};
    for (const listener of this.#listeners) listener();
    for (const view of this.#views) view.announce();
  }
}
