import { join } from 'node:path';
import type { Logger } from '../../base/logger.ts';
import type { FileLayer } from '../files/file-layer.ts';
import type { AccountIndex } from '../index/account-index.ts';
import type { BlobRow } from '../index/blob-table.ts';
import { SEGMENTS_FOLDER, segmentNumbers, segmentPath } from '../segments/segment-names.ts';
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
  const segments = await segmentsToMend(folder, files, index, suspects);
  const mended: MendedSegment[] = [];
  for (const segment of segments) mended.push(await mendSegment({ folder, files, index }, segment, suspects));
  const withoutFile = suspects.filter((row) => !segments.includes(row.segment));
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
    index.mailboxes.leap(MODSEQ_LEAP, index.blobs.highest() + 1);
    return messages;
  });
  await removeLeftovers(folder, files, mended);
  const cut = mended.reduce((octets, one) => octets + one.cut, 0);
  logger.info(
    { folder, checked: suspects.length, unpromised: adopted.length - again, again, cut },
    'Put in order after an unclean end',
  );
  for (const message of forgotten)
    logger.warn({ folder, ...message }, 'A message under way at the unclean end is gone');
}

/**
 * The segments that were written at last, as far as the index knows and beyond, and those it does not know: what it
 * knew may have been cut off with the end of its log.
 */
async function segmentsToMend(
  folder: string,
  files: FileLayer,
  index: AccountIndex,
  suspects: readonly BlobRow[],
): Promise<number[]> {
  const numbers = segmentNumbers(await files.list(join(folder, SEGMENTS_FOLDER)));
  const known = new Set(index.blobs.segments());
  const suspected = new Set(suspects.map((row) => row.segment));
  const newest = Math.max(0, ...known);
  return numbers.filter((number) => number >= newest || suspected.has(number) || !known.has(number));
}

/** Copies that compaction had made when it was interrupted, or originals it had not yet removed. */
async function removeLeftovers(folder: string, files: FileLayer, mended: readonly MendedSegment[]): Promise<void> {
  const leftovers = mended.filter((one) => one.leftover);
  for (const { number } of leftovers) await files.remove(segmentPath(folder, number));
  if (leftovers.length > 0) await files.flushFolder(join(folder, SEGMENTS_FOLDER));
}
