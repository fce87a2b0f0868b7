import type { FlagRights } from '../mail/ports.ts';
import { NO_RIGHTS, type Right, type Rights } from '../mail/rights.ts';
import type { People } from './ports.ts';

/**
 * Whom an entry of an access control list means: `user:` and an account id, `group:` and a group's id, or `anyone`.
 * With `-` before it the rights are taken away (RFC 4314 section 2). Ids and not names: a rename keeps what was shared.
 */
export type Subject = string;

export const ANYONE: Subject = 'anyone';
export const userSubject = (accountId: string): Subject => `user:${accountId}`;
export const groupSubject = (id: string): Subject => `group:${id}`;
export const negative = (subject: Subject): Subject => `-${subject}`;

/** A mailbox's access control list: what each subject has. No subject has nothing. */
export type AccessList = ReadonlyMap<Subject, Rights>;

export const NOT_SHARED: AccessList = new Map();

/** All that entries may call a user; nothing for who is no user (any more). */
export function subjectsOf(accountId: string, people: Pick<People, 'userById' | 'groupsOf'>): readonly Subject[] {
  if (people.userById(accountId) === undefined) return [];
  return [userSubject(accountId), ...people.groupsOf(accountId).map(groupSubject), ANYONE];
}

/**
 * What somebody may do whom these subjects name: the union of what is given, without the union of what is taken away
 * (RFC 4314 section 2 leaves the combination to us). So the order of entries never matters.
 */
export function effectiveRights(list: AccessList, subjects: readonly Subject[]): Rights {
  const given = union(list, subjects);
  if (given.size === 0) return NO_RIGHTS;
  for (const right of union(list, subjects.map(negative))) given.delete(right);
  return given;
}

function union(list: AccessList, subjects: readonly Subject[]): Set<Right> {
  return new Set(subjects.flatMap((subject) => [...(list.get(subject) ?? NO_RIGHTS)]));
}

/** The flags that somebody with these rights may set and clear; undefined: all (RFC 4314 section 4). */
export function flagRightsOf(rights: Rights): FlagRights | undefined {
  const may = { seen: rights.has('s'), deleted: rights.has('t'), others: rights.has('w') };
  return may.seen && may.deleted && may.others ? undefined : may;
}

export function mayChange(flag: string, may: FlagRights): boolean {
  const folded = flag.toLowerCase();
  if (folded === '\\seen') return may.seen;
  return folded === '\\deleted' ? may.deleted : may.others;
}
