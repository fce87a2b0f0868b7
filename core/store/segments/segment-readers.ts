import { storeLimits } from '../../base/limits.ts';
import type { FileLayer, OpenFile } from '../files/file-layer.ts';
import { segmentPath } from './segment-names.ts';

interface Reader {
  readonly file: Promise<OpenFile>;
  users: number;
  /** To be closed when the last user is done. */
  dropped: boolean;
}

/** Segment files open for reading, the last used of them kept. */
export class SegmentReaders {
  readonly #folder: string;
  readonly #files: FileLayer;
  /** The longest unused first. */
  readonly #readers = new Map<number, Reader>();

  constructor(folder: string, files: FileLayer) {
    this.#folder = folder;
    this.#files = files;
  }

  /** Runs `work` on a segment; the file stays open that long, whatever compaction does meanwhile. */
  async use<T>(segment: number, work: (file: OpenFile) => Promise<T>): Promise<T> {
    const reader = this.#take(segment);
    try {
      return await work(await reader.file);
    } finally {
      reader.users--;
      if (reader.dropped) this.#closeUnused(reader);
    }
  }

  /** The segment is gone or will be. */
  drop(segment: number): void {
    const reader = this.#readers.get(segment);
    this.#readers.delete(segment);
    if (!reader) return;
    reader.dropped = true;
    this.#closeUnused(reader);
  }

  close(): void {
    for (const segment of [...this.#readers.keys()]) this.drop(segment);
  }

  #take(segment: number): Reader {
    let reader = this.#readers.get(segment);
    if (reader) {
      this.#readers.delete(segment);
    } else {
      const file = this.#files.open(segmentPath(this.#folder, segment), 'read');
      reader = { file, users: 0, dropped: false };
      // A segment that cannot be opened now is tried again at the next use.
      file.catch(() => this.#readers.delete(segment));
    }
    this.#readers.set(segment, reader);
    reader.users++;
    this.#shrink();
    return reader;
  }

  #shrink(): void {
    for (const [segment, reader] of this.#readers) {
      if (this.#readers.size <= storeLimits.openSegments) return;
      if (reader.users === 0) this.drop(segment);
    }
  }

  #closeUnused(reader: Reader): void {
    if (reader.users === 0) void reader.file.then((file) => file.close()).catch(() => {});
  }
}
