import { Refused } from '../../base/errors.ts';
import type { Right } from '../../mail/rights.ts';
import type { Session } from '../session/session.ts';

/**
 * For commands that change the selected mailbox.
 * @throws Refused when it was opened with EXAMINE (RFC 9051 section 6.3.3), NOPERM when SELECT would allow no more,
 *   UNAVAILABLE while the disk takes no changes, NONEXISTENT when it is gone and the client has not been told.
 */
export function refuseReadOnly(session: Session): void {
  session.view.refuseGone();
  const { readOnly, rights, unwritable } = session.view.mailbox;
  if (!readOnly) return;
  if (unwritable) throw unwritable;
  if (CHANGES.some((right) => rights.has(right))) {
    throw new Refused(undefined, 'The mailbox is open read-only; SELECT it to change it');
  }
  throw new Refused('NOPERM', 'You may change nothing here');
}

/** The rights to change messages of a mailbox that is selected (RFC 4314 section 4: STORE, EXPUNGE). */
const CHANGES: readonly Right[] = ['s', 'w', 't', 'e'];
