import { Refused } from '../base/errors.ts';
import {
  type AclEntry,
  ALL_RIGHTS,
  type GrantableRights,
  NO_RIGHTS,
  RIGHTS,
  type Rights,
  type RightsChange,
} from '../mail/rights.ts';
import type { AccessLists, ListsDraft } from './access-lists.ts';
import { type AccessList, negative, type Subject, userSubject } from './effective-rights.ts';
import { identifierOf, subjectOf } from './identifiers.ts';
import type { People } from './ports.ts';

/** A mailbox whose access control list is looked at. */
export interface ListedMailbox {
  readonly owner: string;
  readonly objectId: string;
}

/** The list as people read it. A personal mailbox's owner stands first: he has all rights whatever the list says. */
export function aclOf({ owner, objectId }: ListedMailbox, lists: AccessLists, people: People): AclEntry[] {
  const ownerName = people.userById(owner)?.name;
  const entries = entriesOf(lists.get(owner, objectId), people);
  return ownerName === undefined ? entries : [{ identifier: ownerName, rights: ALL_RIGHTS }, ...entries];
}

/** The entries alone; those of users and groups that are gone are nobody's. */
export function entriesOf(list: AccessList, people: People): AclEntry[] {
  return [...list].flatMap(([subject, rights]) => {
    const identifier = identifierOf(subject, people);
    return identifier === undefined ? [] : [{ identifier, rights }];
  });
}

/**
 * Changes one entry; no rights take it off.
 * @throws Refused CANNOT for an identifier that names nobody, and for what would touch the owner's rights.
 */
export function changeEntry(
  draft: ListsDraft,
  mailbox: ListedMailbox,
  identifier: string,
  change: RightsChange,
  people: People,
): void {
  const { owner, objectId } = mailbox;
  const subject = knownSubject(identifier, people);
  if (isOwner(subject, owner)) {
    refuseLess(subject, owner, change);
    return;
  }
  const list = new Map(draft.get(owner, objectId));
  const rights = changed(list.get(subject) ?? NO_RIGHTS, change);
  if (rights.size === 0) list.delete(subject);
  else list.set(subject, rights);
  draft.set(owner, objectId, list);
}

/** LISTRIGHTS: no right is tied to another. @throws Refused CANNOT */
export function grantable({ owner }: ListedMailbox, identifier: string, people: People): GrantableRights {
  const subject = knownSubject(identifier, people);
  if (subject === userSubject(owner)) return { always: ALL_RIGHTS, optional: [] };
  return { always: NO_RIGHTS, optional: isOwner(subject, owner) ? [] : RIGHTS };
}

function knownSubject(identifier: string, people: People): Subject {
  const subject = subjectOf(identifier, people);
  if (subject !== undefined) return subject;
  throw new Refused('CANNOT', 'Nobody has that name; use a user name, $ and the name of a group, or anyone');
}

/** The owner, or what would be taken away from him. */
function isOwner(subject: Subject, owner: string): boolean {
  return subject === userSubject(owner) || subject === negative(userSubject(owner));
}

/** What leaves the owner all his rights is fine and needs no entry. */
function refuseLess(subject: Subject, owner: string, { mode, rights }: RightsChange): void {
  const takesAway = subject !== userSubject(owner);
  const nothing = rights.size === 0 && (mode !== 'replace' || takesAway);
  const all = !takesAway && (mode === 'add' || (mode === 'replace' && rights.size === ALL_RIGHTS.size));
  if (nothing || all || (takesAway && mode === 'remove')) return;
  throw new Refused('CANNOT', 'The owner of a mailbox always has all rights');
}

function changed(before: Rights, { mode, rights }: RightsChange): Rights {
  if (mode === 'replace') return rights;
  return new Set(
    RIGHTS.filter((right) =>
      mode === 'add' ? before.has(right) || rights.has(right) : before.has(right) && !rights.has(right),
    ),
  );
}
