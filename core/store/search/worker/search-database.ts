import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { searchLimits } from '../../../base/limits.ts';
import { Database, type Statement, type Value } from '../../index/database.ts';
import { COLUMNS, type Column, decodeRow, encodeBlock, type StoredBlock } from './block.ts';
import type { IndexedMessage } from './indexed-message.ts';
import { BrokenIndex, seal, unseal } from './sealed.ts';

/**
 * Raised whenever the tables or what core/mail/search looks at change: what an older program wrote is thrown away.
 */
export const VERSION = 1;

/** Pages of the -wal file after which a commit copies them into the database. */
const WAL_PAGES = 1_000;
/** Kilobytes of memory for pages: searches read each page once, so more would gain nothing. */
const CACHE = 1_024;

/**
 * search.db of an account. Messages lie in blocks; each column of a block is a row of a table of its own, so that a search
 * reads nothing but what it needs. Every value carries a checksum: what a broken disk made of it is never an answer.
 */
export class SearchDatabase {
  readonly #database: Database;
  readonly #pages = new Map<string, Statement>();
  readonly #columns: Record<Column, { readonly get: Statement; readonly put: Statement; readonly remove: Statement }>;
  readonly #block: { readonly last: Statement; readonly put: Statement; readonly remove: Statement };

  /** Opens the file, or makes it anew when it is missing, of another version, or cannot be read. */
  static open(folder: string): SearchDatabase {
    const existing = tryOpen(folder);
    if (existing) return existing;
    removeSearchDatabase(folder);
    const database = new Database(searchPath(folder));
    database.transaction(() => create(database));
    return new SearchDatabase(database);
  }

  /** For tests and `open`. */
  constructor(database: Database) {
    this.#database = database;
    database.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}; PRAGMA cache_size = -${CACHE}`);
    const prepare = (sql: string) => database.prepare(sql);
    this.#columns = fromColumns((column) => ({
      get: prepare(`SELECT octets FROM ${column} WHERE block = ?`),
      put: prepare(`INSERT OR REPLACE INTO ${column} VALUES (?, ?)`),
      remove: prepare(`DELETE FROM ${column} WHERE block = ?`),
    }));
    this.#block = {
      last: prepare('SELECT id, ids, facts FROM block ORDER BY id DESC LIMIT 1'),
      put: prepare('INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?, ?)'),
      remove: prepare('DELETE FROM block WHERE id = ?'),
    };
  }

  /** Blocks that may hold blobs of [from, to], with some of their columns. @throws BrokenIndex, also while iterating. */
  *blocks(from: number, to: number, columns: readonly Column[] = []): Generator<StoredBlock> {
    const page = this.#page(columns);
    for (let after = 0; ; ) {
      const rows = page.all(after, from, to);
      for (const row of rows) yield decodeRow(row, columns);
      if (rows.length < searchLimits.blocksPerRead) return;
      after = Number(rows.at(-1)![0]);
    }
  }

  /** One column of a block. */
  column(block: number, column: Column): Buffer {
    return unseal(this.#columns[column].get.get(block)?.[0], block);
  }

  lastBlock(): StoredBlock | undefined {
    const row = this.#block.last.get();
    return row && decodeRow(row, []);
  }

  transaction<T>(work: () => T): T {
    return this.#database.transaction(work);
  }

  /** Writes a block, over the one of that number if there is one. `messages` ascending by blob, one at least. */
  put(id: number, messages: readonly IndexedMessage[]): void {
    const { ids, facts, columns } = encodeBlock(messages);
    this.#block.put.run(id, messages[0]!.blob, messages.at(-1)!.blob, seal(ids, id), seal(facts, id));
    for (const column of COLUMNS) this.#columns[column].put.run(id, seal(columns[column], id));
  }

  remove(id: number): void {
    this.#block.remove.run(id);
    for (const column of COLUMNS) this.#columns[column].remove.run(id);
  }

  close(): void {
    this.#database.close();
  }

  #page(columns: readonly Column[]): Statement {
    const key = columns.join();
    const known = this.#pages.get(key);
    if (known) return known;
    const values = columns.map((column) => `, ${column}.octets`).join('');
    const joins = columns.map((column) => ` JOIN ${column} ON ${column}.block = block.id`).join('');
    const statement = this.#database.prepare(`SELECT block.id, ids, facts${values} FROM block${joins}
      WHERE block.id > ? AND last >= ? AND first <= ? ORDER BY block.id LIMIT ${searchLimits.blocksPerRead}`);
    this.#pages.set(key, statement);
    return statement;
  }
}

export function searchPath(folder: string): string {
  return join(folder, 'search.db');
}

/** Throws the index of an account away; it will be made anew. */
export function removeSearchDatabase(folder: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(searchPath(folder) + suffix, { force: true });
}

function tryOpen(folder: string): SearchDatabase | undefined {
  let database: Database | undefined;
  try {
    database = new Database(searchPath(folder));
    const version: Value | undefined = database.prepare('PRAGMA user_version').get()?.[0];
    if (version === VERSION) return new SearchDatabase(database);
  } catch (error) {
    closeQuietly(database);
    if (!isBroken(error)) throw error;
    return undefined;
  }
  closeQuietly(database);
  return undefined;
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
