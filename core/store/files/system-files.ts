import * as fs from 'node:fs';
import { storeLimits } from '../../base/limits.ts';
import { untilFree } from '../../base/patiently.ts';
import type { FileLayer, OpenFile } from './file-layer.ts';
import { patientLayer } from './patient-layer.ts';

const OPEN_FLAGS = { read: 'r', write: 'r+', create: 'wx+' } as const;

/** The real disk. What can wait for it runs on libuv's pool, so that nobody else waits for it. */
const disk: FileLayer = {
  async open(path, mode) {
    const descriptor = await call<number>((done) => fs.open(path, OPEN_FLAGS[mode], 0o600, done));
    return new SystemFile(path, descriptor);
  },

  async makeFolder(path) {
    await fs.promises.mkdir(path, { recursive: true, mode: 0o700 });
  },

  async flushFolder(path) {
    // Windows cannot open a folder for flushing; NTFS journals its names by itself.
    if (process.platform === 'win32') return;
    const descriptor = await call<number>((done) => fs.open(path, 'r', done));
    try {
      await call<void>((done) => fs.fsync(descriptor, done));
    } finally {
      await call<void>((done) => fs.close(descriptor, done));
    }
  },

  async list(path) {
    try {
      return (await fs.promises.readdir(path)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  },

  rename: (from, to) => fs.promises.rename(from, to),
  remove: (path) => fs.promises.rm(path, { recursive: true, force: true }),
  untilFree: (paths) => untilFree(paths),
};

/** The file layer on the real disk, which waits for other programs that have a file open. */
export const systemFiles: FileLayer = patientLayer(disk);

/** Callbacks and a bare descriptor: a third faster per call than node's own FileHandle promises. */
class SystemFile implements OpenFile {
  readonly path: string;
  readonly #descriptor: number;

  constructor(path: string, descriptor: number) {
    this.path = path;
    this.#descriptor = descriptor;
  }

  async write(pieces: readonly Uint8Array[], position: number): Promise<void> {
    let rest = isSmall(pieces) ? this.#writeAtOnce(pieces, position) : pieces;
    let at = position + (lengthOf(pieces) - lengthOf(rest));
    while (rest.length > 0) {
      const written = await call<number>((done) => fs.writev(this.#descriptor, rest, at, done));
      at += written;
      rest = withoutFirst(rest, written);
    }
  }

  /**
   * A few kilobytes are copied to the system's cache in less time than it takes to ask another thread to do it. Returns
   * what is left.
   */
  #writeAtOnce(pieces: readonly Uint8Array[], position: number): readonly Uint8Array[] {
    return withoutFirst(pieces, fs.writevSync(this.#descriptor, pieces, position));
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const count = await call<number>((done) =>
        fs.read(this.#descriptor, into, filled, into.length - filled, position + filled, done),
      );
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  flush(): Promise<void> {
    return call<void>((done) => fs.fdatasync(this.#descriptor, done));
  }

  truncate(length: number): Promise<void> {
    return call<void>((done) => fs.ftruncate(this.#descriptor, length, done));
  }

  async size(): Promise<number> {
    return (await call<fs.Stats>((done) => fs.fstat(this.#descriptor, done))).size;
  }

  close(): Promise<void> {
    return call<void>((done) => fs.close(this.#descriptor, done));
  }
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function isSmall(pieces: readonly Uint8Array[]): boolean {
  return lengthOf(pieces) <= storeLimits.writeAtOnce;
}

/** What is left of the pieces after `count` octets; a disk may take less than it was given. */
function withoutFirst(pieces: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let index = 0;
  let left = count;
  while (index < pieces.length && left >= pieces[index]!.length) left -= pieces[index++]!.length;
  if (index === pieces.length) return [];
  return left === 0 ? pieces.slice(index) : [pieces[index]!.subarray(left), ...pieces.slice(index + 1)];
}

function call<T>(start: (done: (error: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}
