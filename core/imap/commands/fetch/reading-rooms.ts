import { fetchLimits } from '../../../base/limits.ts';
import type { ResponseWriter } from '../../session/response-writer.ts';

/** A batch of the largest size and what lies around its messages on the disk. */
const SIZE = fetchLimits.batchOctets + 64 * 1024;
/** Less than this is read into memory of its own. */
const WORTHWHILE = fetchLimits.batchOctets / 4;

/**
 * Memory that batches are read into, in turns. Fresh memory for every batch would cost a long FETCH a third of its time:
 * the system has to clear it and the garbage collector to look for it.
 */
export class ReadingRooms {
  readonly #writer: ResponseWriter;
  readonly #left: { readonly room: Uint8Array; readonly freeAfter: number }[] = [];

  constructor(writer: ResponseWriter) {
    this.#writer = writer;
  }

  /** A room for so many octets; undefined when none is worthwhile. */
  take(octets: number): Uint8Array | undefined {
    if (octets < WORTHWHILE) return undefined;
    const oldest = this.#left[0];
    if (oldest === undefined || oldest.freeAfter > this.#writer.taken) return Buffer.allocUnsafeSlow(SIZE);
    this.#left.shift();
    return oldest.room;
  }

  /** All that was read into the room has been given to the writer; it is free once the client has taken that. */
  leave(room: Uint8Array | undefined): void {
    // One more than are ever needed at a time would only be memory that nobody uses.
    if (room !== undefined && this.#left.length < 2) this.#left.push({ room, freeAfter: this.#writer.octets });
  }
}
