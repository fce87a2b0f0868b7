import { SEPARATOR } from '../mail/special-use.ts';
import { type People, PUBLIC_ACCOUNT } from './ports.ts';

/**
 * Where a user finds mail that is not his own (RFC 2342): `#users/Karen/Inbox`, `#public/Projects`. His own has no
 * prefix; there Karen's INBOX is `INBOX`, which is how the store knows it.
 */
export const USERS = '#users';
export const PUBLIC = '#public';

export const INBOX = 'INBOX';

/** A mailbox by account and the name it has there. */
export interface Address {
  readonly owner: string;
  readonly local: string;
}

/** Whether a name lies in one of the namespaces; what else begins with `#` is nobody's. Cheap: asked for every name. */
export function isNamespaced(name: string): boolean {
  if (!name.startsWith('#')) return false;
  return isAtOrBelow(name, USERS) || isAtOrBelow(name, PUBLIC);
}

/** The address of a name in a namespace; undefined for the levels above mailboxes and for users there are not. */
export function addressOf(name: string, people: Pick<People, 'userNamed'>): Address | undefined {
  if (isAtOrBelow(name, PUBLIC)) {
    const local = name.slice(PUBLIC.length + 1);
    return local === '' ? undefined : { owner: PUBLIC_ACCOUNT, local };
  }
  const [, user, ...levels] = name.split(SEPARATOR);
  const local = levels.join(SEPARATOR);
  if (user === undefined || local === '') return undefined;
  const owner = people.userNamed(user)?.accountId;
  return owner === undefined ? undefined : { owner, local: ownName(local) };
}

/** A name in a personal account as the store spells it: INBOX is found in any case. */
export function ownName(name: string): string {
  return name.replace(/^inbox(?=\/|$)/i, INBOX);
}

/** How everybody but the owner names it; undefined when the owner is gone. */
export function sharedName({ owner, local }: Address, people: Pick<People, 'userById'>): string | undefined {
  if (owner === PUBLIC_ACCOUNT) return PUBLIC + SEPARATOR + local;
  const person = people.userById(owner);
  if (person === undefined) return undefined;
  return [USERS, person.name, local.replace(/^INBOX(?=\/|$)/, 'Inbox')].join(SEPARATOR);
}

/** The one spelling of a name in a namespace, as far as there is one: users in any case, and their INBOX. */
export function canonicalName(name: string, people: Pick<People, 'userNamed' | 'userById'>): string {
  const address = addressOf(name, people);
  if (address !== undefined) return sharedName(address, people) ?? name;
  const [first, user, ...others] = name.split(SEPARATOR);
  const person = first === USERS && user !== undefined && others.length === 0 ? people.userNamed(user) : undefined;
  return person === undefined ? name : USERS + SEPARATOR + person.name;
}

/** The names of the levels above, the innermost first. */
export function superiorsOf(name: string): string[] {
  const levels = name.split(SEPARATOR);
  return levels.slice(1).map((_, i) => levels.slice(0, levels.length - 1 - i).join(SEPARATOR));
}

export function isAtOrBelow(name: string, superior: string): boolean {
  return name === superior || name.startsWith(superior + SEPARATOR);
}

/** Where the namespaces stand among names that are sorted as MailAccount.mailboxes() has them: behind INBOX. */
export function placeOfNamespaces(sorted: readonly { readonly name: string }[]): number {
  const behind = sorted.findIndex(({ name }) => !isAtOrBelow(name, INBOX) && name > '#');
  return behind < 0 ? sorted.length : behind;
}
