import { normaliseUnicode } from '../../base/normalise-unicode.ts';
import type { MailAccount } from '../../mail/ports.ts';
import { SEPARATOR } from '../../mail/special-use.ts';
import type { ArgumentReader } from '../wire/argument-reader.ts';

/** The mailbox that every account has, as its name is spelled everywhere here. */
export const INBOX = 'INBOX';

/** A mailbox named by a client. */
export interface MailboxArgument {
  /** The one spelling that mail/ and store/ know. */
  readonly name: string;
  /** What the client wrote. */
  readonly supplied: string;
}

/** SP mailbox, with the spelling that the client chose. */
export function expectMailboxArgument(reader: ArgumentReader, utf8: boolean): MailboxArgument {
  reader.expectSpace();
  const supplied = reader.expectMailbox(utf8);
  return { name: canonicalName(supplied), supplied };
}

/** SP mailbox */
export function expectMailboxName(reader: ArgumentReader, utf8: boolean): string {
  return expectMailboxArgument(reader, utf8).name;
}

/**
 * The one spelling of a name: composed as Net-Unicode has it, so that a name typed on a Mac finds what was created on a
 * PC (RFC 9051 section 5.1: whoever accepts denormalized names in CREATE MUST accept them in all commands), and with
 * the first level in capitals when it is INBOX, or clients would show `Inbox` and `INBOX` as two folders.
 */
export function canonicalName(name: string): string {
  // ASCII letters only: the Turkish dotless i is none of INBOX's.
  return normaliseUnicode(name, 'NFC').replace(/^inbox(?=\/|$)/i, INBOX);
}

/**
 * The name as LIST shows it: what others share is found in any case of their names, and an INBOX of theirs in any of its
 * own. A name that no mailbox has stays as it is.
 */
export function spelledBy(account: Pick<MailAccount, 'find'>, name: string): string {
  return account.find(name)?.name ?? name;
}

/** True for INBOX and what is below it. */
export function isInbox(name: string): boolean {
  return name.startsWith(INBOX) && (name.length === INBOX.length || name[INBOX.length] === SEPARATOR);
}

/** The level above a name; undefined at the top. */
export function superiorOf(name: string): string | undefined {
  const end = name.lastIndexOf(SEPARATOR);
  return end > 0 ? name.slice(0, end) : undefined;
}
