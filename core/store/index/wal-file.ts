import { storeLimits } from '../../base/limits.ts';
import type { FileLayer, OpenFile } from '../files/file-layer.ts';

/**
 * SQLite's -wal file, held open beside SQLite to flush it off the event loop. SQLite locks the other two files of a
 * database, never this one: closing a descriptor of those would silently give up SQLite's locks on them.
 */
export class WalFile {
  readonly #file: OpenFile;

  private constructor(file: OpenFile) {
    this.#file = file;
  }

  /** To be called after the first transaction of a connection, while nothing is written. */
  static async open(databasePath: string, files: FileLayer): Promise<WalFile> {
    const file = await files.open(`${databasePath}-wal`, 'write');
    const size = await file.size();
    // SQLite takes zeros behind its last frame for the end of the log, as it does any frame with a wrong checksum.
    if (size < storeLimits.walAhead) await file.write([new Uint8Array(storeLimits.walAhead - size)], size);
    await file.flush();
    return new WalFile(file);
  }

  /** All commits made before the call survive a power cut once this resolves. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
