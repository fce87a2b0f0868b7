import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { storeLimits } from '../../base/limits.ts';
import { Slice } from '../../base/slices.ts';
import type { FileLayer } from '../files/file-layer.ts';
import { type Delivery, encodeDeliveries } from './delivery-note.ts';
import { encodeHeader, HEADER_LENGTH, recordLength } from './record.ts';
import { SegmentFile } from './segment-file.ts';
import { SEGMENTS_FOLDER, segmentPath } from './segment-names.ts';

/** A message, or a note, on its way into a segment. */
export interface RecordToWrite {
  /** A message unless said otherwise. */
  readonly kind?: 'note';
  readonly blob: number;
  readonly mailbox: number;
  readonly internalDate: number;
  readonly zone: number;
  readonly saveDate: number;
  readonly bytes: Uint8Array;
}

/** Where a record lies: its header starts at `offset`. */
export interface RecordPlace {
  readonly segment: number;
  readonly offset: number;
}

export interface SegmentWriterOptions {
  readonly folder: string;
  readonly files: FileLayer;
  /** The number the next new segment gets. */
  readonly nextNumber: number;
  /** The segment to go on with, if there is one with room. */
  readonly current?: SegmentFile | undefined;
  /** The file of a new segment was made. */
  readonly onStart: (number: number) => void;
}

interface Request {
  readonly records: readonly RecordToWrite[];
  readonly resolve: (places: RecordPlace[]) => void;
  readonly reject: (error: unknown) => void;
}

const PADDING = new Uint8Array(8);

/** Appends records to the segments of one account. One write runs at a time; what waits meanwhile goes in one piece. */
export class SegmentWriter {
  readonly #folder: string;
  readonly #files: FileLayer;
  readonly #onStart: (number: number) => void;
  #nextNumber: number;
  #current: SegmentFile | undefined;
  /** Full segments that are not flushed yet. */
  #retired: SegmentFile[] = [];
  #requests: Request[] = [];
  #running: Promise<void> | undefined;

  constructor(options: SegmentWriterOptions) {
    this.#folder = options.folder;
    this.#files = options.files;
    this.#onStart = options.onStart;
    this.#nextNumber = options.nextNumber;
    this.#current = options.current;
  }

  /** A number no segment has had. */
  takeNumber(): number {
    return this.#nextNumber++;
  }

