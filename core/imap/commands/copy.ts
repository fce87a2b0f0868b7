import type { Session } from '../session/session.ts';
import type { Command, Completion } from './command.ts';
import { copyUidCode, parseTransfer, type TransferArguments, transferred } from './transfer.ts';

/** COPY (RFC 9051 section 6.4.7). */
export const copy: Command<TransferArguments> = copyCommand('COPY');
/** UID COPY (RFC 9051 section 6.4.9). */
export const uidCopy: Command<TransferArguments> = copyCommand('UID COPY');

function copyCommand(name: string): Command<TransferArguments> {
  return { name, states: ['selected'], mayExpunge: true, parse: parseTransfer, run: runCopy };
}

async function runCopy(session: Session, args: TransferArguments): Promise<Completion> {
  const { mailbox } = session.view;
  const copied = await transferred(session, args, (uids) => mailbox.copy(uids, args.target));
  if (copied === undefined) return { text: 'No such messages, nothing copied' };
  return { code: copyUidCode(copied), text: 'Copied' };
}
