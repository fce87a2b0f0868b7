import type { Pace } from '../../base/activity.ts';
import { IdSet } from '../../base/id-set.ts';
import { storeLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { BlobRow } from '../index/blob-table.ts';
import { BackgroundVerifier } from './background-verifier.ts';
import type { BlobPlaces } from './blob-places.ts';
import { HEADER_LENGTH, isRecordOf, isSound, recordLength } from './record.ts';
import type { SegmentReaders } from './segment-readers.ts';

/** One read of a segment file: records that lie (nearly) side by side. */
interface Read {
  readonly segment: number;
  readonly start: number;
  end: number;
  readonly wanted: { readonly row: BlobRow; readonly index: number }[];
}

/** Reading over a gap is cheaper than another read. */
const GAP = 16 * 1024;
/** Reads under way at once: enough to keep a disk busy, not so many that libuv's pool has no thread for others. */
const AT_ONCE = 2;
/** Up to here the start of a message is read together with its header. */
const NEAR = 64 * 1024;

export interface ContentReaderOptions {
  readonly places: BlobPlaces;
  readonly readers: SegmentReaders;
  readonly logger: Logger;
  /** Of verifying what is read in pieces. */
  readonly pace: Pace;
  /** A message cannot be read: it is damaged, or not where the index says. Must not throw. */
  readonly onDamaged: (blob: number) => void;
}

/** Reads messages by blob id. */
export class ContentReader {
  readonly #places: BlobPlaces;
  readonly #readers: SegmentReaders;
  readonly #logger: Logger;
  readonly #onDamaged: (blob: number) => void;
  /** Messages whose checksum was right. Looked at once: a bulk FETCH would feel it each time. */
  readonly #sound = new IdSet();
  /** Messages whose checksum was wrong when they were verified in the background. */
  readonly #damaged = new Set<number>();
  readonly #verifier: BackgroundVerifier;

  constructor({ places, readers, logger, pace, onDamaged }: ContentReaderOptions) {
    this.#places = places;
    this.#readers = readers;
    this.#logger = logger;
    this.#onDamaged = onDamaged;
    this.#verifier = new BackgroundVerifier({
      ...{ places, readers, pace },
      onVerified: (blob, sound) => (sound ? this.#sound.add(blob) : this.#isDamaged(blob)),
    });
  }

  /** Waits for what is read in the background. Never rejects. */
  close(): Promise<void> {
    return this.#verifier.close();
  }

  /**
   * Whole messages in the order of the ids; undefined for one that is gone. They share memory where they lie together.
   * @param room memory to read into, as far as it goes
   */
  async contents(blobs: ArrayLike<number>, room?: Uint8Array): Promise<(Uint8Array | undefined)[]> {
    const memory = memoryIn(room);
    const contents = new Array<Uint8Array | undefined>(blobs.length).fill(undefined);
    const lost = await this.#readAll(this.#plan(blobs, contents.keys()), contents, memory);
    if (lost.length === 0) return contents;
    // Compaction may have moved them between the look at the index and the read: once more with the new places.
    this.#places.forgetAll();
    for (const index of await this.#readAll(this.#plan(blobs, lost), contents, memory)) this.#tell(blobs[index]!);
    return contents;
  }

  #isDamaged(blob: number): void {
    this.#damaged.add(blob);
    this.#tell(blob);
  }

  #tell(blob: number): void {
    this.#logger.error({ blob }, 'A message is damaged, or is not where the index says: run `mailroom check`');
    this.#onDamaged(blob);
  }

  /**
   * Octets [start, end) of a message; undefined when it is gone or known to be damaged. The rest of it is verified
   * later: who wants a piece of 100 MB must not wait for all of it.
   */
  async range(blob: number, start: number, end: number): Promise<Uint8Array | undefined> {
    const first = await this.#tryRange(blob, start, end);
    if (first) return first;
    this.#places.forgetAll();
    return this.#tryRange(blob, start, end);
  }

  #plan(blobs: ArrayLike<number>, indexes: Iterable<number>): Read[] {
    const reads: Read[] = [];
    for (const index of indexes) {
      const row = this.#places.find(blobs[index]!);
      if (!row) continue;
      const last = reads.at(-1);
      const end = row.offset + recordLength(row.size);
      if (last && continues(last, row, end)) {
        last.end = end;
        last.wanted.push({ row, index });
      } else {
        reads.push({ segment: row.segment, start: row.offset, end, wanted: [{ row, index }] });
      }
    }
    return reads;
  }

  /** Returns the indexes of those whose record was not there. */
  async #readAll(reads: readonly Read[], contents: (Uint8Array | undefined)[], memory: Memory): Promise<number[]> {
    const lost: number[] = [];
    let next = 0;
    const work = async () => {
      while (next < reads.length) lost.push(...(await this.#read(reads[next++]!, contents, memory)));
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, reads.length) }, work));
    return lost;
  }

  async #read(read: Read, contents: (Uint8Array | undefined)[], memory: Memory): Promise<number[]> {
    const bytes = await this.#bytes(read.segment, read.start, read.end, memory);
    const lost: number[] = [];
    for (const { row, index } of read.wanted) {
      const at = row.offset - read.start;
      const content = bytes.subarray(at + HEADER_LENGTH, at + HEADER_LENGTH + row.size);
      const isThere = isRecordOf(bytes, at, row.id, row.size) && content.length === row.size;
      if (isThere && this.#isSound(row, bytes, at)) contents[index] = content;
      else lost.push(index);
    }
    return lost;
  }

  /** Disks lose and change octets: better a message that cannot be read than another one than was sent. */
  #isSound({ id, size }: BlobRow, bytes: Uint8Array, at: number): boolean {
    if (this.#sound.has(id)) return true;
    if (!isSound(bytes, at, size)) return false;
    this.#sound.add(id);
    return true;
  }

  async #tryRange(blob: number, start: number, end: number): Promise<Uint8Array | undefined> {
    const row = this.#places.find(blob);
    if (!row || this.#damaged.has(blob)) return undefined;
    if (!this.#sound.has(blob)) this.#verifier.ask(row);
    const from = Math.min(start, row.size);
    const to = Math.min(end, row.size);
    const content = row.offset + HEADER_LENGTH;
    if (from <= NEAR) {
      const bytes = await this.#bytes(row.segment, row.offset, content + to);
      return isRecordOf(bytes, 0, blob, row.size)
        ? bytes.subarray(HEADER_LENGTH + from, HEADER_LENGTH + to)
        : undefined;
    }
    const [header, bytes] = await Promise.all([
      this.#bytes(row.segment, row.offset, content),
      this.#bytes(row.segment, content + from, content + to),
    ]);
    return isRecordOf(header, 0, blob, row.size) ? bytes : undefined;
  }

  /** Octets [start, end) of a segment, fewer at its end; none when there is no such file. */
  async #bytes(segment: number, start: number, end: number, memory: Memory = freshMemory): Promise<Uint8Array> {
    try {
      return await this.#readers.use(segment, async (file) => {
        const bytes = memory(end - start);
        return bytes.subarray(0, await file.read(bytes, start));
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array();
      throw error;
    }
  }
}

/** Gives memory for so many octets, to nobody else. */
type Memory = (octets: number) => Uint8Array;

const freshMemory: Memory = (octets) => Buffer.allocUnsafeSlow(octets);

function memoryIn(room: Uint8Array | undefined): Memory {
  if (room === undefined) return freshMemory;
  let used = 0;
  return (octets) => {
    if (used + octets > room.length) return freshMemory(octets);
    used += octets;
    return room.subarray(used - octets, used);
  };
}

function continues(read: Read, row: BlobRow, end: number): boolean {
  const gap = row.offset - read.end;
  return read.segment === row.segment && gap >= 0 && gap <= GAP && end - read.start <= storeLimits.contentRead;
}
