import { Refused } from '../../base/errors.ts';
import { storeLimits } from '../../base/limits.ts';
import { Slice } from '../../base/slices.ts';
import type { FlagSetId } from '../../mail/flags.ts';
import type { Copied, CopyTarget } from '../../mail/ports.ts';
import type { AccountCore } from '../account-core.ts';
import type { RowBlock } from '../mailboxes/columns.ts';
import type { LiveMailbox } from '../mailboxes/live-mailbox.ts';
import type { MailboxRecord } from '../mailboxes/mailbox-record.ts';
import { giveUp } from './append.ts';
import { type Arrival, arrive } from './arrival.ts';
import { keptFlags } from './copied-flags.ts';
import { zoneAt } from './local-zone.ts';
import type { FlagsSubject } from './store-flags.ts';

/** A copy from one account into another. No turn of one is ever awaited while that of the other is held. */
export interface Crossing {
  readonly from: AccountCore;
  readonly to: AccountCore;
  readonly source: LiveMailbox;
  readonly target: MailboxRecord;
  readonly options: CopyTarget;
  /** The messages with the flags that the copier saw when it began. */
  readonly originals: RowBlock;
  /** The flags that go with a message, by its flag set. */
  readonly flags: Map<FlagSetId, readonly string[]>;
  readonly now: number;
}

/** What of the originals is in the target's segments. */
interface Written {
  readonly arrivals: Arrival[];
  readonly sourceUids: number[];
}

/** @throws Refused NONEXISTENT when there is no such target. */
export function crossing(
  from: AccountCore,
  to: AccountCore,
  { mailbox: source }: FlagsSubject,
  originals: RowBlock,
  options: CopyTarget,
): Crossing {
  const target = to.tree.require(options.name);
  return { from, to, source, target, options, originals, flags: new Map(), now: to.clock.now() };
}

/**
 * Puts copies of the originals into the target. Resolves when they would survive a power cut.
 * @throws Refused NONEXISTENT, OVERQUOTA, CORRUPTION; then the target is as it was.
 */
export async function carryOver(crossing: Crossing): Promise<Copied> {
  const { to, target, originals } = crossing;
  to.publication.assertWritable();
  const octets = originals.columns.size.reduce((sum, size) => sum + size, 0);
  // Looked at once more at the commit; here it spares the disk what would be thrown away.
  to.quota.assertRoomFor({ octets, messages: originals.count });
  if (originals.count === 0) return { uidValidity: target.uidValidity, uids: [], sourceUids: [] };
  const firstBlob = to.blobIds.take(originals.count);
  const written: Written = { arrivals: [], sourceUids: [] };
  try {
    await writeContents(crossing, firstBlob, written);
    return await publishCopies(crossing, written);
  } catch (error) {
    await giveUp(to, written.arrivals);
    throw to.explain(error);
  } finally {
    to.blobIds.done(firstBlob);
  }
}

/** Writes the contents into the target's segments and flushes as it goes, so that no flush at the end takes long. */
async function writeContents(crossing: Crossing, firstBlob: number, written: Written): Promise<void> {
  const { from, to, originals } = crossing;
  const all = [...batches(originals)];
  // One message or one batch needs no memory to use again.
  const room = all.length > 1 ? new Uint8Array(storeLimits.copiedAtOnce) : undefined;
  for (const { start, end } of all) {
    if (start > 0) await to.publication.flushNow();
    const contents = await from.reader.contents(originals.columns.blob.subarray(start, end), room);
    const present = contents.flatMap((bytes, i) =>
      bytes ? [{ bytes, row: start + i }] : missing(crossing, start + i),
    );
    const records = present.map(({ bytes, row }) => recordOf(crossing, bytes, row, firstBlob + row));
    const places = await to.writer.write(records);
    for (const [i, { bytes: _, ...record }] of records.entries()) {
      const { row } = present[i]!;
      written.arrivals.push({
        ...record,
        size: originals.columns.size[row]!,
        place: places[i]!,
        flags: flagsOf(crossing, row),
      });
      written.sourceUids.push(originals.columns.uid[row]!);
    }
  }
}

/** Rows [start, end) of so many octets as may be in memory at once, at least one. */
function* batches({ columns, count }: RowBlock): Generator<{ readonly start: number; readonly end: number }> {
  let start = 0;
  let octets = 0;
  for (let row = 0; row < count; row++) {
    const full = octets + columns.size[row]! > storeLimits.copiedAtOnce || row - start >= storeLimits.copiedMessages;
    if (full && row > start) {
      yield { start, end: row };
      start = row;
      octets = 0;
    }
    octets += columns.size[row]!;
  }
  if (start < count) yield { start, end: count };
}

/** A message whose content is gone for good is passed over if somebody has expunged it meanwhile. */
function missing({ source, originals }: Crossing, row: number): never[] {
  const uid = originals.columns.uid[row]!;
  if (source.rowOf(uid) < 0) return [];
  throw new Refused(
    'CORRUPTION',
    `The content of message ${uid} is gone: the administrator should run \`mailroom check\``,
  );
}

function recordOf(
  { originals: { columns }, options, target, now }: Crossing,
  bytes: Uint8Array,
  row: number,
  blob: number,
) {
  const keep = options.keepDateAndFlags;
  return {
    blob,
    mailbox: target.id,
    internalDate: keep ? columns.internalDate[row]! : now,
    zone: keep ? columns.zone[row]! : zoneAt(now),
    // RFC 8514 3: the copy is saved now.
    saveDate: now,
    bytes,
  };
}

function flagsOf({ from, originals, options, flags }: Crossing, row: number): readonly string[] {
  const set = originals.columns.flagSet[row]!;
  const known = flags.get(set);
  if (known) return known;
  const kept = keptFlags(from.index.flagSets.get(set), options);
  flags.set(set, kept);
  return kept;
}

/** All copies in one transaction, and in one publication. */
async function publishCopies({ to, target, options }: Crossing, { arrivals, sourceUids }: Written): Promise<Copied> {
  if (arrivals.length === 0) return { uidValidity: target.uidValidity, uids: [], sourceUids };
  const added = await to.committer.durablyInSlices(async () => {
    const arriving = arrive(to, target, arrivals, options.viewer);
    const slice = new Slice();
    for (const row of arrivals.keys()) {
      arriving.insert(row);
      await slice.rest();
    }
    return arriving.finish();
  });
  return { ...added, sourceUids };
}
