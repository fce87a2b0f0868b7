import type { Pace } from '../../base/activity.ts';
import { storeLimits } from '../../base/limits.ts';
import type { BlobRow } from '../index/blob-table.ts';
import type { BlobPlaces } from './blob-places.ts';
import type { SegmentReaders } from './segment-readers.ts';
import { soundRecordAt } from './segment-walk.ts';

export interface BackgroundVerifierOptions {
  readonly places: BlobPlaces;
  readonly readers: SegmentReaders;
  readonly pace: Pace;
  /** The content of a message fits its checksum, or does not. Must not throw. */
  readonly onVerified: (blob: number, sound: boolean) => void;
}

/**
 * Verifies the checksums of messages that are read in pieces only: one at a time, each once, and so many octets at most
 * while the account is open. Nobody waits for it.
 */
export class BackgroundVerifier {
  readonly #options: BackgroundVerifierOptions;
  readonly #asked = new Set<number>();
  readonly #closing = new AbortController();
  #octets = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(options: BackgroundVerifierOptions) {
    this.#options = options;
  }

  /** A piece of it was read. */
  ask({ id, size }: BlobRow): void {
    if (this.#asked.has(id) || this.#closing.signal.aborted) return;
    if (this.#octets + size > storeLimits.verifiedInPieces) return;
    this.#asked.add(id);
    this.#octets += size;
    const { pace } = this.#options;
    // What cannot be read now, or not any more, is looked at when a piece of it is read the next time.
    const again = () => this.#asked.delete(id);
    const done = pace.doInTurn(() => this.#verify(id), this.#closing.signal).catch(again);
    this.#work = Promise.all([this.#work, done]).then(() => {});
  }

  /** Waits for the message under way. Never rejects. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
  }

  async #verify(blob: number): Promise<void> {
    const { places, onVerified } = this.#options;
    let sound = await this.#isSound(places.find(blob));
    if (sound === false) {
      // Compaction may have moved it between the look at the index and the read.
      places.forgetAll();
      sound = await this.#isSound(places.find(blob));
    }
    if (sound !== undefined) onVerified(blob, sound);
  }

  /** Undefined when it is gone. */
  async #isSound(row: BlobRow | undefined): Promise<boolean | undefined> {
    if (row === undefined) return undefined;
    const record = await this.#options.readers.use(row.segment, (file) => soundRecordAt(file, row));
    return record !== undefined;
  }
}
