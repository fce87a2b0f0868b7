import { SEPARATOR } from '../../mail/special-use.ts';
import { INBOX, isInbox } from './mailbox-argument.ts';

/** Where others' mailboxes are found: the user's name and then his mailbox's come after it. */
export const OTHER_USERS = '#users/';
/** Where the public folders are found. */
export const SHARED = '#public/';

/** True for what lies in, or is, one of the namespaces that are not the user's own. */
export function isNamespaced(name: string): boolean {
  return [OTHER_USERS, SHARED].some((prefix) => name.startsWith(prefix) || name === prefix.slice(0, -SEPARATOR.length));
}

/** A stretch of a name, as indices. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where in a name, spelled as LIST shows it, case is without meaning: INBOX, and other users' names with their INBOX. */
export function caselessPart(name: string): Stretch {
  if (isInbox(name)) return { from: 0, to: INBOX.length };
  if (!name.startsWith(OTHER_USERS)) return { from: 0, to: 0 };
  const from = OTHER_USERS.length;
  const end = name.indexOf(SEPARATOR, from);
  if (end < 0) return { from, to: name.length };
  const level = /^inbox(?=\/|$)/i.exec(name.slice(end + SEPARATOR.length));
  return { from, to: level === null ? end : end + SEPARATOR.length + INBOX.length };
}
