import type { Session } from '../session/session.ts';
import type { Command, Completion } from './command.ts';
import { highestModseqCode } from './condstore.ts';
import { refuseReadOnly } from './read-only.ts';
import { copyUidCode, parseTransfer, type TransferArguments, transferred } from './transfer.ts';

/** MOVE (RFC 9051 section 6.4.8, RFC 6851). */
export const move: Command<TransferArguments> = moveCommand('MOVE');
/** UID MOVE (RFC 9051 section 6.4.9). */
export const uidMove: Command<TransferArguments> = moveCommand('UID MOVE');

function moveCommand(name: string): Command<TransferArguments> {
  return {
    name,
    states: ['selected'],
    mayExpunge: true,
    capabilities: () => ['MOVE'],
    parse: parseTransfer,
    run: runMove,
  };
}

async function runMove(session: Session, args: TransferArguments): Promise<Completion> {
  const { mailbox } = session.view;
  refuseReadOnly(session);
  const moved = await transferred(session, args, (uids) => mailbox.move(uids, args.target));
  if (moved === undefined) return { text: 'No such messages, nothing moved' };
  // RFC 9051 section 6.4.8: COPYUID in an untagged OK, before the EXPUNGE replies that the dispatcher now sends
  session.writer.untagged(`OK [${copyUidCode(moved)}] Moved`);
  return { code: highestModseqCode(session), text: 'Moved' };
}
