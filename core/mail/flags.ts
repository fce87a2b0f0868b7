/**
 * Flags. A message's flags are one number, the id of a flag set: messages of a mailbox share few distinct sets, so
 * testing, changing and printing 10,000 of them costs a handful of lookups. Sets are interned per account.
 */

/** System flags that are stored (RFC 9051 section 2.3.2); \Recent is a fact about a session and is not among them. */
export const SYSTEM_FLAGS = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'] as const;
export type SystemFlag = (typeof SYSTEM_FLAGS)[number];

/** How STORE changes flags (RFC 9051 section 6.4.6). */
export interface FlagChange {
  readonly mode: 'replace' | 'add' | 'remove';
  readonly flags: readonly string[];
}

/** The id of an interned set of flags. 0 is the empty set. */
export type FlagSetId = number;

/** The flag sets of one account. Names compare without case; the spelling first seen is kept. */
export interface FlagSets {
  /** The flags of a set, system flags first. */
  get(id: FlagSetId): readonly string[];
  has(id: FlagSetId, flag: string): boolean;
  /**
   * The set of these flags, made if it is new.
   * @throws Refused LIMIT when the account has too many keywords.
   */
  intern(flags: readonly string[]): FlagSetId;
  /** What a change makes of a set. */
  changed(id: FlagSetId, change: FlagChange): FlagSetId;
  /** The set as protocol text without parentheses, such as `\Seen $Forwarded`. */
  text(id: FlagSetId): string;
}
