import type { FlagChange, FlagSets } from './flags.ts';
import type { ContentCriterion } from './search-criteria.ts';
import type { SpecialUse } from './special-use.ts';
import type { MessageSummary, SummaryField } from './summary.ts';

/**
 * The ports that imap/ calls and store/ implements. The store speaks UIDs, never sequence numbers; mailbox names are
 * Unicode with `/` between levels, and INBOX is spelled `INBOX`.
 *
 * What a resolved promise means (ARCHITECTURE.md, "What OK means"): everything but a flag change survives a power cut;
 * a flag change survives the death of the process. All methods that name a mailbox reject with Refused NONEXISTENT when
 * there is none.
 */
export interface MailStore {
  /** Opens the account, making its folder and its first mailboxes if it has none. The same object for the same id. */
  account(accountId: string): Promise<MailAccount>;
  /** Removes all mail of an account for good. */
  deleteAccount(accountId: string): Promise<void>;
  /** Waits for what is under way, flushes, closes files. */
  close(): Promise<void>;
}

export interface MailAccount {
  readonly flagSets: FlagSets;

  /**
   * Every mailbox, sorted by name, INBOX first and what is below a mailbox right after it. Levels that only hold others
   * are not among them.
   */
  mailboxes(): readonly MailboxEntry[];
  find(name: string): MailboxEntry | undefined;
  /** Names subscribed to, whether or not a mailbox of that name exists (RFC 9051 section 6.3.7). */
  subscriptions(): readonly string[];
  setSubscribed(name: string, subscribed: boolean): Promise<void>;

  /**
   * Makes a mailbox and the missing levels above it (RFC 9051 section 6.3.4).
   * @throws Refused ALREADYEXISTS, LIMIT, USEATTR.
   */
  create(name: string, specialUse?: readonly SpecialUse[]): Promise<MailboxEntry>;
  /** @throws Refused NONEXISTENT, HASCHILDREN (a mailbox with others below it, RFC 9051 section 6.3.5), CANNOT (INBOX). */
  delete(name: string): Promise<void>;
  /**
   * Renames a mailbox and all below it, keeping UIDs and UIDVALIDITY. Of INBOX the messages move to the new mailbox and
   * an empty INBOX stays (RFC 9051 section 6.3.6).
   * @throws Refused NONEXISTENT, ALREADYEXISTS, CANNOT.
   */
  rename(from: string, to: string): Promise<void>;

  status(name: string): Promise<MailboxStatus>;
  /** Opens a mailbox for a session. */
  select(name: string, options: SelectOptions): Promise<SelectedMailbox>;

  /**
   * Adds messages, all or none (RFC 3502).
   * @throws Refused NONEXISTENT (the caller adds TRYCREATE), OVERQUOTA.
   */
  append(name: string, messages: readonly NewMessage[]): Promise<Added>;
}

export interface MailboxEntry {
  readonly name: string;
  /** RFC 8474 section 4.1, MAILBOXID. Stays through RENAME. */
  readonly objectId: string;
  readonly specialUse: readonly SpecialUse[];
}

/** Counts of a mailbox as STATUS gives them. */
export interface MailboxStatus {
  readonly objectId: string;
  readonly messages: number;
  readonly unseen: number;
  readonly deleted: number;
  /** Messages no session has been told of yet (RFC 3501 section 6.3.10). */
  readonly recent: number;
  /** Sum of the messages' octets (RFC 8438). */
  readonly size: number;
  readonly deletedSize: number;
  readonly uidNext: number;
  readonly uidValidity: number;
  readonly highestModseq: number;
}

export interface NewMessage {
  /** The message exactly as it came. Not changed and not kept by reference after the promise settles. */
  readonly bytes: Uint8Array;
  readonly flags: readonly string[];
  /** Undefined: the moment of delivery. */
  readonly internalDate?: InternalDate | undefined;
}

/** A moment and the zone it was written in: INTERNALDATE comes back as it was given. */
export interface InternalDate {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** Minutes east of UTC. */
  readonly zone: number;
}

/** Where new messages went, for APPENDUID and COPYUID (RFC 4315). */
export interface Added {
  readonly uidValidity: number;
  /** In the order given. */
  readonly uids: readonly number[];
}

export interface SelectOptions {
  /** EXAMINE: nothing the session does changes the mailbox, and its messages stay recent for others. */
  readonly readOnly: boolean;
  /**
   * Called after a change to the mailbox has been published, by whichever session. Must return at once and must not
   * throw; the session looks at `state` when its time has come.
   */
  readonly onChange: () => void;
}

/**
 * Messages of a mailbox in columns, ascending by UID; row i of every column is one message. Rows beyond the state's
 * `count` are not there yet. New messages are written behind the last row, in place; an expunge makes new columns, so
 * whoever holds the old ones can still read them.
 */
