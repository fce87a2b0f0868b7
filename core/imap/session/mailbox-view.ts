import { Malformed, Refused } from '../../base/errors.ts';
import type { NumberSet } from '../../base/number-set.ts';
import type { FlagSetId } from '../../mail/flags.ts';
import type { MailboxState, MessageColumns, Rows, SelectedMailbox, UidRange } from '../../mail/ports.ts';
import { type MailboxAccess, sameAccess } from './mailbox-rights.ts';
import { ToldKeywords } from './told-keywords.ts';

/** What is to be told of changes: numbers are message sequence numbers of the view after the expunges before them. */
export interface ChangeSink {
  expunged(sequence: number): void;
  exists(count: number): void;
  recent(count: number): void;
  /** A message that is told of next, or that the client changed, has these flags. */
  flagSet(id: FlagSetId): void;
  flags(sequence: number): void;
  /** The user may change other flags than before, or may change nothing more. */
  access(before: MailboxAccess): void;
  mailboxGone(): void;
}

/** True for a deleted mailbox and for one that its owner shares no longer: the user cannot tell them apart. */
export const GONE = 'The selected mailbox was deleted, or is not shared with you any more';

/** Where a message's present data stand. */
export interface Place {
  readonly columns: MessageColumns;
  readonly row: number;
}

/**
 * One session's view of its mailbox: the only place that knows message sequence numbers (RFC 9051 section 2.3.1.2). It
 * holds the columns as they were when the session was last told, so a message expunged since keeps its number and its
 * content until `report` may say so.
 */
export class MailboxView {
  readonly mailbox: SelectedMailbox;
  /** The result of the last SEARCH RETURN (SAVE), as UIDs (RFC 5182). */
  saved: ArrayLike<number> = [];
  readonly keywords: ToldKeywords;
  #columns: MessageColumns;
  #count: number;
  #epoch: number;
  #toldFlagModseq: number;
  /** UIDs that are \Recent for this session, ascending, none twice. */
  readonly #recent: UidRange[] = [];
  #ownChanges: Set<number> | undefined;
  #toldGone = false;
  /** The user's rights as the client knows them. */
  #access: MailboxAccess;

  constructor(mailbox: SelectedMailbox) {
    const { state } = mailbox;
    this.mailbox = mailbox;
    this.keywords = new ToldKeywords(state.keywords());
    this.#columns = state.columns;
    this.#count = state.count;
    this.#epoch = state.expungeEpoch;
    this.#toldFlagModseq = Math.max(state.lastFlagModseq, state.highestModseq);
    this.#claimRecent();
    this.#access = accessOf(mailbox);
  }

  get state(): MailboxState {
    return this.mailbox.state;
  }

  /** The number of messages the client knows of. */
  get count(): number {
    return this.#count;
  }

  uidOf(sequence: number): number {
    return this.#columns.uid[sequence - 1]!;
  }

