import type { FileLayer, OpenFile } from '../files/file-layer.ts';
import type { AccountIndex } from '../index/account-index.ts';
import type { BlobRow } from '../index/blob-table.ts';
import { type Delivery, decodeDeliveries } from '../segments/delivery-note.ts';
import { encodeHeader, HEADER_LENGTH, recordLength } from '../segments/record.ts';
import { segmentPath } from '../segments/segment-names.ts';
import { soundRecordAt, walkSegment } from '../segments/segment-walk.ts';

export interface MendedSegment {
  readonly number: number;
  /** Rows whose record is not there or torn. */
  readonly lost: readonly BlobRow[];
  /** Sound records that have no row. */
  readonly adopted: readonly BlobRow[];
  /** What the notes behind the last row tell of. */
  readonly deliveries: readonly Delivery[];
  /** The index has all of it elsewhere: compaction had moved it and given the file up, before there was a ledger. */
  readonly leftover: boolean;
  /** Octets cut off the end, zeros written ahead not counted. */
  readonly cut: number;
}

interface Place {
  readonly folder: string;
  readonly files: FileLayer;
  readonly index: AccountIndex;
}

/** Checks the suspects of a segment, covers torn records, cuts what is behind the last sound one, and flushes. */
export async function mendSegment(place: Place, number: number, suspects: readonly BlobRow[]): Promise<MendedSegment> {
  const file = await place.files.open(segmentPath(place.folder, number), 'write');
  try {
    const rows = place.index.blobs.ofSegment(number);
    const suspected = new Set(suspects.map((row) => row.id));
    const lost: BlobRow[] = [];
    let end = 0;
    for (const row of rows) {
      if (suspected.has(row.id) && !(await soundRecordAt(file, row))) lost.push(row);
      else end = Math.max(end, row.offset + recordLength(row.size));
    }
    await coverTorn(file, lost, end);
    const tail = await readTail(file, number, end);
    const unknown = tail.records.filter((row) => place.index.blobs.find(row.id) === undefined);
    await file.truncate(tail.end);
    // What was read may still be in the system's memory only: from now on it counts as flushed.
    await file.flush();
    const leftover = rows.length === 0 && unknown.length < tail.records.length;
    return { number, lost, adopted: leftover ? [] : unknown, deliveries: tail.deliveries, leftover, cut: tail.cut };
  } finally {
    await file.close();
  }
}

/** Torn records between sound ones become void records, so that the file can be walked. */
async function coverTorn(file: OpenFile, lost: readonly BlobRow[], end: number): Promise<void> {
  for (const row of lost) {
    if (row.offset >= end) continue;
    const nothing = { blob: 0, mailbox: 0, internalDate: 0, saveDate: 0, zone: 0, contentCrc: 0 };
    await file.write([encodeHeader({ ...nothing, kind: 'void', length: row.size })], row.offset);
  }
}

/** Sound records and notes behind the last record the index knows, and where they end. */
async function readTail(file: OpenFile, segment: number, from: number) {
  const records: BlobRow[] = [];
  const deliveries: Delivery[] = [];
  let end = from;
  let cut = 0;
  for await (const step of walkSegment(file, from)) {
    if (step.kind === 'gap') {
      if (!step.zeros) cut = step.length;
      break;
    }
    if (!step.sound) {
      cut = (await file.size()) - step.offset;
      break;
    }
    end = step.offset + recordLength(step.header.length);
    if (step.header.kind === 'message') {
      records.push({ id: step.header.blob, segment, offset: step.offset, size: step.header.length });
    } else if (step.header.kind === 'note') {
      const content = new Uint8Array(step.header.length);
      await file.read(content, step.offset + HEADER_LENGTH);
      deliveries.push(...decodeDeliveries(content));
    }
  }
  return { records, deliveries, end, cut };
}
