import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { LeastRecentlyUsed } from '../../base/least-recently-used.ts';
import { storeLimits } from '../../base/limits.ts';
import { summarise } from '../../mail/mime/summarise.ts';
import type { BlobRow } from '../index/blob-table.ts';
import { HEADER_LENGTH, isRecordOf, recordLength } from '../segments/record.ts';
import { segmentPath } from '../segments/segment-names.ts';
import { ViewsDatabase, viewsPath } from '../summaries/views-database.ts';

/** Summarises messages in the thread, into views.db. */
export class WorkerSummaries {
  readonly #views = new LeastRecentlyUsed<ViewsDatabase>(storeLimits.maintenanceDatabases, (views) => views.close());

  run(folder: string, blobs: readonly BlobRow[]): void {
    const views = this.#open(folder);
    const missing = views.missing(blobs.map((row) => row.id));
    views.insert([
      ...summaries(
        folder,
        blobs.filter((row) => missing.has(row.id)),
      ),
    ]);
  }

  forget(folder: string, blobs: readonly number[]): void {
    this.#open(folder).delete(blobs);
  }

  close(folder: string): void {
    // While somebody reads, the -wal file stays; only a last connection that writes takes it away.
    if (existsSync(`${viewsPath(folder)}-wal`)) this.#open(folder);
    this.#views.drop(folder);
  }

  #open(folder: string): ViewsDatabase {
    return this.#views.get(folder, () => ViewsDatabase.forWriting(folder));
  }
}

/** Those moved by compaction since they were asked for are passed over: they are summarised when somebody wants them. */
function* summaries(folder: string, rows: readonly BlobRow[]) {
  const segment = new OpenSegment(folder);
  try {
    for (const row of rows) {
      const record = Buffer.allocUnsafe(recordLength(row.size));
      if (!segment.read(row, record) || !isRecordOf(record, 0, row.id, row.size)) continue;
      yield { blob: row.id, summary: summarise(record.subarray(HEADER_LENGTH, HEADER_LENGTH + row.size)) };
    }
  } finally {
    segment.close();
  }
}

/** One segment at a time, open for reading. */
class OpenSegment {
  readonly #folder: string;
  #number = 0;
  #descriptor: number | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** False when the segment is gone. */
  read(row: BlobRow, into: Uint8Array): boolean {
    if (row.segment !== this.#number) this.#open(row.segment);
    if (this.#descriptor === undefined) return false;
    readSync(this.#descriptor, into, 0, into.length, row.offset);
    return true;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(number: number): void {
    this.close();
    this.#number = number;
    try {
      this.#descriptor = openSync(segmentPath(this.#folder, number), 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
