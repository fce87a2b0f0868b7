import { storeLimits } from '../../base/limits.ts';
import type { OpenFile } from '../files/file-layer.ts';

const ZEROS_AT_ONCE = 1024 * 1024;

/**
 * The segment that grows. Zeros are written ahead of the records in the background: a flush of a file whose length and
 * blocks do not change is nearly twice as fast, and a torn write leaves zeros behind it, never old records.
 */
export class SegmentFile {
  readonly number: number;
  readonly #file: OpenFile;
  /** Where the next record goes. */
  #end: number;
  /** Where the zeros written ahead end. */
  #zerosEnd: number;
  #extending: Promise<void> | undefined;
  /** The flush of zeros written ahead. */
  #settling: Promise<void> | undefined;
  #dirty = false;
  /** Why a flush failed. The system says so once only, so it must be remembered. */
  #broken: unknown;

  constructor(number: number, file: OpenFile, end: number, fileLength: number) {
    this.number = number;
    this.#file = file;
    this.#end = end;
    this.#zerosEnd = Math.max(end, fileLength);
  }

  get end(): number {
    return this.#end;
  }

  /** Writes behind the last record. When it fails, the place is used again. */
  async append(pieces: readonly Uint8Array[], length: number): Promise<void> {
    // The zeros of an extension under way must not land on the record.
    if (this.#end + length > this.#zerosEnd) await this.#extending;
    await this.#file.write(pieces, this.#end);
    this.#dirty = true;
    this.#end += length;
    this.#zerosEnd = Math.max(this.#zerosEnd, this.#end);
  }

  /** Gives back what was appended after `end`: the rest of a batch could not be written. */
  rewind(end: number): void {
    this.#end = Math.min(this.#end, end);
  }

  /** Starts to write zeros ahead when the rest is getting short. Never fails: without zeros a flush is only slower. */
  extendSoon(): void {
    const chunk = Math.min(Math.max(this.#end, storeLimits.zerosAheadLeast), storeLimits.zerosAheadMost);
    if (this.#extending || this.#zerosEnd - this.#end > chunk / 2 || this.#zerosEnd >= storeLimits.segment) return;
    this.#extending = this.#extend(Math.min(this.#zerosEnd + chunk, storeLimits.segment))
      .catch(() => {})
      .finally(() => {
        this.#extending = undefined;
      });
  }

  async #extend(to: number): Promise<void> {
    const zeros = new Uint8Array(Math.min(to - this.#zerosEnd, ZEROS_AT_ONCE));
    for (let at = this.#zerosEnd; at < to; at += zeros.length) {
      await this.#file.write([zeros.subarray(0, Math.min(zeros.length, to - at))], at);
    }
    this.#zerosEnd = to;
    // Not for safety: it takes the growing of the file out of the next record's flush.
    this.#settling = this.#flushFile().catch(() => {});
  }

  /** Makes the records appended before the call durable. */
  async flush(): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    if (!this.#dirty) return;
    this.#dirty = false;
    await this.#flushFile();
  }

  async #flushFile(): Promise<void> {
    try {
      await this.#file.flush();
    } catch (error) {
      this.#broken = error;
      throw error;
    }
  }

  /** Cuts the zeros off a segment that is closed for good, or whose account is closed. */
  async close(): Promise<void> {
    await this.#extending;
    await this.#settling;
    if (this.#zerosEnd > this.#end) {
      await this.#file.truncate(this.#end);
      this.#dirty = true;
    }
    try {
      await this.flush();
    } finally {
      await this.#file.close();
    }
  }
}
