import type { Refused } from '../base/errors.ts';
import type { FlagChange, FlagSets } from './flags.ts';
import type { AclEntry, GrantableRights, Rights, RightsChange } from './rights.ts';
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
  /**
   * Opens the account, making its folder and its first mailboxes if it has none. The same object for the same id,
   * until it was closed because nobody had used it for a while: keep it only while you hold it.
   * @param kind `public` for the account of the public folders, which begins without any mailbox
   */
  account(accountId: string, kind?: AccountKind): Promise<StoredAccount>;
  /**
   * Keeps an account open, from when it is opened until the function returned is called. Calling that twice is harmless.
   * A call that is under way and a mailbox that is selected keep it open by themselves.
   */
  hold(accountId: string): () => void;
  /** Removes all mail of an account for good. */
  deleteAccount(accountId: string): Promise<void>;
  /** Waits for what is under way, flushes, closes files. */
  close(): Promise<void>;
}

export type AccountKind = 'personal' | 'public';

/** What an account's own mail and a user's view of all mail have in common. */
interface Mailboxes {
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
}

/** A user's mail, lent to a session. */
export interface MailLease {
  readonly account: MailAccount;
  /** The session has ended. Calling it twice is harmless. */
  release(): void;
}

/**
 * All the mail that one user sees: his own, what others share with him under `#users/`, and `#public/`. Every method
 * looks at the user's rights (RFC 4314 section 4) and throws Refused NOPERM where one is missing. A mailbox on which he
 * lacks `l` is, for every method, one that is not there.
 */
export interface MailAccount extends Mailboxes {
  /** Levels of the hierarchy that are no mailboxes to this user are opened and counted as if they were empty ones. */
  readonly fakesLevels: boolean;

  status(name: string): Promise<MailboxStatus>;
  /** Opens a mailbox for a session. */
  select(name: string, options: SelectOptions): Promise<SelectedMailbox>;
  /**
   * Adds messages, all or none (RFC 3502). Flags the user may not set are left out (RFC 4314 section 4).
   * @throws Refused NONEXISTENT (the caller adds TRYCREATE), OVERQUOTA.
   */
  append(name: string, messages: readonly NewMessage[]): Promise<Added>;

  /** The user's own rights. @throws Refused NONEXISTENT */
  myRights(name: string): Rights;
  /** @throws Refused NONEXISTENT, NOPERM without `a`; so the two below. */
  acl(name: string): readonly AclEntry[];
  /**
   * Resolves when the change would survive a power cut and holds for every session.
   * @throws Refused NONEXISTENT, NOPERM, CANNOT for an identifier nobody has or rights that cannot be taken away.
   */
  setAcl(name: string, identifier: string, change: RightsChange): Promise<void>;
  listRights(name: string, identifier: string): GrantableRights;

  /** The quota roots of a mailbox (RFC 9208 section 3.1). @throws Refused NONEXISTENT */
  quotaRoots(name: string): readonly string[];
  /** @throws Refused NONEXISTENT for a root that is not there or not this user's to see. */
  quota(root: string): Promise<QuotaState>;
}

/** One account's own mail, as the store keeps it: it knows no users and no rights. */
export interface StoredAccount extends Mailboxes {
  /** The flag sets of all its mailboxes. */
  readonly flagSets: FlagSets;
  status(name: string, viewer?: Viewer): Promise<MailboxStatus>;
  select(name: string, options: StoredSelectOptions): Promise<StoredMailbox>;
  /** As MailAccount.append; `viewer` is whose \Seen the messages get. */
  append(name: string, messages: readonly NewMessage[], viewer?: Viewer): Promise<Added>;
  /** Forgets what a viewer has seen in this account: for somebody who is removed. He should have none of it open. */
  forgetViewer(viewerId: string): Promise<void>;
  /** What all messages together take, published or about to be. */
  readonly usage: Usage;
  /** Called after mailboxes were made, renamed or deleted. Must not throw. Returns how to stop that. */
  onMailboxes(listener: () => void): () => void;
}

/**
 * Somebody other than the owner who reads a mailbox: \Seen is his own (`id` is his account's), all else is shared.
 * Undefined in its place: the owner.
 */
export interface Viewer {
  readonly id: string;
}

export interface StoredSelectOptions extends SelectOptions {
  readonly viewer?: Viewer | undefined;
}

/** Messages and their octets. */
export interface Usage {
  readonly octets: number;
  readonly messages: number;
}

/** What an account may hold; undefined: as much as there is room for. Enforced by the store at APPEND, COPY and MOVE. */
export interface QuotaLimits {
  readonly octets: number | undefined;
  readonly messages: number | undefined;
}

export interface QuotaState {
  readonly usage: Usage;
  readonly limits: QuotaLimits;
}

