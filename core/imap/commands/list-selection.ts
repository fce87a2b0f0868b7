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
  /** False: listed only because of something below it that fits the selection (RECURSIVEMATCH), or a mere level. */
  readonly selected: boolean;
  /** Something below it fits the selection, and RECURSIVEMATCH asked for that (RFC 9051 section 6.3.9.6, CHILDINFO). */
  readonly childInfo: boolean;
}

type NamesOf = Pick<MailAccount, 'mailboxes' | 'find' | 'subscriptions'>;

/** The names that fit the patterns and the selection options, in the order of MailAccount.mailboxes(). */
export async function selectNames(
  account: NamesOf,
  patterns: ListPatterns,
  selection: ListSelection,
): Promise<ListedName[]> {
  const fitting = fittingNames(account, selection);
  const matched = await matching(fitting, (name) => patterns.matches(name));
  if (selection.recursiveMatch) return sorted(await withParents(account, patterns, fitting, matched));
  const listed = matched.map((named) => ({ ...named, selected: true, childInfo: false }));
  if (selection.subscribed) return sorted(listed);
  const levels = selection.specialUse ? [] : await bareLevels(account, patterns);
  return levels.length === 0 ? listed : sorted([...listed, ...levels]);
}

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

type Fitting = Pick<ListedName, 'name' | 'entry'>;

/** What meets the selection options, whatever the patterns. */
function fittingNames(account: NamesOf, { subscribed, specialUse }: ListSelection): readonly Fitting[] {
  const names = subscribed
    ? account.subscriptions().map((name) => ({ name, entry: account.find(name) }))
    : account.mailboxes().map((entry) => ({ name: entry.name, entry }));
  return specialUse ? names.filter(({ entry }) => (entry?.specialUse.length ?? 0) > 0) : names;
}

/**
 * What fits and matches; and what matches and has something below it that fits. RFC 9051 section 6.3.9.6: the latter
 * only when what is below is not listed anyway.
 */
async function withParents(
  account: NamesOf,
  patterns: ListPatterns,
  fitting: readonly Fitting[],
  matched: readonly Fitting[],
): Promise<ListedName[]> {
  const listed = new Set(matched.map(({ name }) => name));
  const above = superiorsOf(fitting);
  const aboveUnlisted = superiorsOf(fitting.filter(({ name }) => !listed.has(name)));
  const parents = Array.from(aboveUnlisted, (name) => ({ name })).filter(({ name }) => !listed.has(name));
  const matchedParents = await matching(parents, (name) => patterns.matches(name));
  return [
    ...matched.map((named) => ({ ...named, selected: true, childInfo: above.has(named.name) })),
    ...matchedParents.map(({ name }) => ({ name, entry: account.find(name), selected: false, childInfo: true })),
  ];
}

/** Levels of the hierarchy that are no mailboxes and match a pattern that ends in `%` (RFC 9051 section 6.3.9). */
async function bareLevels(account: NamesOf, patterns: ListPatterns): Promise<ListedName[]> {
  if (!patterns.mayMatchLevels) return [];
  const levels = Array.from(superiorsOf(account.mailboxes()), (name) => ({ name }));
  const bare = levels.filter(({ name }) => account.find(name) === undefined);
  const matched = await matching(bare, (name) => patterns.matchesLevel(name));
  return matched.map(({ name }) => ({ name, entry: undefined, selected: false, childInfo: false }));
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
