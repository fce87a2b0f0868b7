import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { searchLimits } from '../../../base/limits.ts';
import { Database, type Statement, type Value } from '../../index/database.ts';
import { COLUMNS, type Column, decodeBlockHead, encodeBlock, type StoredBlock } from './block.ts';
import { BlockCache, type CacheBudget } from './block-cache.ts';
import { SIGNATURES } from './chunk.ts';
import { ChunkStore } from './chunk-store.ts';
import type { IndexedMessage } from './indexed-message.ts';
import { BrokenIndex, seal, unseal } from './sealed.ts';

/**
 * Raised whenever the tables or what core/mail/search looks at change: what an older program wrote is thrown away.
 */
export const VERSION = 3;

/** Pages of the -wal file after which a commit copies them into the database. */
const WAL_PAGES = 1_000;
/** Blocks are some tens of kilobytes: larger pages take fewer reads. */
const PAGE_SIZE = 8192;

/**
 * search.db of an account. Messages lie in blocks; each column of a block is a row of a table of its own, so that a search
 * reads nothing but what it needs. Every value carries a checksum: what a broken disk made of it is never an answer.
 */
export class SearchDatabase {
  readonly #database: Database;
  readonly #cache: BlockCache;
  readonly chunks: ChunkStore;
  /** Id, first and last blob of every block. */
  #ranges: [number, number, number][] | undefined;
  readonly #columns: Record<Column, { readonly get: Statement; readonly put: Statement; readonly remove: Statement }>;
  readonly #loose: Statement;
  readonly #block: Record<'get' | 'ranges' | 'highest' | 'put' | 'remove', Statement>;

  /** Opens the file, or makes it anew when it is missing, of another version, or cannot be read. */
  static open(folder: string, budget: CacheBudget): SearchDatabase {
    const existing = SearchDatabase.#tryOpen(folder, budget);
    if (existing) return existing;
    removeSearchDatabase(folder);
    const database = new Database(searchPath(folder), { pageSize: PAGE_SIZE });
    try {
      database.transaction(() => create(database));
      return new SearchDatabase(database, budget);
    } catch (error) {
      closeQuietly(database);
      throw error;
    }
  }

