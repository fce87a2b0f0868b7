import { Refused } from '../../base/errors.ts';
import { Slice } from '../../base/slices.ts';
import type { Copied } from '../../mail/ports.ts';
import type { AccountCore } from '../account-core.ts';
import type { Change } from '../commit/committer.ts';
import type { MailboxCounters } from '../index/mailbox-table.ts';
import { type UidPiece, uidPieces } from '../index/uid-pieces.ts';
import { pickRows, type RowBlock } from '../mailboxes/columns.ts';
import type { LiveMailbox } from '../mailboxes/live-mailbox.ts';
import type { MailboxRecord } from '../mailboxes/mailbox-record.ts';
import { chosenRows, uidsOf } from './chosen-rows.ts';
import { remove } from './expunge.ts';
import { settleFlags } from './settle-flags.ts';

/** What is to be copied where. */
interface Plan {
  readonly source: LiveMailbox;
  readonly target: MailboxRecord;
  /** Of the messages in the source. */
  readonly uids: Uint32Array;
  readonly pieces: readonly UidPiece[];
  /** The copies as the target will have them. */
  readonly copies: RowBlock;
  /** The target's counters after it. */
  readonly after: MailboxCounters;
  readonly saveDate: number;
}

/** COPY: new index rows for the same content. */
export function copy(core: AccountCore, source: LiveMailbox, uids: ArrayLike<number>, target: string): Promise<Copied> {
  return core.committer.durablyInSlices(async () => {
    const plan = planCopy(core, source, uids, target);
    const more = { octets: octetsOf(plan.copies), messages: plan.copies.count };
    core.quota.assertRoomFor(more);
    await insertCopies(core, plan);
    const inserted = copied(core, plan);
    return {
      ...inserted,
      committed() {
        inserted.committed?.();
        core.quota.count(more);
      },
    };
  });
}

/** MOVE: the copies appear and the originals leave in one transaction (RFC 6851 section 3.3). */
export function move(core: AccountCore, source: LiveMailbox, uids: ArrayLike<number>, target: string): Promise<Copied> {
  return core.committer.durablyInSlices(async () => {
    const plan = planCopy(core, source, uids, target);
    await insertCopies(core, plan);
    const inserted = copied(core, plan);
    if (plan.uids.length === 0) return inserted;
    const removal = await remove(core, source, plan, afterRemoval(plan));
    return {
      value: inserted.value,
      committed() {
        inserted.committed?.();
        removal.committed();
      },
      publish(commit) {
        inserted.publish?.(commit);
        removal.publish();
      },
    };
  });
}

function planCopy(core: AccountCore, source: LiveMailbox, uids: ArrayLike<number>, targetName: string): Plan {
  if (source.record.deleted) throw new Refused('NONEXISTENT', 'The mailbox was deleted meanwhile');
  const target = core.tree.require(targetName);
  const rows = chosenRows(source, uids);
  const copies = pickRows(source.columns, rows);
  const modseq = target.highestModseq + 1;
  const saveDate = core.clock.now();
  for (let row = 0; row < copies.count; row++) copies.columns.uid[row] = target.uidNext + row;
  copies.columns.modseq.fill(modseq);
  // RFC 8514 3: the copy is saved now.
  copies.columns.saveDate.fill(saveDate);
  const after = { uidNext: target.uidNext + copies.count, highestModseq: modseq };
  const pieces = uidPieces(source.columns.uid, rows);
  return { source, target, uids: uidsOf(source, rows), pieces, copies, after, saveDate };
}

async function insertCopies(core: AccountCore, plan: Plan): Promise<void> {
  if (plan.uids.length === 0) return;
  const saveDate = new Uint8Array(Float64Array.of(plan.saveDate).buffer);
  const target = { mailbox: plan.target.id, modseq: plan.after.highestModseq, saveDate };
  await settleFlags(core.index, plan.source.record.id);
  const slice = new Slice();
  let uid = plan.target.uidNext;
  for (const piece of plan.pieces) {
    core.index.messages.copy(plan.source.record.id, piece, target, uid);
    uid += piece.count;
    await slice.rest();
  }
  core.index.mailboxes.advance(plan.target.id, plan.after, core.blobIds.settledBelow);
}

function copied(core: AccountCore, plan: Plan): Change<Copied> {
  const { target, copies, after } = plan;
  const value = {
    uidValidity: target.uidValidity,
    uids: Array.from(copies.columns.uid),
    sourceUids: Array.from(plan.uids),
  };
  if (copies.count === 0) return { value };
  return {
    value,
    committed: () => target.advance(after),
    publish(commit) {
      target.published();
      core.live.at(target.id, commit)?.appended(copies, after.uidNext);
    },
  };
}

function octetsOf({ columns, count }: RowBlock): number {
  let octets = 0;
  for (let row = 0; row < count; row++) octets += columns.size[row]!;
  return octets;
}

/** In a move inside one mailbox the removal comes after the copies, with the modseq after theirs. */
function afterRemoval({ source, target, after }: Plan): MailboxCounters {
  const before = source.record === target ? after : source.record;
  return { uidNext: before.uidNext, highestModseq: before.highestModseq + 1 };
}
