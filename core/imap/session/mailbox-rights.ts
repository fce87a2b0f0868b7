import { SYSTEM_FLAGS } from '../../mail/flags.ts';
import type { SelectedMailbox } from '../../mail/ports.ts';
import type { Right } from '../../mail/rights.ts';

/** What of a selected mailbox decides which changes the client may make. */
export type MailboxAccess = Pick<SelectedMailbox, 'readOnly' | 'rights'>;

/**
 * Whether SELECT answers READ-ONLY: nothing that others see can be changed. \Seen is every reader's own here, so `s` is
 * none of the shared flag rights.
 */
export function isReadOnly({ readOnly, rights }: MailboxAccess): boolean {
  // RFC 4314 5.2
  return readOnly || !CHANGES_FOR_OTHERS.some((right) => rights.has(right));
}

const CHANGES_FOR_OTHERS: readonly Right[] = ['i', 'e', 'w', 't'];

/** The right that changing a flag takes (RFC 4314 section 4). */
export function rightOfFlag(flag: string): Right {
  switch (flag) {
    case '\\Seen':
      return 's';
    case '\\Deleted':
      return 't';
    default:
      return 'w';
  }
}

/** Of these flags, those that the client can change for good. */
export function changeableFlags({ readOnly, rights }: MailboxAccess, flags: readonly string[]): readonly string[] {
  return readOnly ? [] : flags.filter((flag) => rights.has(rightOfFlag(flag)));
}

/** Whether a client may make keywords that are new to the mailbox (RFC 9051 section 7.1, PERMANENTFLAGS). */
export function mayMakeKeywords({ readOnly, rights }: MailboxAccess): boolean {
  return !readOnly && rights.has('w');
}

/** Whether two states of the rights are the same in what FLAGS, PERMANENTFLAGS, READ-ONLY and READ-WRITE tell. */
export function sameAccess(one: MailboxAccess, other: MailboxAccess): boolean {
  return (
    isReadOnly(one) === isReadOnly(other) &&
    changeableFlags(one, SYSTEM_FLAGS).join() === changeableFlags(other, SYSTEM_FLAGS).join()
  );
}
