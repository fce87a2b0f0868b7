import type { MailAccount, MailboxEntry } from '../../mail/ports.ts';
import { SEPARATOR } from '../../mail/special-use.ts';
import type { ListPatterns } from './list-pattern.ts';
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
export function selectNames(account: NamesOf, patterns: ListPatterns, selection: ListSelection): ListedName[] {
  const fitting = fittingNames(account, selection);
  const listed: ListedName[] = [];
  const below = selection.recursiveMatch ? namesAbove(fitting, patterns) : undefined;
  for (const { name, entry } of fitting) {
    if (patterns.matches(name)) listed.push({ name, entry, selected: true, childInfo: below?.has(name) ?? false });
  }
  const unsorted = selection.subscribed ? listed.length : 0;
  if (below !== undefined) listed.push(...parentsOnly(account, patterns, fitting, below));
  else if (!selection.subscribed && !selection.specialUse) listed.push(...bareLevels(account, patterns));
  return unsorted > 0 || listed.some(({ selected }) => !selected) ? sorted(listed) : listed;
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

/** Levels above fitting names; true when at least one of the fitting names below is not listed for itself. */
function namesAbove(fitting: readonly Fitting[], patterns: ListPatterns): Map<string, boolean> {
  const above = new Map<string, boolean>();
  for (const { name } of fitting) {
    const unlisted = !patterns.matches(name);
    for (let level = superiorOf(name); level !== undefined; level = superiorOf(level)) {
      const known = above.get(level);
      if (known === true || known === unlisted) break;
      above.set(level, unlisted);
    }
  }
  return above;
}

/**
 * Names that do not fit themselves but have something below them that does. RFC 9051 section 6.3.9.6: only when what is
 * below is not listed anyway.
 */
function parentsOnly(
  account: NamesOf,
  patterns: ListPatterns,
  fitting: readonly Fitting[],
  above: ReadonlyMap<string, boolean>,
): ListedName[] {
  const themselves = new Set(fitting.map(({ name }) => name));
  const parents: ListedName[] = [];
  for (const [name, unlisted] of above) {
    if (!unlisted || themselves.has(name) || !patterns.matches(name)) continue;
    parents.push({ name, entry: account.find(name), selected: false, childInfo: true });
  }
  return parents;
}

/** Levels of the hierarchy that are no mailboxes and match a pattern that ends in `%` (RFC 9051 section 6.3.9). */
function bareLevels(account: NamesOf, patterns: ListPatterns): ListedName[] {
  if (!patterns.mayMatchLevels) return [];
  const levels = [...superiorsOf(account.mailboxes())];
  return levels
    .filter((name) => account.find(name) === undefined && patterns.matchesLevel(name))
    .map((name) => ({ name, entry: undefined, selected: false, childInfo: false }));
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
