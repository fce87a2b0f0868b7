import { join } from 'node:path';
import type { FileLayer } from '../files/file-layer.ts';
import { SEGMENTS_FOLDER, segmentPath } from '../segments/segment-names.ts';

/**
 * Removes the files of segments that were given up. Resolves when the names are gone for good.
 * @param signal aborted: the rest is for later, when there is much to wait for
 * @returns those that are gone
 */
export async function removeSegments(
  folder: string,
  files: FileLayer,
  numbers: readonly number[],
  signal?: AbortSignal,
): Promise<number[]> {
  const gone: number[] = [];
  let failure: unknown;
  for (const number of numbers) {
    if (signal?.aborted) break;
    try {
      await files.remove(segmentPath(folder, number));
      gone.push(number);
    } catch (error) {
      failure ??= error; // another program has it open: the others can go all the same
    }
  }
  if (gone.length > 0) await files.flushFolder(join(folder, SEGMENTS_FOLDER));
  else if (failure !== undefined) throw failure;
  return gone;
}
