import type { FlagSets } from '../mail/flags.ts';
import type { MailboxEntry, MailboxState, MailboxStatus, MessageColumns } from '../mail/ports.ts';

/** A stored mailbox's state under the name by which a user knows it. */
export class NamedState implements MailboxState {
  readonly #stored: MailboxState;
  readonly #entryOf: (stored: MailboxEntry) => MailboxEntry | undefined;
  #lastEntry: MailboxEntry;

  /** @param entryOf undefined: it has no name any more, and keeps the last one */
  constructor(stored: MailboxState, entryOf: (stored: MailboxEntry) => MailboxEntry | undefined) {
    this.#stored = stored;
    this.#entryOf = entryOf;
    this.#lastEntry = stored.entry;
    this.#lastEntry = this.entry;
  }

  /** Follows renames of the mailbox and of its owner. */
  get entry(): MailboxEntry {
    this.#lastEntry = this.#entryOf(this.#stored.entry) ?? this.#lastEntry;
    return this.#lastEntry;
  }

  get flagSets(): FlagSets {
    return this.#stored.flagSets;
  }

  get uidValidity(): number {
    return this.#stored.uidValidity;
  }

  get uidNext(): number {
    return this.#stored.uidNext;
  }

  get highestModseq(): number {
    return this.#stored.highestModseq;
  }

  get columns(): MessageColumns {
    return this.#stored.columns;
  }

  get count(): number {
    return this.#stored.count;
  }

  get expungeEpoch(): number {
    return this.#stored.expungeEpoch;
  }

  get lastFlagModseq(): number {
    return this.#stored.lastFlagModseq;
  }

  get deleted(): boolean {
    return this.#stored.deleted;
  }

  get firstUnseenRow(): number {
    return this.#stored.firstUnseenRow;
  }

  rowOf(uid: number): number {
    return this.#stored.rowOf(uid);
  }

  keywords(): readonly string[] {
    return this.#stored.keywords();
  }
}

/** What an empty mailbox says of itself. */
type EmptyFacts = Pick<
  MailboxState,
  'entry' | 'flagSets' | 'uidValidity' | 'uidNext' | 'highestModseq' | 'expungeEpoch' | 'deleted'
>;

/** A mailbox without messages: a level that is opened as one, and what is left of one that was withdrawn. */
export function emptyState(facts: EmptyFacts): MailboxState {
  return {
    ...facts,
    columns: NO_MESSAGES,
    count: 0,
    lastFlagModseq: 0,
    firstUnseenRow: -1,
    rowOf: () => -1,
    keywords: () => [],
  };
}

/** What a session keeps of a mailbox that it may read no more: nothing, and the messages it knew are gone. */
export function withdrawnState(before: MailboxState, entry: MailboxEntry): MailboxState {
  const { flagSets, uidValidity, uidNext, highestModseq, expungeEpoch } = before;
  // The next epoch: sessions compare it to see that something is gone.
  const facts = { entry, flagSets, uidValidity, uidNext, highestModseq, expungeEpoch: expungeEpoch + 1 };
  return emptyState({ ...facts, deleted: true });
}

/** STATUS of a mailbox without messages. */
export function emptyStatus({ entry, uidValidity, uidNext, highestModseq }: MailboxState): MailboxStatus {
  const counts = { messages: 0, unseen: 0, deleted: 0, recent: 0, size: 0, deletedSize: 0 };
  return { objectId: entry.objectId, ...counts, uidNext, uidValidity, highestModseq };
}

const NO_MESSAGES: MessageColumns = {
  uid: new Uint32Array(0),
  flagSet: new Uint32Array(0),
  modseq: new Float64Array(0),
  internalDate: new Float64Array(0),
  zone: new Int16Array(0),
  saveDate: new Float64Array(0),
  size: new Uint32Array(0),
  blob: new Float64Array(0),
};
