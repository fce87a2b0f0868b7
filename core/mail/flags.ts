import { normaliseUnicode } from '../base/normalise-unicode.ts';

/**
 * Flags. A message's flags are one number, the id of a flag set: messages of a mailbox share few distinct sets, so
 * testing, changing and printing 10,000 of them costs a handful of lookups. Sets are interned per account.
 */

/** System flags that are stored (RFC 9051 section 2.3.2); \Recent is a fact about a session and is not among them. */
export const SYSTEM_FLAGS = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'] as const;
export type SystemFlag = (typeof SYSTEM_FLAGS)[number];

/** Octets of a keyword; the longest that is known of, `$hasAttachment` and its like, have 20. */
export const LONGEST_KEYWORD = 100;

/** Characters of an atom but `%` and `*`, which stand for others where names are compared, and quotes. */
const KEYWORD_CHARACTERS = "!#$&'+,\\-./0-9:;<=>?@A-Z[^_`a-z|}~";
const KEYWORD = new RegExp(`^[${KEYWORD_CHARACTERS}]+$`);
const NO_KEYWORD = new RegExp(`[^${KEYWORD_CHARACTERS}]+`, 'g');

const SYSTEM_NAMES: ReadonlySet<string> = new Set(SYSTEM_FLAGS.map((flag) => flag.toLowerCase()));

/**
 * Whether this may be stored as a flag: a system flag but \\Recent, or a keyword, which is an atom (RFC 9051 section 9,
 * flag-keyword). Whatever brings a flag in asks this: it goes out to clients as it is, where anything else would be read as
 * something else.
 */
export function isStorableFlag(flag: string): boolean {
  if (flag.startsWith('\\')) return SYSTEM_NAMES.has(flag.toLowerCase());
  return flag.length <= LONGEST_KEYWORD && KEYWORD.test(flag);
}

/** The keyword that comes nearest to what another program called one; undefined when nothing of it is left. */
export function nearestKeyword(foreign: string): string | undefined {
  const keyword = normaliseUnicode(foreign, 'NFKD')
    .replace(/\p{M}/gu, '')
    .replace(NO_KEYWORD, '_')
    .slice(0, LONGEST_KEYWORD);
  return /[A-Za-z0-9]/.test(keyword) ? keyword : undefined;
}

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
   * @throws Refused LIMIT when the account has too many keywords; CANNOT for what is no flag.
   */
  intern(flags: readonly string[]): FlagSetId;
  /** What a change makes of a set. */
  changed(id: FlagSetId, change: FlagChange): FlagSetId;
  /** The set as protocol text without parentheses, such as `\Seen $Forwarded`. */
  text(id: FlagSetId): string;
}
