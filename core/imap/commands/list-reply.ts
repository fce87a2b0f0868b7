import type { MailAccount, MailboxEntry } from '../../mail/ports.ts';
import { SEPARATOR } from '../../mail/special-use.ts';
import type { Session } from '../session/session.ts';
import { mailboxName } from '../wire/encode.ts';
import type { MailboxArgument } from './mailbox-argument.ts';
import { isNamespaced } from './namespaces.ts';

/** What a LIST reply says of a name, beside what its mailbox itself tells. */
export interface ListFacts {
  readonly hasChildren: boolean;
  /** Undefined: it is not told. */
  readonly subscribed?: boolean | undefined;
  /** The client knows \NonExistent, which came with LIST-EXTENDED; others are told \Noselect, too. */
  readonly extended: boolean;
  /** No mailbox, but a level that opens like one (IMAP4-SERVICE, "Fake access to inaccessible mailboxes"). */
  readonly faked?: boolean | undefined;
  /** A mailbox that the user may see and not open. */
  readonly closed?: boolean | undefined;
}

/** The mailbox attributes of a LIST reply (RFC 9051 section 7.3.1); `entry` undefined: there is no such mailbox. */
export function attributesOf(entry: MailboxEntry | undefined, facts: ListFacts): readonly string[] {
  const attributes: string[] = [];
  if (entry === undefined && !facts.faked) attributes.push(...missing(facts.extended));
  if (entry !== undefined && facts.closed) attributes.push('\\Noselect');
  // RFC 3348, RFC 9051 section 6.3.9.5: may be told whether asked or not
  attributes.push(facts.hasChildren ? '\\HasChildren' : '\\HasNoChildren');
  if (facts.subscribed) attributes.push('\\Subscribed');
  // RFC 6154 section 2: likewise
  return entry === undefined ? attributes : [...attributes, ...entry.specialUse];
}

/**
 * RFC 9051 section 9, mbx-list-sflag: one of the two at most. In the grammar of who knows RFC 3501 only, \NonExistent is
 * an extension like any other, so he is told in both words.
 */
function missing(extended: boolean): readonly string[] {
  return extended ? ['\\NonExistent'] : ['\\Noselect', '\\NonExistent'];
}

/** True for a mailbox that the user may see and not open: `l` without `r`. His own he can always open. */
export function isClosed(account: Pick<MailAccount, 'myRights'>, { name }: MailboxEntry): boolean {
  return isNamespaced(name) && !account.myRights(name).has('r');
}

/**
 * Writes mailbox-list (RFC 9051 section 9).
 * @param extended the inside of mbox-list-extended as an octet string, such as `"CHILDINFO" ("SUBSCRIBED")`
 */
export function writeList(
  session: Session,
  reply: 'LIST' | 'LSUB',
  attributes: readonly string[],
  name: string,
  extended?: string,
): void {
  const items = extended === undefined ? '' : ` (${extended})`;
  const encoded = mailboxName(name, session.rev2);
  session.writer.untagged(`${reply} (${attributes.join(' ')}) "${SEPARATOR}" ${encoded}${items}`);
}

/** The OLDNAME extended data item (RFC 9051 section 6.3.9.7). */
export function oldName(session: Session, supplied: string): string {
  return `"OLDNAME" (${mailboxName(supplied, session.rev2)})`;
}

/**
 * OLDNAME for a client that wrote a name otherwise than it is spelled here; undefined when it did not, or when the
 * client has not said that it understands extended LIST replies (RFC 5258 section 3).
 */
export function respelled(session: Session, { supplied }: MailboxArgument, name: string): string | undefined {
  if (!session.rev2 || name === supplied) return undefined;
  return oldName(session, supplied);
}

/** Whether there are mailboxes below this one, which exists. */
function hasChildren(session: Session, { name }: MailboxEntry): boolean {
  const mailboxes = session.account.mailboxes();
  const after = mailboxes.findIndex((entry) => entry.name === name) + 1;
  return mailboxes[after]?.name.startsWith(name + SEPARATOR) ?? false;
}

/** The LIST reply that SELECT, CREATE and RENAME send to IMAP4rev2 clients: complete and accurate. */
export function writeListOf(session: Session, entry: MailboxEntry, extended?: string): void {
  const { name } = entry;
  const subscribed = session.account.subscriptions().includes(name);
  const facts = { hasChildren: hasChildren(session, entry), subscribed, extended: true };
  writeList(session, 'LIST', attributesOf(entry, facts), name, extended);
}
