import { Refused } from '../../base/errors.ts';
import type { SelectedMailbox } from '../../mail/ports.ts';
import type { Session } from '../session/session.ts';
import type { Command, Completion } from './command.ts';

/** CLOSE (RFC 9051 section 6.4.1): removes the messages that have \Deleted, without a word, and leaves the mailbox. */
export const close: Command<void> = {
  name: 'CLOSE',
  states: ['selected'],
  mayExpunge: true,
  // RFC 9051 6.4.1: no EXPUNGE replies
  reportsChanges: false,
  parse: (reader) => reader.expectEnd(),
  run: runClose,
};

async function runClose(session: Session): Promise<Completion> {
  const { mailbox } = session.view;
  const { columns, count, deleted } = mailbox.state;
  // RFC 9051 6.4.1: nothing is removed, and that is no error, when the mailbox is open read-only
  if (!mailbox.readOnly && !deleted) await expungeIfAllowed(mailbox, columns.uid.subarray(0, count));
  session.unselect();
  return { text: 'Mailbox closed' };
}

/** RFC 4314 section 4: without `e` nothing is removed, and CLOSE MUST answer OK. */
async function expungeIfAllowed(mailbox: SelectedMailbox, uids: Uint32Array): Promise<void> {
  if (!mailbox.rights.has('e')) return;
  try {
    await mailbox.expunge(uids);
  } catch (problem) {
    // withdrawn in this very moment
    if (!(problem instanceof Refused && problem.code === 'NOPERM')) throw problem;
  }
}
