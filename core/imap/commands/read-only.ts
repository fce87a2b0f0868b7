import { Refused } from '../../base/errors.ts';
import type { Session } from '../session/session.ts';

/**
 * For commands that change the selected mailbox.
 * @throws Refused when it was opened with EXAMINE (RFC 9051 section 6.3.3).
 */
export function refuseReadOnly(session: Session): void {
  if (session.view.mailbox.readOnly) {
    throw new Refused(undefined, 'The mailbox is open read-only; SELECT it to change it');
  }
}