  /** Resolves when the records are written, not yet flushed. All or none of a call's records get a place. */
  write(records: readonly RecordToWrite[]): Promise<RecordPlace[]> {
    return new Promise<RecordPlace[]>((resolve, reject) => {
      this.#requests.push({ records, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Writes a note of these deliveries, whose messages are written. Resolves when it is written, not yet flushed. */
  async note(deliveries: readonly Delivery[]): Promise<void> {
    const bytes = encodeDeliveries(deliveries);
    await this.write([{ kind: 'note', blob: 0, mailbox: 0, internalDate: 0, zone: 0, saveDate: 0, bytes }]);
  }

  /**
   * Makes all that was written before the call durable. Not to be called again while it runs.
   * @returns the segments that are closed with it
   */
  async flush(): Promise<readonly number[]> {
    const retired = this.#retired;
    this.#retired = [];
    await Promise.all([this.#current?.flush(), ...retired.map((segment) => segment.close())]);
    return retired.map(({ number }) => number);
  }

  /** Ends the growing segment, so that compaction can have it; the next record opens a new one. */
  async roll(): Promise<void> {
    // Whoever waited for the last write may have begun another before we are asked.
    while (this.#running) await this.#running;
    if (!this.#current || this.#current.end === 0) return;
    this.#retired.push(this.#current);
    this.#current = undefined;
  }

  /**
   * To be called when nobody waits for a flush.
   * @returns the segments that are full; the last one has room and is gone on with
   */
  async close(): Promise<readonly number[]> {
    while (this.#running) await this.#running;
    const growing = this.#current;
    if (growing) this.#retired.push(growing);
    this.#current = undefined;
    return (await this.flush()).filter((number) => number !== growing?.number);
  }

  async #run(): Promise<void> {
    while (this.#requests.length > 0) {
      const requests = this.#requests;
      this.#requests = [];
      // A failing batch is tried request by request: one that is too large for the disk must not take others with it.
      await this.#tryAll(requests).catch(async (error) => {
        if (requests.length === 1) return requests[0]!.reject(error);
        for (const request of requests) await this.#tryAll([request]).catch(request.reject);
      });
    }
    // In the same breath as the last look: a request that came between the two would wait for ever.
    this.#running = undefined;
  }

  /** Writes all, or gives the places back. */
  async #tryAll(requests: readonly Request[]): Promise<void> {
    const before = this.#current;
    const end = before?.end ?? 0;
    try {
      await this.#writeAll(requests);
    } catch (error) {
      before?.rewind(end);
      if (this.#current !== before) this.#current?.rewind(0);
      throw error;
    }
  }

  async #writeAll(requests: readonly Request[]): Promise<void> {
    const gathered = new Gathered();
    const places: RecordPlace[] = [];
    let octets = 0;
    const slice = new Slice();
    for (const record of requests.flatMap((request) => request.records)) {
      const length = recordLength(record.bytes.length);
      octets += length;
      if (!this.#fits(gathered.length + length)) {
        await this.#put(gathered);
        await this.#startSegment();
      }
      places.push({ segment: this.#current!.number, offset: this.#current!.end + gathered.length });
      gathered.add(record, await checksum(record.bytes, slice));
      if (gathered.length >= storeLimits.recordWrite) await this.#put(gathered);
    }
    await this.#put(gathered);
    if (octets <= storeLimits.zerosFor) this.#current?.extendSoon();
    let start = 0;
    for (const { records, resolve } of requests) {
      resolve(places.slice(start, start + records.length));
      start += records.length;
    }
  }

  /** A message larger than a segment gets one of its own. */
  #fits(length: number): boolean {
    const end = this.#current?.end;
    return end !== undefined && (end === 0 || end + length <= storeLimits.segment);
  }

  async #put(gathered: Gathered): Promise<void> {
    if (gathered.length === 0) return;
    await this.#current!.append(gathered.pieces, gathered.length);
    gathered.clear();
  }

  async #startSegment(): Promise<void> {
    const number = this.takeNumber();
    const file = await this.#files.open(segmentPath(this.#folder, number), 'create');
    await this.#files.flushFolder(join(this.#folder, SEGMENTS_FOLDER));
    if (this.#current) this.#retired.push(this.#current);
    this.#current = new SegmentFile(number, file, 0, 0);
    this.#onStart(number);
  }
}

/** Records that will be written in one piece. */
class Gathered {
  pieces: Uint8Array[] = [];
  length = 0;

  add(record: RecordToWrite, contentCrc: number): void {
    const length = record.bytes.length;
    this.pieces.push(encodeHeader({ ...record, kind: record.kind ?? 'message', contentCrc, length }), record.bytes);
    const padding = recordLength(length) - HEADER_LENGTH - length;
    if (padding > 0) this.pieces.push(PADDING.subarray(0, padding));
    this.length += recordLength(length);
  }

  clear(): void {
    this.pieces = [];
    this.length = 0;
  }
}

const CRC_AT_ONCE = 1024 * 1024;

/** CRC-32 of the content; of a large message in pieces, so that nobody waits for it. */
async function checksum(bytes: Uint8Array, slice: Slice): Promise<number> {
  if (bytes.length <= CRC_AT_ONCE) return crc32(bytes);
  let crc = 0;
  for (let at = 0; at < bytes.length; at += CRC_AT_ONCE) {
    crc = crc32(bytes.subarray(at, at + CRC_AT_ONCE), crc);
    await slice.rest();
  }
  return crc;
}
