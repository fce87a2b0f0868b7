/**
 * All file work of the store that SQLite does not do itself goes through this layer, so that a test can record the
 * order of writes and flushes, cut the power between any two of them, and make a disk full or broken. Calls that another
 * program keeps from a file throw FileHeld.
 */
export interface FileLayer {
  /** `create` fails when the file exists; `write` and `read` fail when it does not. */
  open(path: string, mode: 'read' | 'write' | 'create'): Promise<OpenFile>;
  /** Makes the folder and those above it; nothing happens when it exists. */
  makeFolder(path: string): Promise<void>;
  /** Makes created, renamed and removed names of a folder survive a power cut. */
  flushFolder(path: string): Promise<void>;
  /** File names of a folder, sorted; empty when there is no such folder. */
  list(path: string): Promise<string[]>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a whole folder; nothing happens when there is none. */
  remove(path: string): Promise<void>;
  /**
   * Waits until no other program keeps us from files that SQLite is about to open; missing ones are passed over. Nobody
   * in this process may have them open.
   */
  untilFree(paths: readonly string[]): Promise<void>;
}

export interface OpenFile {
  readonly path: string;
  /** Writes all pieces behind each other from `position` on. */
  write(pieces: readonly Uint8Array[], position: number): Promise<void>;
  /** Reads until `into` is full or the file ends. Returns the number of octets read. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** fdatasync: what was written before survives a power cut once this resolves. */
  flush(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}
