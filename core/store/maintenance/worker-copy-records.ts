import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs';
import type { BlobRow } from '../index/blob-table.ts';
import { isRecordOf, recordLength } from '../segments/record.ts';
import { segmentPath } from '../segments/segment-names.ts';
import type { CopyRecords } from './tasks.ts';

/**
 * Copies records, header and all, into a new segment, and flushes it. The index still points to the old places.
 * @throws Error when a record is not where its row says; then nothing is to be used of the new segment.
 */
export function copyRecords({ folder, rows, segment }: CopyRecords): BlobRow[] {
  const sources = new Map<number, number>();
  const target = openSync(segmentPath(folder, segment), 'wx', 0o600);
  try {
    let offset = 0;
    const moved = rows.map((row) => {
      const bytes = readRecord(folder, row, sources);
      writeFully(target, bytes, offset);
      offset += bytes.length;
      return { ...row, segment, offset: offset - bytes.length };
    });
    fdatasyncSync(target);
    return moved;
  } finally {
    closeSync(target);
    for (const descriptor of sources.values()) closeSync(descriptor);
  }
}

function readRecord(folder: string, row: BlobRow, sources: Map<number, number>): Uint8Array {
  let source = sources.get(row.segment);
  if (source === undefined) {
    source = openSync(segmentPath(folder, row.segment), 'r');
    sources.set(row.segment, source);
  }
  const bytes = new Uint8Array(recordLength(row.size));
  const count = readSync(source, bytes, 0, bytes.length, row.offset);
  if (count < bytes.length || !isRecordOf(bytes, 0, row.id, row.size)) {
    throw new Error(
      `Segment ${row.segment} has no record of message ${row.id} at ${row.offset}: run \`mailroom check\``,
    );
  }
  return bytes;
}

function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
}
