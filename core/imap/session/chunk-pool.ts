import { connectionLimits } from '../../base/limits.ts';

/** Replies are gathered into pieces of this size, so that a reply of 10,000 lines is some dozens of system calls. */
export const CHUNK = 64 * 1024;

/**
 * Memory for replies on their way to a socket, shared by all connections: an idle one holds none, and a busy server does
 * not make its garbage collector look for a new chunk with every message that is read.
 */
export class ChunkPool {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
  }

  /** @param chunk whose octets nobody looks at any more */
  giveBack(chunk: Buffer): void {
    if (this.#free.length < connectionLimits.spareChunks) this.#free.push(chunk);
  }
}
