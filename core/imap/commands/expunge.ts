import type { NumberSet } from '../../base/number-set.ts';
import type { Session } from '../session/session.ts';
import type { Command, Completion } from './command.ts';
import { highestModseqCode } from './condstore.ts';
import { refuseReadOnly } from './read-only.ts';

/** EXPUNGE (RFC 9051 section 6.4.3): every message that has \Deleted, whoever gave it. */
export const expunge: Command<void> = {
  name: 'EXPUNGE',
  states: ['selected'],
  mayExpunge: true,
  parse: (reader) => reader.expectEnd(),
  run(session) {
    const { columns, count } = session.view.state;
    return remove(session, columns.uid.subarray(0, count));
  },
};

/** UID EXPUNGE (RFC 9051 section 6.4.9, RFC 4315 section 2.1): of the messages named those that have \Deleted. */
export const uidExpunge: Command<NumberSet | '$'> = {
  name: 'UID EXPUNGE',
  states: ['selected'],
  mayExpunge: true,
  // APPENDUID and COPYUID belong to it too: APPEND and COPY always send them.
  capabilities: () => ['UIDPLUS'],
  parse(reader) {
    reader.expectSpace();
    const set = reader.expectSequenceSet();
    reader.expectEnd();
    return set;
  },
  run: (session, set) => remove(session, session.view.uidsOf(session.view.resolve(set, true))),
};

/** The EXPUNGE replies are the dispatcher's: they are changes like those of any other session. */
async function remove(session: Session, uids: Uint32Array): Promise<Completion> {
  refuseReadOnly(session);
  const removed = await session.view.mailbox.expunge(uids);
  return removed.length === 0
    ? { text: 'No messages to expunge' }
    : { code: highestModseqCode(session), text: 'Expunged' };
}
