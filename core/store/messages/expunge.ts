import { Slice } from '../../base/slices.ts';
import type { AccountCore } from '../account-core.ts';
import type { MailboxCounters } from '../index/mailbox-table.ts';
import { type UidPiece, uidPieces } from '../index/uid-pieces.ts';
import type { LiveMailbox } from '../mailboxes/live-mailbox.ts';
import { chosenRows, someLeaving, uidsOf } from './chosen-rows.ts';

/** EXPUNGE and UID EXPUNGE: removes those of the messages that have \Deleted. */
export async function expunge(core: AccountCore, mailbox: LiveMailbox, uids: ArrayLike<number>): Promise<Uint32Array> {
  if (someLeaving(mailbox, uids)) await awaitLeaving(core);
  return core.committer.durablyInSlices(async () => {
    const { flagSet, uid, size } = mailbox.columns;
    const deleted = deletedSets(core, mailbox);
    const rows = chosenRows(mailbox, uids).filter((row) => deleted.has(flagSet[row]!));
    if (rows.length === 0) return { value: new Uint32Array() };
    const { uidNext, highestModseq } = mailbox.record;
    const octets = rows.reduce((sum, row) => sum + size[row]!, 0);
    const gone = { pieces: uidPieces(uid, rows), uids: uidsOf(mailbox, rows) };
    const removal = await remove(core, mailbox, gone, { uidNext, highestModseq: highestModseq + 1 });
    return {
      ...removal,
      value: gone.uids,
      committed() {
        removal.committed();
        core.quota.count({ octets: -octets, messages: -rows.length });
      },
      publish() {
        removal.publish();
        core.freed(octets);
      },
    };
  });
}

/**
 * Another session's EXPUNGE is committed but not published. Who asks for the same messages gets his OK after that one,
 * so that he never sees a message again that he was told is gone.
 */
function awaitLeaving(core: AccountCore): Promise<void> {
  return core.publication.reached(core.publication.committed);
}

/** Deletes the rows inside the transaction under way, and says what is to happen at its commit and publication. */
export async function remove(
  core: AccountCore,
  mailbox: LiveMailbox,
  messages: { readonly pieces: readonly UidPiece[]; readonly uids: Uint32Array },
  after: MailboxCounters,
) {
  const { record } = mailbox;
  const slice = new Slice();
  for (const piece of messages.pieces) {
    core.index.deleteMessages(record.id, piece);
    await slice.rest();
  }
  // An expunge takes a mod-sequence of its own. RFC 7162 3.1.7
  core.index.mailboxes.advance(record.id, after, core.blobIds.settledBelow);
  return {
    committed() {
      record.advance(after);
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
