import type { Session } from '../session/session.ts';
import type { Command, Completion } from './command.ts';
import { oldName, writeListOf } from './list-reply.ts';
import { expectMailboxArgument, INBOX, type MailboxArgument } from './mailbox-argument.ts';
import { newMailbox } from './new-mailbox.ts';

interface RenameArguments {
  readonly from: MailboxArgument;
  readonly to: MailboxArgument;
}

/** RENAME (RFC 9051 section 6.3.6). Subscriptions stay with the old name, as the RFC has it. */
export const rename: Command<RenameArguments> = {
  name: 'RENAME',
  states: ['authenticated', 'selected'],
  mayExpunge: true,
  parse(reader, { utf8 }) {
    const from = expectMailboxArgument(reader, utf8);
    const to = expectMailboxArgument(reader, utf8);
    reader.expectEnd();
    return { from, to };
  },
  run: runRename,
};

async function runRename(session: Session, { from, to }: RenameArguments): Promise<Completion> {
  const { name } = newMailbox(to);
  await session.account.rename(from.name, name);
  const entry = session.account.find(name);
  // RFC 9051 6.3.9.7: told always, which covers the names that are spelled otherwise here. INBOX stays what it was.
  if (session.rev2 && from.name !== INBOX && entry !== undefined) {
    writeListOf(session, entry, oldName(session, from.supplied));
  }
  return { text: 'Mailbox renamed' };
}