  static #tryOpen(folder: string, budget: CacheBudget): SearchDatabase | undefined {
    let database: Database | undefined;
    try {
      database = new Database(searchPath(folder));
      const version: Value | undefined = database.prepare('PRAGMA user_version').get()?.[0];
      if (version === VERSION) return new SearchDatabase(database, budget);
    } catch (error) {
      closeQuietly(database);
      if (!isBroken(error)) throw error;
      return undefined;
    }
    closeQuietly(database);
    return undefined;
  }

  private constructor(database: Database, budget: CacheBudget) {
    this.#database = database;
    this.#cache = new BlockCache(budget);
    this.chunks = new ChunkStore(database);
    database.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
    const prepare = (sql: string) => database.prepare(sql);
    this.#columns = fromColumns((column) => ({
      get: prepare(`SELECT octets FROM ${column} WHERE block = ?`),
      put: prepare(`INSERT OR REPLACE INTO ${column} VALUES (?, ?)`),
      remove: prepare(`DELETE FROM ${column} WHERE block = ?`),
    }));
    this.#loose = prepare(`SELECT block FROM ${SIGNATURES[0].column} WHERE block < ? ORDER BY block LIMIT ?`);
    this.#block = {
      get: prepare('SELECT ids, facts FROM block WHERE id = ?'),
      ranges: prepare('SELECT id, first, last FROM block ORDER BY id'),
      highest: prepare('SELECT max(id) FROM block'),
      put: prepare('INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?, ?)'),
      remove: prepare('DELETE FROM block WHERE id = ?'),
    };
  }

  /** Blocks that may hold blobs of [from, to], in the order they were made. @throws BrokenIndex, also while iterating. */
  *blocks(from: number, to: number): Generator<StoredBlock> {
    this.#ranges ??= this.#block.ranges.all().map(([id, first, last]) => [Number(id), Number(first), Number(last)]);
    for (const [id, first, last] of this.#ranges) {
      if (last >= from && first <= to) yield this.#stored(id);
    }
  }

  /** One column of a block, as it was put. @throws BrokenIndex */
  column(block: number, column: Column): Buffer {
    const sealed = () => this.#columns[column].get.get(block)?.[0];
    // Texts are too long to be kept, and too seldom needed.
    if (column === 'header_text' || column === 'body_text') return unseal(sealed(), block);
    return this.#cache.column(block, column, () => unseal(sealed(), block));
  }

  lastBlock(): StoredBlock | undefined {
    const id = Number(this.#block.highest.get()?.[0] ?? 0);
    return id === 0 ? undefined : this.#stored(id);
  }

  transaction<T>(work: () => T): T {
    try {
      return this.#database.transaction(work);
    } catch (error) {
      // What was read while it lasted is undone.
      this.#cache.clear();
      this.chunks.forget();
      this.#ranges = undefined;
      throw error;
    }
  }

  /** Writes a block, over the one of that number if there is one. `messages` ascending by blob, one at least. */
  put(id: number, messages: readonly IndexedMessage[]): void {
    this.#forget(id);
    const { ids, facts, columns } = encodeBlock(messages);
    this.#block.put.run(id, messages[0]!.blob, messages.at(-1)!.blob, seal(ids, id), seal(facts, id));
    for (const column of COLUMNS) this.#columns[column].put.run(id, seal(columns[column], id));
  }

  remove(id: number): void {
    this.#forget(id);
    this.chunks.remove(id);
    this.#block.remove.run(id);
    for (const column of COLUMNS) this.#columns[column].remove.run(id);
  }

  /** Moves the signatures of the oldest blocks that will not change any more into a chunk, once they are enough. */
  freeze(): void {
    const last = Number(this.#block.highest.get()?.[0] ?? 0);
    const loose = this.#loose.all(last, searchLimits.chunkBlocks).map(([id]) => Number(id));
    if (loose.length < searchLimits.chunkBlocks) return;
    this.chunks.put(
      loose.map((id) => ({
        block: this.#stored(id),
        signatures: SIGNATURES.map(({ column }) => this.column(id, column)),
      })),
    );
    for (const id of loose) {
      for (const { column } of SIGNATURES) this.#columns[column].remove.run(id);
      this.#cache.forget(id);
    }
  }

  close(): void {
    this.#cache.clear();
    this.#database.close();
  }

  #stored(id: number): StoredBlock {
    return this.#cache.head(id, () => {
      const row = this.#block.get.get(id);
      return decodeBlockHead(id, unseal(row?.[0], id), unseal(row?.[1], id));
    });
  }

  #forget(id: number): void {
    this.#ranges = undefined;
    this.#cache.forget(id);
  }
}

export function searchPath(folder: string): string {
  return join(folder, 'search.db');
}

/** Throws the index of an account away; it will be made anew. */
export function removeSearchDatabase(folder: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(searchPath(folder) + suffix, { force: true });
}

function closeQuietly(database: Database | undefined): void {
  try {
    database?.close();
  } catch {
    // It will be removed.
  }
}

function create(database: Database): void {
  database.exec(
    'CREATE TABLE block (id INTEGER PRIMARY KEY, first INTEGER, last INTEGER, ids BLOB NOT NULL, facts BLOB NOT NULL)',
  );
  for (const column of COLUMNS) {
    database.exec(`CREATE TABLE ${column} (block INTEGER PRIMARY KEY, octets BLOB NOT NULL)`);
  }
  ChunkStore.create(database);
  database.exec(`PRAGMA user_version = ${VERSION}`);
}

function fromColumns<T>(make: (column: Column) => T): Record<Column, T> {
  return Object.fromEntries(COLUMNS.map((column) => [column, make(column)])) as Record<Column, T>;
}

/** SQLite's result codes for trouble around a file that may itself be sound: busy, no memory, read-only, I/O, full … */
const NOT_THE_FILE = new Set([5, 6, 7, 8, 10, 13, 14]);
/** I/O errors that are the file's: it is shorter than it says. */
const SHORT_READ = 522;

/** Whether the error says that the file is no sound index, so that only making it anew helps. */
export function isBroken(error: unknown): boolean {
  if (error instanceof BrokenIndex) return true;
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' && (errcode === SHORT_READ || !NOT_THE_FILE.has(errcode & 0xff));
}
