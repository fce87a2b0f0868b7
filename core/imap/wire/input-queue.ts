import { LONGEST_ANNOUNCEMENT } from './literal-announcement.ts';

const LF = 0x0a;
/** Chunks smaller than this are gathered while they wait: an object for each would cost more than their octets. */
const SMALL = 1024;
const BLOCK = 16 * 1024;

/**
 * Octets that came and wait to be looked at, handed out as lines or as parts. What lies whole in one chunk is handed
 * out as a view of the chunk; only a line that spans chunks is copied. No octet is searched for a line end twice.
 */
export class InputQueue {
  readonly #chunks: Buffer[] = [];
  /** The first chunk that is not used up, and how much of it is used. */
  #first = 0;
  #at = 0;
  #length = 0;
  /** Free octets behind the last chunk, when that is a block of gathered ones. */
  #room: Buffer = NOTHING;
  /** The beginning of a line whose end has not come. */
  #begun: Buffer = NOTHING;
  #begunLength = 0;

  /** Octets that nobody has looked at. */
  get length(): number {
    return this.#length;
  }

  /** The chunk must not change afterwards. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (buffer.length < SMALL && this.#first < this.#chunks.length) this.#gather(buffer);
    else this.#append(buffer);
    this.#length += buffer.length;
  }

  /**
   * The next line with its line end; undefined when its end has not come; 'tooLong' when it has more octets than
   * `limit`, line end included. After 'tooLong' nothing is consumed: call head() and skipLine().
   */
  line(limit: number): Buffer | 'tooLong' | undefined {
    while (this.#first < this.#chunks.length) {
      const chunk = this.#chunks[this.#first]!;
      const end = lineEnd(chunk, this.#at);
      const available = (end < 0 ? chunk.length : end) - this.#at;
      const length = this.#begunLength + available;
      if (length > limit) return 'tooLong';
      if (end >= 0 && this.#begunLength === 0) return this.part(available);
      this.#begin(this.part(available)!);
      if (end >= 0) return this.#takeBegun();
    }
    return undefined;
  }

  /** The first octets of the line that is not yet handed out, `length` at most. A copy. */
  head(length: number): Buffer {
    const begun = this.#begun.subarray(0, Math.min(this.#begunLength, length));
    const chunk = this.#chunks[this.#first] ?? NOTHING;
    return Buffer.concat([begun, chunk.subarray(this.#at, this.#at + length - begun.length)]);
  }

  /** Forgets the rest of the line; answers its last octets when its end has come, enough to see an announcement. */
  skipLine(): Buffer | undefined {
    while (this.#first < this.#chunks.length) {
      const chunk = this.#chunks[this.#first]!;
      const end = lineEnd(chunk, this.#at);
      this.#begin(this.part((end < 0 ? chunk.length : end) - this.#at)!.subarray(-LONGEST_ANNOUNCEMENT));
      const tail = this.#takeBegun().subarray(-LONGEST_ANNOUNCEMENT);
      if (end >= 0) return tail;
      this.#begin(tail);
    }
    return undefined;
  }

  /** The next octets as far as they lie together, `length` at most; undefined when none are here. */
  part(length: number): Buffer | undefined {
    const chunk = this.#chunks[this.#first];
    if (chunk === undefined) return undefined;
    const start = this.#at;
    const end = Math.min(chunk.length, start + length);
    this.#length -= end - start;
    if (end < chunk.length) this.#at = end;
    else this.#dropFirst();
    return start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#first = 0;
    this.#at = 0;
    this.#length = 0;
    this.#room = NOTHING;
    this.#begun = NOTHING;
    this.#begunLength = 0;
  }

  #append(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#room = NOTHING;
  }

  /** Puts a small chunk behind others that wait. The block's used part is a view of memory that only grows. */
  #gather(chunk: Buffer): void {
    if (this.#room.length < chunk.length) {
      this.#room = Buffer.allocUnsafeSlow(BLOCK);
      this.#chunks.push(this.#room.subarray(0, 0));
    }
    chunk.copy(this.#room);
    const last = this.#chunks.length - 1;
    const used = this.#chunks[last]!;
    this.#chunks[last] = Buffer.from(used.buffer, used.byteOffset, used.length + chunk.length);
    this.#room = this.#room.subarray(chunk.length);
  }

  #dropFirst(): void {
    this.#chunks[this.#first] = NOTHING;
    this.#first++;
    this.#at = 0;
    if (this.#first < this.#chunks.length) return;
    this.#chunks.length = 0;
    this.#first = 0;
    this.#room = NOTHING;
  }

  #begin(part: Buffer): void {
    const length = this.#begunLength + part.length;
    if (length > this.#begun.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(128, 2 * length));
      this.#begun.copy(larger, 0, 0, this.#begunLength);
      this.#begun = larger;
    }
    part.copy(this.#begun, this.#begunLength);
    this.#begunLength = length;
  }

  #takeBegun(): Buffer {
    const line = this.#begun.subarray(0, this.#begunLength);
    this.#begun = NOTHING;
    this.#begunLength = 0;
    return line;
  }
}

const NOTHING = Buffer.alloc(0);

/** Where the line that begins at `start` ends: after its LF; -1 when there is none in the chunk. */
function lineEnd(chunk: Buffer, start: number): number {
  return chunk.indexOf(LF, start) + 1 || -1;
}
