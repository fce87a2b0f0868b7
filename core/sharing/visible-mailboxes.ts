import type { MailboxEntry, StoredAccount, Viewer } from '../mail/ports.ts';
import type { Rights } from '../mail/rights.ts';
import type { AccessLists } from './access-lists.ts';
import { effectiveRights, subjectsOf } from './effective-rights.ts';
import { sharedName, superiorsOf } from './names.ts';
import type { OpenedAccounts } from './opened-accounts.ts';
import { type People, PUBLIC_ACCOUNT } from './ports.ts';

/** A mailbox as one user sees it, with what it takes to work on it. */
export interface Place {
  /** As the user sees it. */
  readonly entry: MailboxEntry;
  readonly owner: string;
  readonly account: StoredAccount;
  /** Its name in the account. */
  readonly local: string;
  readonly rights: Rights;
  /** Undefined: the user owns it. */
  readonly viewer: Viewer | undefined;
}

/** What a user sees of others' mail and of the public folders, at one moment. */
export interface VisibleMailboxes {
  /** Sorted as MailAccount.mailboxes(). */
  readonly entries: readonly MailboxEntry[];
  readonly byName: ReadonlyMap<string, Place>;
  /** Names above that are no mailboxes to this user. */
  readonly levels: ReadonlySet<string>;
  /** The accounts in which he sees something. */
  readonly owners: ReadonlySet<string>;
}

export interface Surroundings {
  readonly people: People;
  readonly lists: AccessLists;
  readonly accounts: OpenedAccounts;
}

/** The accounts whose lists name the user in whatever way. */
export function sharersWith(accountId: string, { people, lists }: Surroundings): string[] {
  const owners = lists.ownersNaming(subjectsOf(accountId, people));
  return [...owners].filter((owner) => owner !== accountId);
}

/** Collects what is visible in the accounts that are open. Mailboxes without `l` do not get in: nobody can find them. */
export function visibleTo(accountId: string, surroundings: Surroundings): VisibleMailboxes {
  const { people, lists, accounts } = surroundings;
  const subjects = subjectsOf(accountId, people);
  const viewer = { id: accountId };
  const places: Place[] = [];
  for (const owner of sorted(sharersWith(accountId, surroundings), people)) {
    const account = accounts.get(owner);
    if (account === undefined) continue;
    for (const stored of account.mailboxes()) {
      const rights = effectiveRights(lists.get(owner, stored.objectId), subjects);
      if (!rights.has('l')) continue;
      const name = sharedName({ owner, local: stored.name }, people);
      if (name === undefined) continue;
      places.push({ entry: shownEntry(stored, name), owner, account, local: stored.name, rights, viewer });
    }
  }
  return {
    entries: places.map(({ entry }) => entry),
    byName: new Map(places.map((place) => [place.entry.name, place])),
    levels: levelsAbove(places),
    owners: new Set(places.map(({ owner }) => owner)),
  };
}

/** Others must not take Karen's Sent for theirs: what a mailbox is used for is its owner's matter. */
export function shownEntry({ objectId }: MailboxEntry, name: string): MailboxEntry {
  return { name, objectId, specialUse: [] };
}

/** The public folders first, then users by name, as their mailboxes' names are sorted. */
function sorted(owners: readonly string[], people: People): string[] {
  const key = (owner: string) => (owner === PUBLIC_ACCOUNT ? '' : (people.userById(owner)?.name ?? ''));
  return owners.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

function levelsAbove(places: readonly Place[]): Set<string> {
  const levels = new Set(places.flatMap(({ entry }) => superiorsOf(entry.name)));
  for (const { entry } of places) levels.delete(entry.name);
  return levels;
}
