import { Refused } from '../../base/errors.ts';
import { Slice } from '../../base/slices.ts';
import type { FlagSetId } from '../../mail/flags.ts';
import type { Copied, CopyTarget, Usage } from '../../mail/ports.ts';
import type { AccountCore } from '../account-core.ts';
import type { Change } from '../commit/committer.ts';
import type { MailboxCounters } from '../index/mailbox-table.ts';
import { type UidPiece, uidPieces } from '../index/uid-pieces.ts';
import { pickRows, type RowBlock } from '../mailboxes/columns.ts';
import type { LiveMailbox } from '../mailboxes/live-mailbox.ts';
import type { MailboxRecord } from '../mailboxes/mailbox-record.ts';
import { insertMarks } from './arrival.ts';
import { chosenRows, uidsOf } from './chosen-rows.ts';
import { changesFlags, giveFlags } from './copied-flags.ts';
import { remove } from './expunge.ts';
import { zoneAt } from './local-zone.ts';
import { settleFlags } from './settle-flags.ts';
import type { FlagsSubject } from './store-flags.ts';

/** What is to be copied where, inside one account. */
interface Plan {
  readonly source: LiveMailbox;
  readonly target: MailboxRecord;
  /** Of the messages in the source. */
  readonly uids: Uint32Array;
  readonly pieces: readonly UidPiece[];
  /** The flag sets of the messages, which SQL copies with them; undefined when the copies have the same. */
  readonly flagSets: Uint32Array | undefined;
  /** The copies as the target will have them. */
  readonly copies: RowBlock;
  /** The target's counters after it. */
  readonly after: MailboxCounters;
  readonly now: number;
  readonly keepDate: boolean;
}

/** COPY inside an account: new index rows for the same content. */
export function copy(
  core: AccountCore,
  source: FlagsSubject,
  uids: ArrayLike<number>,
  target: CopyTarget,
): Promise<Copied> {
  return core.committer.durablyInSlices(async () => {
    const plan = planCopy(core, source, uids, target);
    const more = usageOf(plan.copies);
    core.quota.assertRoomFor(more, plan.target.entry.specialUse.includes('\\Trash'));
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

/** MOVE inside an account: the copies appear and the originals leave in one transaction (RFC 6851 section 3.3). */
export function move(
  core: AccountCore,
  source: FlagsSubject,
  uids: ArrayLike<number>,
  target: CopyTarget,
): Promise<Copied> {
  return core.committer.durablyInSlices(async () => {
    const plan = planCopy(core, source, uids, target);
    await insertCopies(core, plan);
    const inserted = copied(core, plan);
    if (plan.uids.length === 0) return inserted;
    const removal = await remove(core, source.mailbox, plan, afterRemoval(plan));
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

function planCopy(
  core: AccountCore,
  { mailbox: source, view }: FlagsSubject,
  uids: ArrayLike<number>,
  options: CopyTarget,
): Plan {
  if (source.record.deleted) throw new Refused('NONEXISTENT', 'The mailbox was deleted meanwhile');
  const target = core.tree.require(options.name);
  const rows = chosenRows(source, uids);
  const now = core.clock.now();
  const modseq = target.highestModseq + 1;
  const picked = pickRows((view ?? source).columns, rows);
  const others = view !== undefined || changesFlags(options);
  const flagSets = others ? rows.map((row) => source.columns.flagSet[row]!) : undefined;
  const seenBy = flagSets && giveFlags(core.index.flagSets, picked, flagSets, options);
  const copies = { ...picked, seenBy };
  for (let row = 0; row < copies.count; row++) copies.columns.uid[row] = target.uidNext + row;
  copies.columns.modseq.fill(modseq);
  // RFC 8514 3: the copy is saved now.
  copies.columns.saveDate.fill(now);
  if (!options.keepDateAndFlags) {
    copies.columns.internalDate.fill(now);
    copies.columns.zone.fill(zoneAt(now));
  }
  const after = { uidNext: target.uidNext + copies.count, highestModseq: modseq };
  const pieces = uidPieces(source.columns.uid, rows);
  const plan = { source, target, uids: uidsOf(source, rows), pieces, flagSets, copies, after, now };
  return { ...plan, keepDate: options.keepDateAndFlags };
}

async function insertCopies(core: AccountCore, plan: Plan): Promise<void> {
  if (plan.uids.length === 0) return;
  const { messages } = core.index;
  const date = plan.keepDate ? undefined : { time: plan.now, zone: zoneAt(plan.now) };
  const target = { mailbox: plan.target.id, modseq: plan.after.highestModseq, saveDate: plan.now, date };
  await settleFlags(core.index, plan.source.record.id);
  const slice = new Slice();
  let uid = plan.target.uidNext;
  for (const piece of plan.pieces) {
    messages.copy(plan.source.record.id, piece, target, uid);
    uid += piece.count;
    await slice.rest();
  }
  for (const { flagSet, piece } of otherFlags(plan)) {
    messages.setFlags(target.mailbox, piece, flagSet, target.modseq);
    await slice.rest();
  }
  if (plan.copies.seenBy) insertMarks(core, plan.target, plan.copies, plan.copies.seenBy);
  core.index.mailboxes.advance(plan.target.id, plan.after, core.blobIds.settledBelow);
}

/** The copies whose flags are not those that SQL has copied. */
function otherFlags({ copies, flagSets }: Plan): { readonly flagSet: FlagSetId; readonly piece: UidPiece }[] {
  if (!flagSets) return [];
  const other = new Map<FlagSetId, number[]>();
  for (let row = 0; row < copies.count; row++) {
    const set = copies.columns.flagSet[row]!;
    if (set === flagSets[row]) continue;
    const rows = other.get(set);
    if (rows) rows.push(row);
    else other.set(set, [row]);
  }
  return [...other].flatMap(([flagSet, rows]) =>
    uidPieces(copies.columns.uid, rows).map((piece) => ({ flagSet, piece })),
  );
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

function usageOf({ columns, count }: RowBlock): Usage {
  let octets = 0;
  for (let row = 0; row < count; row++) octets += columns.size[row]!;
  return { octets, messages: count };
}

/** In a move inside one mailbox the removal comes after the copies, with the modseq after theirs. */
function afterRemoval({ source, target, after }: Plan): MailboxCounters {
  const before = source.record === target ? after : source.record;
  return { uidNext: before.uidNext, highestModseq: before.highestModseq + 1 };
}
