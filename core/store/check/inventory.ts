import { join } from 'node:path';
import type { FileLayer } from '../files/file-layer.ts';
import { type RecordHeader, recordLength } from '../segments/record.ts';
import { SEGMENTS_FOLDER, segmentNumbers, segmentPath } from '../segments/segment-names.ts';
import { walkSegment } from '../segments/segment-walk.ts';
import type { Problem } from './problem.ts';

/** A message record that was found in a segment. */
export interface FoundRecord {
  readonly segment: number;
  readonly offset: number;
  readonly header: RecordHeader;
  /** The content fits its checksum. */
  readonly sound: boolean;
  /** False: the file ends before the content does. */
  readonly whole: boolean;
}

/** What the segments of an account hold. */
export interface Inventory {
  /** By blob id; several when compaction was interrupted. */
  readonly records: ReadonlyMap<number, readonly FoundRecord[]>;
  readonly problems: readonly Problem[];
}

/** Reads all segments, whole, but for those of no use. */
export async function takeInventory(folder: string, files: FileLayer, waste: readonly number[]): Promise<Inventory> {
  const records = new Map<number, FoundRecord[]>();
  const problems: Problem[] = [];
  for (const segment of segmentNumbers(await files.list(join(folder, SEGMENTS_FOLDER)))) {
    if (waste.includes(segment)) continue;
    const file = await files.open(segmentPath(folder, segment), 'read');
    try {
      const size = await file.size();
      for await (const step of walkSegment(file)) {
        if (step.kind === 'gap') {
          if (!step.zeros) problems.push(damagedSpace(segment, step.offset, step.length));
        } else if (step.header.kind === 'message') {
          const same = records.get(step.header.blob) ?? [];
          const whole = step.offset + recordLength(step.header.length) <= size;
          same.push({ segment, offset: step.offset, header: step.header, sound: step.sound, whole });
          records.set(step.header.blob, same);
        }
      }
    } finally {
      await file.close();
    }
  }
  return { records, problems };
}

function damagedSpace(segment: number, offset: number, length: number): Problem {
  return {
    what: `Segment ${segment} has ${length} octets at ${offset} that are no message`,
    remedy: 'left as it is; compaction drops it when the messages around it go',
  };
}