export interface MessageColumns {
  readonly uid: Uint32Array;
  readonly flagSet: Uint32Array;
  readonly modseq: Float64Array;
  /** Milliseconds since the epoch. */
  readonly internalDate: Float64Array;
  /** Minutes east of UTC, of the internal date. */
  readonly zone: Int16Array;
  /** Milliseconds since the epoch (RFC 8514). */
  readonly saveDate: Float64Array;
  readonly size: Uint32Array;
  /** The message's content: the same number for copies of a message inside the account. */
  readonly blob: Float64Array;
}

/**
 * A mailbox as all its sessions see it: live, read-only for imap. It holds published changes only, so nothing seen here
 * can be undone by a power cut.
 */
export interface MailboxState {
  readonly entry: MailboxEntry;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModseq: number;
  readonly columns: MessageColumns;
  readonly count: number;
  /** Goes up by one with every expunge; while it stays, a message keeps its row. */
  readonly expungeEpoch: number;
  /** The largest modseq that a flag change of a published message got; 0 when there was none since opening. */
  readonly lastFlagModseq: number;
  /** True once the mailbox was deleted; it is then empty. */
  readonly deleted: boolean;
  /** The row of a UID, or -1. */
  rowOf(uid: number): number;
  /** The keywords in use in this mailbox, for FLAGS and PERMANENTFLAGS. Remembered until something changes. */
  keywords(): readonly string[];
  /** The row of the first message without \Seen, or -1 (RFC 3501 section 7.1, UNSEEN). Remembered likewise. */
  readonly firstUnseenRow: number;
}

/** Rows of some columns: what the content methods below work on. The columns may be older than the state's. */
export interface Rows {
  readonly columns: MessageColumns;
  readonly rows: ArrayLike<number>;
}

export interface SelectedMailbox {
  readonly state: MailboxState;
  readonly readOnly: boolean;

  /**
   * The lowest UID that is \Recent for this session (RFC 3501 section 2.3.2). A read-write session that asks takes the
   * messages: they are recent for no later one. Messages below it are not recent for this session.
   */
  claimRecent(): number;

  /**
   * Changes flags; messages that already have them so keep their modseq. UIDs that are gone are passed over.
   * `unchangedSince`: messages with a higher modseq are left alone and returned (RFC 7162 section 3.1.3).
   */
  storeFlags(uids: ArrayLike<number>, change: FlagChange, unchangedSince?: number): Promise<FlagsStored>;
  /** Removes those of the messages that have \Deleted. Returns the UIDs removed. */
  expunge(uids: ArrayLike<number>): Promise<ArrayLike<number>>;
  /**
   * Copies in the order of the UIDs; all or nothing. UIDs that are gone are passed over.
   * @throws Refused NONEXISTENT (the caller adds TRYCREATE), OVERQUOTA.
   */
  copy(uids: ArrayLike<number>, target: string): Promise<Copied>;
  /** The same, and the messages leave this mailbox in the same transaction (RFC 6851). */
  move(uids: ArrayLike<number>, target: string): Promise<Copied>;

  /** Those of the rows whose content fits, in order. Exact, whatever is or is not indexed yet. */
  matching(candidates: Rows, criterion: ContentCriterion): Promise<Uint32Array>;

  /**
   * Summaries of the rows, in order, at least the fields named; undefined for a message whose content is gone for good.
   * Ask for some hundred at once: it is one query.
   */
  summaries<Field extends SummaryField>(
    wanted: Rows,
    fields: readonly Field[],
  ): Promise<readonly (Pick<MessageSummary, Field> | undefined)[]>;
  /**
   * Whole messages, in order; undefined for one that is gone for good. The caller bounds the octets it asks for.
   * The arrays may share memory and must not be changed.
   * @param room memory to read into, as far as it goes: who reads much spares himself the making of new memory. The
   *   caller uses it for nothing else until he is done with the arrays.
   */
  contents(wanted: Rows, room?: Uint8Array): Promise<readonly (Uint8Array | undefined)[]>;
  /** Octets [start, end) of one message; shorter at its end. @throws Refused EXPUNGEISSUED when it is gone for good. */
  range(columns: MessageColumns, row: number, start: number, end: number): Promise<Uint8Array>;

  /** The session leaves the mailbox. */
  close(): void;
}

export interface FlagsStored {
  /** The modseq the changed messages got; undefined when nothing changed. */
  readonly modseq: number | undefined;
  /** UIDs left alone because of `unchangedSince`. */
  readonly modified: readonly number[];
}

export interface Copied extends Added {
  /** The UIDs copied from, in the order of `uids`. */
  readonly sourceUids: readonly number[];
}
