import { join } from 'node:path';
import type { Logger } from '../../base/logger.ts';
import type { FileLayer } from '../files/file-layer.ts';
import type { AccountIndex } from '../index/account-index.ts';
import { SEGMENTS_FOLDER, segmentNumbers } from '../segments/segment-names.ts';
import { deliverAgain, soundDeliveries } from './deliver-again.ts';
import { forgetBlobs } from './forget-blobs.ts';
import { type MendedSegment, mendSegment } from './mend-segment.ts';

/**
 * Changes of flags that sessions saw and a power cut took back had mod-sequences. New changes must not get the same
 * ones, or a client that asks CHANGEDSINCE misses them. More than a processor can give out between two flushes.
 */
const MODSEQ_LEAP = 2 ** 20;

export interface Recovery {
  readonly folder: string;
  readonly files: FileLayer;
  readonly index: AccountIndex;
  readonly logger: Logger;
}

/**
 * Puts an account in order after a run that did not end by closing it: a killed process, a power cut. What was answered
 * OK is there; what was under way may be there in part, and goes:
 *
 * - A row whose record did not reach the disk: the two are flushed side by side, and only both together are promised.
 *   Its UID is not used again.
 * - A delivery whose rows did not reach the disk but whose note did: it is delivered again, for it may be promised.
 * - A record without a row or a note: never promised. It stays as dead space, for compaction.
 * - The torn or zero tail of a segment: cut.
 *
 * Only the records of the last few commits are read; of all others the index knows that they were flushed.
 */
export async function recover({ folder, files, index, logger }: Recovery): Promise<void> {
  const settled = index.mailboxes.settledBlobs();
  const suspects = index.blobs.range(settled, Number.MAX_SAFE_INTEGER);
  const present = segmentNumbers(await files.list(join(folder, SEGMENTS_FOLDER)));
  const segments = segmentsToMend(present, index);
  const mended: MendedSegment[] = [];
  for (const segment of segments) mended.push(await mendSegment({ folder, files, index }, segment, suspects));
  const withoutFile = suspects.filter((row) => !present.includes(row.segment));
  const lost = [...mended.flatMap((one) => one.lost), ...withoutFile];
  const adopted = mended.flatMap((one) => one.adopted);
  let again = 0;
  const deliveries = await soundDeliveries(
    folder,
    files,
    mended.flatMap((one) => one.deliveries),
  );
  const forgotten = index.transaction(() => {
    const messages = forgetBlobs(index, lost, settled);
    for (const row of adopted) index.blobs.insert(row);
    again = deliverAgain(index, deliveries);
    for (const { number, leftover } of mended) if (leftover) index.segments.set(number, 'givenUp');
    index.mailboxes.leap(MODSEQ_LEAP, index.blobs.highest() + 1);
    return messages;
  });
  const cut = mended.reduce((octets, one) => octets + one.cut, 0);
  logger.info(
    { folder, checked: suspects.length, unpromised: adopted.length - again, again, cut },
    'Put in order after an unclean end',
  );
  for (const message of forgotten)
    logger.warn({ folder, ...message }, 'A message under way at the unclean end is gone');
}

/**
 * The segments that grow: those the ledger says so of, and those it does not know, because what it knew was cut off with
 * the end of its log. All records of the others were flushed and have rows.
 */
function segmentsToMend(present: readonly number[], index: AccountIndex): number[] {
  const states = index.segments.all();
  return present.filter((number) => (states.get(number) ?? 'growing') === 'growing');
}
