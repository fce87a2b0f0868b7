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
  // RFC 9051 6.4.1: nothing is removed, and that is no error, when the mailbox is open read-only
  if (!mailbox.readOnly) {
    const { columns, count } = mailbox.state;
    await mailbox.expunge(columns.uid.subarray(0, count));
  }
  session.unselect();
  return { text: 'Mailbox closed' };
}