  /** The sequence number of a UID, or 0. */
  sequenceOf(uid: number): number {
    const index = firstAtLeast(this.#columns.uid, this.#count, uid);
    return index < this.#count && this.#columns.uid[index] === uid ? index + 1 : 0;
  }

  isRecent(sequence: number): boolean {
    const uid = this.uidOf(sequence);
    return this.#recent.some(({ from, to }) => uid >= from && uid < to);
  }

  get recentCount(): number {
    const below = (uid: number) => firstAtLeast(this.#columns.uid, this.#count, uid);
    return this.#recent.reduce((count, { from, to }) => count + below(to) - below(from), 0);
  }

  /** What came since is this session's, unless another was first. */
  #claimRecent(): void {
    const { from, to } = this.mailbox.claimRecent();
    const last = this.#recent.at(-1);
    const begin = Math.max(from, last?.to ?? 0);
    if (to <= begin) return;
    if (last?.to === begin) this.#recent[this.#recent.length - 1] = { from: last.from, to };
    else this.#recent.push({ from: begin, to });
  }

  /** The state's columns when the client knows of every expunge: then row i is message i + 1. Spares a Place per message. */
  get presentColumns(): MessageColumns | undefined {
    const { state } = this.mailbox;
    return state.expungeEpoch === this.#epoch ? state.columns : undefined;
  }

  /** Flags and modseq as they are now, or as they last were for a message already expunged elsewhere. */
  place(sequence: number): Place {
    const { state } = this.mailbox;
    if (state.expungeEpoch === this.#epoch) return { columns: state.columns, row: sequence - 1 };
    const row = state.rowOf(this.uidOf(sequence));
    return row < 0 ? { columns: this.#columns, row: sequence - 1 } : { columns: state.columns, row };
  }

  /** True when the message is gone already though the client has not been told. */
  isExpunged(sequence: number): boolean {
    const { state } = this.mailbox;
    return state.expungeEpoch !== this.#epoch && state.rowOf(this.uidOf(sequence)) < 0;
  }

  /** Where the content of these messages is found, expunged or not. */
  contentOf(sequences: ArrayLike<number>): Rows {
    const rows = new Uint32Array(sequences.length);
    for (let index = 0; index < rows.length; index++) rows[index] = sequences[index]! - 1;
    return { columns: this.#columns, rows };
  }

  uidsOf(sequences: ArrayLike<number>): Uint32Array {
    const uids = new Uint32Array(sequences.length);
    for (let index = 0; index < uids.length; index++) uids[index] = this.uidOf(sequences[index]!);
    return uids;
  }

  /**
   * The sequence numbers that a set names, ascending, each once. UIDs that are not there are passed over.
   * @throws Malformed for a sequence number beyond the last message (RFC 9051 section 9, seq-number); Refused as
   *   `refuseGone`.
   */
  resolve(set: NumberSet | '$', byUid: boolean): Uint32Array {
    this.refuseGone();
    if (set === '$') return this.#resolveSaved();
    if (!byUid) this.#refuseOutOfRange(set);
    const spans = set.map(({ from, to }) => (byUid ? this.#uidSpan(from, to) : this.#sequenceSpan(from, to)));
    return unionOfSpans(spans.filter(([first, last]) => first <= last));
  }

  /** The same for a search: sequence numbers that no message has find nothing. @throws Refused as `refuseGone` */
  among(set: NumberSet): Uint32Array {
    this.refuseGone();
    const known = set.map(({ from, to }): readonly [number, number] => {
      const [a, b] = [from, to].map((number) => (number === Number.POSITIVE_INFINITY ? this.#count : number));
      return [Math.max(1, Math.min(a!, b!)), Math.min(this.#count, Math.max(a!, b!))];
    });
    return unionOfSpans(known.filter(([first, last]) => first <= last));
  }

  /**
   * The client has been told, or asked not to be told, of the flag changes that got this modseq: `report` passes them
   * over. A later change of the same message by anybody gets another modseq and is reported.
   */
  noteOwnChange(modseq: number): void {
    this.#ownChanges ??= new Set();
    this.#ownChanges.add(modseq);
  }

  /**
   * What was expunged can be read until the client may be told; what lies in a mailbox that was taken from the user
   * cannot, and he has not been told as long as this throws.
   * @throws Refused NONEXISTENT
   */
  refuseGone(): void {
    if (this.mailbox.state.deleted && !this.#toldGone) throw new Refused('NONEXISTENT', GONE);
  }

  /** True when `report` would have something to say, were everything allowed. */
  get hasNews(): boolean {
    const { state, rights } = this.mailbox;
    return (
      state.count !== this.#count ||
      state.expungeEpoch !== this.#epoch ||
      state.lastFlagModseq > this.#toldFlagModseq ||
      rights !== this.#access.rights ||
      (state.deleted && !this.#toldGone)
    );
  }

  /**
   * Brings the client's picture up to date. While an expunge may not be told, neither is what arrived after it, so that
   * numbers stay what the client believes.
   */
  report(sink: ChangeSink, mayExpunge: boolean): void {
    if (!this.hasNews) return;
    const { state } = this.mailbox;
    if (state.expungeEpoch !== this.#epoch && mayExpunge) this.#reportExpunges(sink);
    if (state.lastFlagModseq > this.#toldFlagModseq) this.#reportFlags(sink);
    if (state.expungeEpoch === this.#epoch) this.#reportArrivals(sink);
    if (state.deleted) this.#reportGone(sink, mayExpunge);
    else this.#reportAccess(sink);
  }

  close(): void {
    this.mailbox.close();
  }

  #reportGone(sink: ChangeSink, mayExpunge: boolean): void {
    if (this.#toldGone || !mayExpunge) return;
    this.#toldGone = true;
    sink.mailboxGone();
  }

  #reportAccess(sink: ChangeSink): void {
    const before = this.#access;
    if (before.rights === this.mailbox.rights) return;
    this.#access = accessOf(this.mailbox);
    if (!sameAccess(before, this.#access)) sink.access(before);
  }

  /** From the last to the first, so that no number shifts before it is told (RFC 9051 section 7.5.1). */
  #reportExpunges(sink: ChangeSink): void {
    const { state } = this.mailbox;
    const before = this.#columns.uid;
    let kept = firstAtLeast(state.columns.uid, state.count, this.#count > 0 ? before[this.#count - 1]! + 1 : 0);
    const remaining = kept;
    for (let index = this.#count - 1; index >= 0; index--) {
      if (kept > 0 && state.columns.uid[kept - 1] === before[index]) kept--;
      else sink.expunged(index + 1);
    }
    this.#columns = state.columns;
    this.#count = remaining;
    this.#epoch = state.expungeEpoch;
  }

  #reportArrivals(sink: ChangeSink): void {
    const { state } = this.mailbox;
    const told = this.#count;
    this.#columns = state.columns;
    this.#count = state.count;
    if (this.#count <= told) return;
    this.#toldFlagModseq = Math.max(this.#toldFlagModseq, state.highestModseq);
    this.#claimRecent();
    for (let row = told; row < this.#count; row++) sink.flagSet(this.#columns.flagSet[row]!);
    sink.exists(this.#count);
    sink.recent(this.recentCount);
  }

  #reportFlags(sink: ChangeSink): void {
    const { state } = this.mailbox;
    const { modseq, uid, flagSet } = state.columns;
    const same = state.expungeEpoch === this.#epoch;
    const lastKnown = this.#count > 0 ? this.uidOf(this.#count) : 0;
    const end = same ? this.#count : firstAtLeast(uid, state.count, lastKnown + 1);
    for (let row = 0; row < end; row++) {
      if (modseq[row]! <= this.#toldFlagModseq) continue;
      sink.flagSet(flagSet[row]!);
      if (this.#ownChanges?.has(modseq[row]!)) continue;
      const sequence = same ? row + 1 : this.sequenceOf(uid[row]!);
      if (sequence > 0) sink.flags(sequence);
    }
    this.#toldFlagModseq = state.lastFlagModseq;
    this.#ownChanges = undefined;
  }

  #resolveSaved(): Uint32Array {
    const found = Array.from(this.saved, (uid) => this.sequenceOf(uid)).filter((sequence) => sequence > 0);
    return Uint32Array.from(found).sort();
  }

  /** @throws Malformed for a sequence number beyond the last message (RFC 9051 section 9, seq-number). */
  #refuseOutOfRange(set: NumberSet): void {
    for (const { from, to } of set) {
      for (const number of [from, to]) {
        // RFC 9051 section 9, seq-number: "*", too, when there is no message
        if (number > this.#count && (number !== Number.POSITIVE_INFINITY || this.#count === 0)) {
          const shown = number === Number.POSITIVE_INFINITY ? '*' : number;
          throw new Malformed(
            `Message sequence number ${shown} is out of range: the mailbox has ${this.#count} messages`,
          );
        }
      }
    }
  }

  #sequenceSpan(from: number, to: number): readonly [number, number] {
    const first = Math.min(from, this.#count);
    const last = Math.min(to, this.#count);
    return first <= last ? [Math.max(first, 1), last] : [Math.max(last, 1), first];
  }

  /** `*` is the largest UID in the mailbox, so `559:*` always names the last message (RFC 9051 section 9, seq-range). */
  #uidSpan(from: number, to: number): readonly [number, number] {
    if (this.#count === 0) return [1, 0];
    const largest = this.uidOf(this.#count);
    const a = from === Number.POSITIVE_INFINITY ? largest : from;
    const b = to === Number.POSITIVE_INFINITY ? largest : to;
    const { uid } = this.#columns;
    return [firstAtLeast(uid, this.#count, Math.min(a, b)) + 1, firstAtLeast(uid, this.#count, Math.max(a, b) + 1)];
  }
}

/** As it is now: `rights` of the mailbox itself are others in a moment. */
function accessOf({ readOnly, rights }: SelectedMailbox): MailboxAccess {
  return { readOnly, rights };
}

/** The index of the first element not less than `value` among the first `count`, ascending. */
function firstAtLeast(ascending: ArrayLike<number>, count: number, value: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function unionOfSpans(spans: (readonly [number, number])[]): Uint32Array {
  spans.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [first, last] of spans) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  const result = new Uint32Array(merged.reduce((sum, [first, last]) => sum + last - first + 1, 0));
  let at = 0;
  for (const [first, last] of merged) {
    for (let sequence = first; sequence <= last; sequence++) result[at++] = sequence;
  }
  return result;
}
