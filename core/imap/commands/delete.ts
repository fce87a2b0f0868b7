import type { Session } from '../session/session.ts';
import type { Command, Completion } from './command.ts';
import { respelled, writeList } from './list-reply.ts';
import { expectMailboxArgument, type MailboxArgument } from './mailbox-argument.ts';

/** DELETE (RFC 9051 section 6.3.5). A mailbox with others below it is refused: they would hang in the air. */
export const deleteMailbox: Command<MailboxArgument> = {
  name: 'DELETE',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  parse(reader, { utf8 }) {
    const mailbox = expectMailboxArgument(reader, utf8);
    reader.expectEnd();
    return mailbox;
  },
  run: runDelete,
};

async function runDelete(session: Session, mailbox: MailboxArgument): Promise<Completion> {
  const entry = session.account.find(mailbox.name);
  const selected = session.hasView && session.view.state.entry.objectId === entry?.objectId;
  await session.account.delete(mailbox.name);
  if (selected) leave(session);
  const name = entry?.name ?? mailbox.name;
  const oldName = respelled(session, mailbox, name);
  if (oldName !== undefined) writeList(session, 'LIST', ['\\NonExistent'], name, oldName);
  return { text: 'Mailbox deleted' };
}

/** A session that deletes the mailbox it has selected knows that its messages are gone: no EXPUNGE for each. */
function leave(session: Session): void {
  session.unselect();
  session.writer.untagged('OK [CLOSED] The selected mailbox was deleted');
}