export interface MailboxEntry {
  readonly name: string;
  /** RFC 8474 section 4.1, MAILBOXID. Stays through RENAME; no other mailbox of any account ever has it. */
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

/** What SELECT and EXAMINE say of how a mailbox is opened. */
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
  /** What `columns.flagSet` refers to. */
  readonly flagSets: FlagSets;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModseq: number;
  readonly columns: MessageColumns;
  readonly count: number;
  /** Goes up by one with every expunge; while it stays, a message keeps its row. */
  readonly expungeEpoch: number;
  /** The largest modseq that a flag change of a published message got; 0 when there was none since opening. */
  readonly lastFlagModseq: number;
  /** True once the mailbox was deleted, or the right to read it withdrawn; it is then empty. */
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

/** UIDs [from, to); none when both are the same. */
export interface UidRange {
  readonly from: number;
  readonly to: number;
}

/** A session's hold on a mailbox. */
interface OpenedMailbox {
  readonly state: MailboxState;
  /** Nothing can be changed by this session, or at the moment by any. */
  readonly readOnly: boolean;
  /** Why nothing can be changed at the moment: the disk does not take it. */
  readonly unwritable?: Refused | undefined;

  /**
   * The UIDs [from, to) that have become \Recent for this session since it asked last (RFC 3501 section 2.3.2). A
   * read-write session that asks takes the messages: they are recent for no other one.
   */
  claimRecent(): UidRange;

  /** Removes those of the messages that have \Deleted. Returns the UIDs removed. */
  expunge(uids: ArrayLike<number>): Promise<ArrayLike<number>>;

  /**
   * Those of the rows whose content fits, in order. Exact as far as searchLimits let messages be looked into, whatever is
   * or is not indexed yet.
   * @param gone aborted when nobody waits for the answer any more; its reason is thrown soon after
   * @throws Refused UNAVAILABLE when large messages cannot be looked into at the moment
   */
  matching(candidates: Rows, criterion: ContentCriterion, gone?: AbortSignal): Promise<Uint32Array>;

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

/** What a session has selected. Flag changes and copies that the user has no right to are left out or refused. */
export interface SelectedMailbox extends OpenedMailbox {
  /** Whose mail it is; undefined for what is nobody's. */
  readonly accountId: string | undefined;
  /** The user's rights at this moment (RFC 4314). */
  readonly rights: Rights;

  /**
   * Changes flags; messages that already have them so keep their modseq. UIDs that are gone are passed over. Flags the
   * user has no right to change stay as they are.
   * `unchangedSince`: messages with a higher modseq are left alone and returned (RFC 7162 section 3.1.3).
   * @throws Refused NOPERM when he may change none of them.
   */
  storeFlags(uids: ArrayLike<number>, change: FlagChange, unchangedSince?: number): Promise<FlagsStored>;
  /**
   * Copies in the order of the UIDs; all or nothing. UIDs that are gone are passed over.
   * @throws Refused NONEXISTENT (the caller adds TRYCREATE), OVERQUOTA, NOPERM.
   */
  copy(uids: ArrayLike<number>, target: string): Promise<Copied>;
  /**
   * The same, and the messages leave this mailbox: in the same transaction when the target is in the same account
   * (RFC 6851), else once the copies would survive a power cut.
   */
  move(uids: ArrayLike<number>, target: string): Promise<Copied>;
}

/** A mailbox of a StoredAccount, opened: SelectedMailbox without rights, and with targets in any account. */
export interface StoredMailbox extends OpenedMailbox {
  storeFlags(uids: ArrayLike<number>, change: FlagChange, options?: StoreFlagsOptions): Promise<FlagsStored>;
  copy(uids: ArrayLike<number>, target: CopyTarget): Promise<Copied>;
  move(uids: ArrayLike<number>, target: CopyTarget): Promise<Copied>;
}

/** Which flags somebody may set or clear (RFC 4314 section 4: rights `s`, `t` and `w`). */
export interface FlagRights {
  readonly seen: boolean;
  readonly deleted: boolean;
  readonly others: boolean;
}

export interface StoreFlagsOptions {
  readonly unchangedSince?: number | undefined;
  /** Flags outside stay as they are, in `replace` too. Undefined: all may change. */
  readonly may?: FlagRights | undefined;
}

/** Where messages are copied to and what goes with them. */
export interface CopyTarget {
  /** Undefined: the account they are in. */
  readonly account?: StoredAccount | undefined;
  readonly name: string;
  /** Whose \Seen the copies get when the target is not the copier's own. */
  readonly viewer?: Viewer | undefined;
  /** False: the copies get the moment of copying as INTERNALDATE, and no flags. */
  readonly keepDateAndFlags: boolean;
  /** Of the flags kept only these. Undefined: all. */
  readonly may?: FlagRights | undefined;
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
