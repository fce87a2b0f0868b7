import { Refused } from '../../base/errors.ts';
import { storeLimits } from '../../base/limits.ts';
import type { FlagSetId } from '../../mail/flags.ts';
import type { Added, Usage, Viewer } from '../../mail/ports.ts';
import type { AccountCore } from '../account-core.ts';
import type { Change } from '../commit/committer.ts';
import { packFacts } from '../index/message-facts.ts';
import { uidPieces } from '../index/uid-pieces.ts';
import { emptyColumns, type RowBlock, type SeenBy } from '../mailboxes/columns.ts';
import type { MailboxRecord } from '../mailboxes/mailbox-record.ts';
import type { Delivery } from '../segments/delivery-note.ts';
import type { RecordPlace, RecordToWrite } from '../segments/segment-writer.ts';
import { hasSeen, withoutSeen } from './permitted-flags.ts';

/** A message whose content is written to a segment and that is not yet in the index. */
export interface Arrival extends Omit<RecordToWrite, 'bytes'> {
  /** Octets of content. */
  readonly size: number;
  readonly place: RecordPlace;
  readonly flags: readonly string[];
}

/** Messages on their way into the index; to be used inside one transaction. */
export interface Arriving {
  /** Inserts one of them. */
  insert(row: number): void;
  /** To be called when all are inserted. */
  finish(): Change<Added>;
}

/**
 * What is to be done to put messages into a mailbox.
 * @param viewer whose \Seen they get; undefined: the owner's
 * @throws Refused NONEXISTENT, OVERQUOTA.
 */
export function arrive(
  core: AccountCore,
  mailbox: MailboxRecord,
  arrivals: readonly Arrival[],
  viewer: Viewer | undefined,
): Arriving {
  // Deleted while the records were written. A rename does no harm.
  if (mailbox.deleted) throw new Refused('NONEXISTENT', 'The mailbox was deleted meanwhile');
  const more = usageOf(arrivals);
  core.quota.assertRoomFor(more);
  const after = { uidNext: mailbox.uidNext + arrivals.length, highestModseq: mailbox.highestModseq + 1 };
  const rows = rowsOf(core, arrivals, { firstUid: mailbox.uidNext, modseq: after.highestModseq, viewer });
  const { uid, flagSet } = rows.columns;
  return {
    insert(row) {
      const arrival = arrivals[row]!;
      insertBlob(core, arrival);
      core.index.messages.insert(mailbox.id, uid[row]!, flagSet[row]!, after.highestModseq, packFacts(arrival));
    },
    finish() {
      if (rows.seenBy) insertMarks(core, mailbox, rows, rows.seenBy);
      core.index.mailboxes.advance(mailbox.id, after, core.blobIds.settledBelow);
      const reserved = core.blobIds.reserve(core.index.facts);
      return {
        value: { uidValidity: mailbox.uidValidity, uids: Array.from(uid) },
        delivery: deliveryOf(core, mailbox, arrivals, rows),
        committed() {
          reserved();
          mailbox.advance(after);
          core.quota.count(more);
          for (const { blob, place, size } of arrivals) core.places.set({ id: blob, ...place, size });
        },
        publish(commit) {
          mailbox.published();
          core.live.at(mailbox.id, commit)?.appended(rows, after.uidNext);
          core.summaries.delivered(arrivals.map(({ blob }) => blob));
          core.search.delivered();
        },
      };
    },
  };
}

/** Undefined where a note would be long, or not tell all: then the index is flushed as well. */
function deliveryOf(
  core: AccountCore,
  mailbox: MailboxRecord,
  arrivals: readonly Arrival[],
  { columns, seenBy }: RowBlock,
): Delivery | undefined {
  if (arrivals.length === 0 || arrivals.length > storeLimits.notedMessages || seenBy) return undefined;
  const messages = arrivals.map(({ blob, size, place, internalDate, zone, saveDate }, row) => {
    const flags = core.index.flagSets.get(columns.flagSet[row]!);
    return { blob, ...place, size, internalDate, zone, saveDate, flags };
  });
  return { mailbox: mailbox.id, modseq: columns.modseq[0]!, firstUid: columns.uid[0]!, messages };
}

export function insertBlob(core: AccountCore, { blob, place, size }: Arrival): void {
  core.index.blobs.insert({ id: blob, ...place, size });
}

/** Notes in the transaction under way which of the new messages somebody other than the owner has seen. */
export function insertMarks(core: AccountCore, mailbox: MailboxRecord, { columns }: RowBlock, seenBy: SeenBy): void {
  const { viewers } = core.index;
  const viewer = viewers.findOrMake(mailbox.id, seenBy.account);
  for (const piece of uidPieces(columns.uid, [...seenBy.rows])) {
    viewers.mark(viewer, mailbox.id, piece, true, columns.modseq[0]!);
  }
}

function usageOf(arrivals: readonly Arrival[]): Usage {
  return { octets: arrivals.reduce((sum, { size }) => sum + size, 0), messages: arrivals.length };
}

function rowsOf(
  core: AccountCore,
  arrivals: readonly Arrival[],
  given: { readonly firstUid: number; readonly modseq: number; readonly viewer: Viewer | undefined },
): RowBlock {
  const columns = emptyColumns(arrivals.length);
  const flagSetOf = interning(core, given.viewer !== undefined);
  const seen = new Set<number>();
  for (const [row, arrival] of arrivals.entries()) {
    columns.uid[row] = given.firstUid + row;
    columns.flagSet[row] = flagSetOf(arrival.flags);
    columns.modseq[row] = given.modseq;
    columns.internalDate[row] = arrival.internalDate;
    columns.zone[row] = arrival.zone;
    columns.saveDate[row] = arrival.saveDate;
    columns.size[row] = arrival.size;
    columns.blob[row] = arrival.blob;
    if (given.viewer && hasSeen(arrival.flags)) seen.add(row);
  }
  const seenBy = given.viewer && seen.size > 0 ? { account: given.viewer.id, rows: seen } : undefined;
  return { columns, count: arrivals.length, seenBy };
}

/** Flag sets of lists of flags; many messages come with the same list. */
function interning(core: AccountCore, forViewer: boolean): (flags: readonly string[]) => FlagSetId {
  const known = new Map<readonly string[], FlagSetId>();
  return (flags) => {
    let id = known.get(flags);
    if (id === undefined) {
      id = core.index.flagSets.intern(forViewer ? withoutSeen(flags) : flags);
      known.set(flags, id);
    }
    return id;
  };
}
