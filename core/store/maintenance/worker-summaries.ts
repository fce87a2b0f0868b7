import { closeSync, openSync, readSync } from 'node:fs';
import { summarise } from '../../mail/mime/summarise.ts';
import type { BlobRow } from '../index/blob-table.ts';
import { HEADER_LENGTH, isRecordOf, recordLength } from '../segments/record.ts';
import { segmentPath } from '../segments/segment-names.ts';
import { ViewsDatabase } from '../summaries/views-database.ts';

/** Summarises messages in the thread, into views.db. */
export class WorkerSummaries {
  readonly #views = new Map<string, ViewsDatabase>();

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
    this.#views.get(folder)?.close();
    this.#views.delete(folder);
  }

  #open(folder: string): ViewsDatabase {
    const known = this.#views.get(folder);
    if (known) return known;
    const views = ViewsDatabase.forWriting(folder);
    this.#views.set(folder, views);
    return views;
  }
}

function* summaries(folder: string, rows: readonly BlobRow[]) {
  let open: { readonly segment: number; readonly descriptor: number } | undefined;
  try {
    for (const row of rows) {
      if (open?.segment !== row.segment) {
        if (open) closeSync(open.descriptor);
        open = undefined;
        open = { segment: row.segment, descriptor: openSync(segmentPath(folder, row.segment), 'r') };
      }
      const record = Buffer.allocUnsafe(recordLength(row.size));
      readSync(open.descriptor, record, 0, record.length, row.offset);
      // Moved by compaction since it was asked for: it will be summarised when somebody wants it.
      if (!isRecordOf(record, 0, row.id, row.size)) continue;
      yield { blob: row.id, summary: summarise(record.subarray(HEADER_LENGTH, HEADER_LENGTH + row.size)) };
    }
  } finally {
    if (open) closeSync(open.descriptor);
  }
}
