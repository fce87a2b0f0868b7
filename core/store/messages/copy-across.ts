import { Refused } from '../../base/errors.ts';
import type { Copied, CopyTarget } from '../../mail/ports.ts';
import type { AccountCore } from '../account-core.ts';
import { uidPieces } from '../index/uid-pieces.ts';
import { pickRows, type RowBlock } from '../mailboxes/columns.ts';
import type { LiveMailbox } from '../mailboxes/live-mailbox.ts';
import { carryOver, crossing } from './carry-over.ts';
import { chosenRows, uidsOf } from './chosen-rows.ts';
import { remove } from './expunge.ts';
import type { FlagsSubject } from './store-flags.ts';

/** COPY into another account: contents go over slice by slice, then all copies appear at once. */
export async function copyAcross(
  from: AccountCore,
  to: AccountCore,
  subject: FlagsSubject,
  uids: ArrayLike<number>,
  options: CopyTarget,
): Promise<Copied> {
  const originals = await from.committer.alone(() => snapshot(subject, uids));
  return carryOver(crossing(from, to, subject, originals, options));
}

/**
 * MOVE into another account: the originals leave once the copies would survive a power cut. One in between leaves both,
 * never neither. Meanwhile the originals count as leaving, so that nobody moves them a second time.
 */
export async function moveAcross(
  from: AccountCore,
  to: AccountCore,
  subject: FlagsSubject,
  uids: ArrayLike<number>,
  options: CopyTarget,
): Promise<Copied> {
  // Copies without a way to take the originals would be there twice.
  from.publication.assertWritable();
  const { leaving } = subject.mailbox;
  const originals = await from.committer.alone(() => {
    const taken = snapshot(subject, uids);
    for (const uid of taken.columns.uid) leaving.add(uid);
    return taken;
  });
  try {
    const copied = await carryOver(crossing(from, to, subject, originals, options));
    if (copied.sourceUids.length > 0) await removeOriginals(from, subject.mailbox, copied.sourceUids);
    return copied;
  } finally {
    // A RENAME of INBOX may be taking them away at this moment; when it is published they are none of ours.
    await from.publication.reached(from.publication.committed).catch(() => {});
    for (const uid of originals.columns.uid) leaving.delete(uid);
  }
}

function snapshot({ mailbox, view }: FlagsSubject, uids: ArrayLike<number>): RowBlock {
  if (mailbox.record.deleted) throw new Refused('NONEXISTENT', 'The mailbox was deleted meanwhile');
  return pickRows((view ?? mailbox).columns, chosenRows(mailbox, uids));
}

/** Those that are still there: the mailbox may have been deleted, or its messages moved by a RENAME of INBOX. */
function removeOriginals(core: AccountCore, mailbox: LiveMailbox, uids: readonly number[]): Promise<void> {
  return core.committer.durablyInSlices(async () => {
    const { record } = mailbox;
    const rows = Uint32Array.from(uids.map((uid) => mailbox.rowOf(uid)).filter((row) => row >= 0));
    const present = { pieces: uidPieces(mailbox.columns.uid, rows), uids: uidsOf(mailbox, rows) };
    const gone = core.index.messages.usage(record.id, present.pieces);
    if (gone.messages === 0) return { value: undefined };
    const after = { uidNext: record.uidNext, highestModseq: record.highestModseq + 1 };
    const removal = await remove(core, mailbox, present, after);
    return {
      value: undefined,
      committed() {
        removal.committed();
        core.quota.count({ octets: -gone.octets, messages: -gone.messages });
      },
      publish() {
        removal.publish();
        core.freed(gone.octets);
      },
    };
  });
}
