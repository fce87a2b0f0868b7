import { Slice } from '../../base/slices.ts';
import type { AccountCore } from '../account-core.ts';
import { type UidPiece, uidPieces } from '../index/uid-pieces.ts';
import type { LiveMailbox } from '../mailboxes/live-mailbox.ts';
import { chosenRows, someLeaving, uidsOf } from './chosen-rows.ts';

/** EXPUNGE and UID EXPUNGE: removes those of the messages that have \Deleted. */
export async function expunge(core: AccountCore, mailbox: LiveMailbox, uids: ArrayLike<number>): Promise<Uint32Array> {
  if (someLeaving(mailbox, uids)) await awaitLeaving(core);
  return core.committer.durablyInSlices(async () => {
    const { flagSet, uid } = mailbox.columns;
    const deleted = deletedSets(core, mailbox);
    const rows = chosenRows(mailbox, uids).filter((row) => deleted.has(flagSet[row]!));
    if (rows.length === 0) return { value: new Uint32Array() };
    const { uidNext, highestModseq } = mailbox.record;
    const gone = { pieces: uidPieces(uid, rows), uids: uidsOf(mailbox, rows) };
    return { value: gone.uids, ...(await remove(core, mailbox, gone, { uidNext, modseq: highestModseq + 1 })) };
  });
}

/**
 * Another session's EXPUNGE is committed but not published. Who asks for the same messages gets his OK after that one,
 * so that he never sees a message again that he was told is gone.
 */
function awaitLeaving(core: AccountCore): Promise<void> {
  return core.publication.reached(core.publication.committed);
}

/** The counters a removal leaves behind. */
export interface Counters {
  readonly uidNext: number;
  readonly modseq: number;
}

/** Deletes the rows inside the transaction under way, and says what is to happen at its commit and publication. */
export async function remove(
  core: AccountCore,
  mailbox: LiveMailbox,
  messages: { readonly pieces: readonly UidPiece[]; readonly uids: Uint32Array },
  after: Counters,
) {
  const { record } = mailbox;
  const slice = new Slice();
  for (const piece of messages.pieces) {
    core.index.messages.delete(record.id, piece);
    await slice.rest();
  }
  // An expunge takes a mod-sequence of its own. RFC 7162 3.1.7
  core.index.mailboxes.advance(record.id, after.uidNext, after.modseq);
  return {
    committed() {
      record.advance(after.uidNext, after.modseq);
      for (const uid of messages.uids) mailbox.leaving.add(uid);
    },
    publish() {
      record.published();
      mailbox.expunged(messages.uids);
    },
  };
}

function deletedSets(core: AccountCore, mailbox: LiveMailbox): Set<number> {
  const { flagSets } = core.index;
  return new Set(mailbox.flagSetsInUse().filter((id) => flagSets.has(id, '\\Deleted')));
}
