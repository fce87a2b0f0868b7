import type { FileLayer, OpenFile } from '../files/file-layer.ts';
import type { BlobRow } from '../index/blob-table.ts';
import { isRecordOf, recordLength } from '../segments/record.ts';
import { segmentPath } from '../segments/segment-names.ts';
import type { SegmentReaders } from '../segments/segment-readers.ts';

/** Octets gathered into one write. */
const AT_ONCE = 1024 * 1024;

/** A segment does not hold what the index says: it is left as it is, for `mailroom check`. */
export class DamagedSegment extends Error {
  readonly segment: number;

  constructor({ id, segment, offset }: BlobRow) {
    super(`Segment ${segment} has no record of message ${id} at ${offset}: run \`mailroom check\``);
    this.segment = segment;
  }
}

export interface CopyRecords {
  readonly folder: string;
  readonly files: FileLayer;
  readonly readers: SegmentReaders;
  /** Rows of one or more segments, in the order wanted. */
  readonly rows: readonly BlobRow[];
  /** The number of the segment to write; its file must not exist. */
  readonly segment: number;
  readonly signal: AbortSignal;
}

/**
 * Copies records, header and all, into a new segment, and flushes it. The index still points to the old places.
 * @returns where they lie now
 * @throws DamagedSegment; the signal's reason; what the disk says. Then nothing is to be used of the new segment.
 */
export async function copyRecords({ folder, files, readers, rows, segment, signal }: CopyRecords): Promise<BlobRow[]> {
  const target = await files.open(segmentPath(folder, segment), 'create');
  try {
    const moved: BlobRow[] = [];
    let pieces: Uint8Array[] = [];
    let written = 0;
    let offset = 0;
    const put = async () => {
      await target.write(pieces, written);
      written = offset;
      pieces = [];
    };
    for (const row of rows) {
      signal.throwIfAborted();
      pieces.push(await readers.use(row.segment, (file) => readRecord(file, row)));
      moved.push({ ...row, segment, offset });
      offset += recordLength(row.size);
      if (offset - written >= AT_ONCE) await put();
    }
    await put();
    await target.flush();
    return moved;
  } finally {
    await target.close();
  }
}

async function readRecord(file: OpenFile, row: BlobRow): Promise<Uint8Array> {
  const bytes = new Uint8Array(recordLength(row.size));
  const count = await file.read(bytes, row.offset);
  if (count < bytes.length || !isRecordOf(bytes, 0, row.id, row.size)) throw new DamagedSegment(row);
  return bytes;
}
