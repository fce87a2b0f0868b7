import { closeSync, openSync, readSync } from 'node:fs';
import { HEADER_LENGTH, isRecordOf } from '../../segments/record.ts';
import { segmentPath } from '../../segments/segment-names.ts';
import type { BlobRows } from './blob-rows.ts';

/** Reads messages from an account's segments, for a thread that may wait. To be closed after each piece of work. */
export class RecordSource {
  readonly #folder: string;
  readonly #places: BlobRows;
  #open: { readonly segment: number; readonly descriptor: number } | undefined;

  constructor(folder: string, places: BlobRows) {
    this.#folder = folder;
    this.#places = places;
  }

  /** Octets of a message; 0 when it is gone. */
  sizeOf(blob: number): number {
    return this.#places.find(blob)?.size ?? 0;
  }

  /** A message; undefined when it is gone or not where the index says. */
  read(blob: number): Buffer | undefined {
    // Compaction may move it between the two looks, but hardly twice.
    return this.#tryRead(blob) ?? this.#tryRead(blob);
  }

  close(): void {
    if (this.#open) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }

  #tryRead(blob: number): Buffer | undefined {
    const row = this.#places.find(blob);
    if (!row) return undefined;
    const descriptor = this.#descriptor(row.segment);
    if (descriptor === undefined) return undefined;
    const record = Buffer.allocUnsafe(HEADER_LENGTH + row.size);
    let length = 0;
    while (length < record.length) {
      const count = readSync(descriptor, record, length, record.length - length, row.offset + length);
      if (count === 0) return undefined;
      length += count;
    }
    return isRecordOf(record, 0, row.id, row.size) ? record.subarray(HEADER_LENGTH) : undefined;
  }

  #descriptor(segment: number): number | undefined {
    if (this.#open?.segment === segment) return this.#open.descriptor;
    this.close();
    try {
      this.#open = { segment, descriptor: openSync(segmentPath(this.#folder, segment), 'r') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return this.#open?.descriptor;
  }
}
