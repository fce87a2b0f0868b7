import type { MailAccount, MailboxEntry } from '../../mail/ports.ts';
import { SEPARATOR } from '../../mail/special-use.ts';
import { type ListPatterns, matching } from './list-pattern.ts';
import { isInbox, superiorOf } from './mailbox-argument.ts';

/** LIST selection options (RFC 9051 section 6.3.9.1, RFC 6154 section 2). REMOTE is without effect: nothing is remote. */
export interface ListSelection {
  readonly subscribed: boolean;
  readonly specialUse: boolean;
  readonly recursiveMatch: boolean;
}

/** A name to be listed. */
export interface ListedName {
  readonly name: string;
  /** Undefined when there is no mailbox of that name. */
  readonly entry: MailboxEntry | undefined;
  /** There is none, but a level that opens like one (MailAccount.fakesLevels). */
  readonly faked: boolean;
  /** False: listed only because of something below it that fits the selection (RECURSIVEMATCH), or a mere level. */
  readonly selected: boolean;
  /** Something below it fits the selection, and RECURSIVEMATCH asked for that (RFC 9051 section 6.3.9.6, CHILDINFO). */
  readonly childInfo: boolean;
}

type NamesOf = Pick<MailAccount, 'mailboxes' | 'find' | 'subscriptions' | 'fakesLevels'>;

/** The names that fit the patterns and the selection options, in the order of MailAccount.mailboxes(). */
export async function selectNames(
  account: NamesOf,
  patterns: ListPatterns,
  selection: ListSelection,
): Promise<ListedName[]> {
  const faked: ReadonlySet<string> = account.fakesLevels ? bareLevels(account) : NONE;
  const fitting = fittingNames(account, selection, faked);
  const matched = await matching(fitting, (name) => patterns.matches(name));
  if (selection.recursiveMatch) return sorted(await withParents({ account, patterns, fitting, matched, faked }));
  const listed = matched.map((named) => ({ ...named, selected: true, childInfo: false }));
  if (selection.subscribed || faked.size > 0) return sorted(listed);
  const levels = selection.specialUse || account.fakesLevels ? [] : await matchedLevels(account, patterns);
  return levels.length === 0 ? listed : sorted([...listed, ...levels]);
}

const NONE: ReadonlySet<string> = new Set();

/** The names of the levels above the given ones. */
export function superiorsOf(names: Iterable<{ readonly name: string }>): Set<string> {
  const found = new Set<string>();
  for (const { name } of names) {
    for (let level = superiorOf(name); level !== undefined && !found.has(level); level = superiorOf(level)) {
      found.add(level);
    }
  }
  return found;
}

type Fitting = Pick<ListedName, 'name' | 'entry' | 'faked'>;

/** What meets the selection options, whatever the patterns. Levels that are faked are like any mailbox. */
function fittingNames(
  account: NamesOf,
  { subscribed, specialUse }: ListSelection,
  faked: ReadonlySet<string>,
): readonly Fitting[] {
  const names = subscribed
    ? account.subscriptions().map((name) => named(name, account.find(name), faked))
    : [...account.mailboxes().map((entry) => named(entry.name, entry, NONE)), ...Array.from(faked, fakedLevel)];
  return specialUse ? names.filter(({ entry }) => (entry?.specialUse.length ?? 0) > 0) : names;
}

function named(name: string, entry: MailboxEntry | undefined, faked: ReadonlySet<string>): Fitting {
  return { name, entry, faked: entry === undefined && faked.has(name) };
}

function fakedLevel(name: string): Fitting {
  return { name, entry: undefined, faked: true };
}

interface Recursive {
  readonly account: NamesOf;
  readonly patterns: ListPatterns;
  readonly fitting: readonly Fitting[];
  readonly matched: readonly Fitting[];
  readonly faked: ReadonlySet<string>;
}

/**
 * What fits and matches; and what matches and has something below it that fits. RFC 9051 section 6.3.9.6: the latter
 * only when what is below is not listed anyway.
 */
async function withParents({ account, patterns, fitting, matched, faked }: Recursive): Promise<ListedName[]> {
  const listed = new Set(matched.map(({ name }) => name));
  const above = superiorsOf(fitting);
  const aboveUnlisted = superiorsOf(fitting.filter(({ name }) => !listed.has(name)));
  const parents = Array.from(aboveUnlisted, (name) => ({ name })).filter(({ name }) => !listed.has(name));
  const matchedParents = await matching(parents, (name) => patterns.matches(name));
  return [
    ...matched.map((fits) => ({ ...fits, selected: true, childInfo: above.has(fits.name) })),
    ...matchedParents.map(({ name }) => ({
      ...named(name, account.find(name), faked),
      selected: false,
      childInfo: true,
    })),
  ];
}

/** Levels of the hierarchy that are no mailboxes. */
function bareLevels(account: NamesOf): Set<string> {
  const levels = superiorsOf(account.mailboxes());
  for (const name of levels) if (account.find(name) !== undefined) levels.delete(name);
  return levels;
}

/**
 * Levels that match, whatever the pattern ends in: they show whenever something below them does (IMAP4-SERVICE), so that
 * a client that asks for `*` builds the same tree as one that goes down level by level. RFC 9051 section 7.3.1 would
 * have them behind `%` only; clients meet \NonExistent from the namespaces of other servers in answer to `*` all the time.
 */
async function matchedLevels(account: NamesOf, patterns: ListPatterns): Promise<ListedName[]> {
  const levels = Array.from(bareLevels(account), (name) => ({ name }));
  const matched = await matching(levels, (name) => patterns.matches(name));
  return matched.map(({ name }) => ({ name, entry: undefined, faked: false, selected: false, childInfo: false }));
}

function sorted(names: readonly ListedName[]): ListedName[] {
  const keyed = names.map((listed) => ({ key: sortKey(listed.name), listed }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.map(({ listed }) => listed);
}

/** INBOX first, and what is below a mailbox right after it. */
function sortKey(name: string): string {
  return (isInbox(name) ? '\u0000' : '\u0001') + name.replaceAll(SEPARATOR, '\u0000');
}
