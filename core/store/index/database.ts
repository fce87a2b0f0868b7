import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { storeLimits } from '../../base/limits.ts';
import { FROZEN_PRAGMAS, frozenUrl } from './frozen-database.ts';
import { fillSharedMemory, hasSmallBlocks, needRoomForSharedMemory } from './shared-memory.ts';

/** A value of a column. Blobs come as Uint8Array, integers as numbers (all of ours stay below 2^53). */
export type Value = SQLInputValue;

/** A prepared statement. Rows are arrays in the order of the columns: no objects, no names. */
export interface Statement {
  run(...values: Value[]): void;
  get(...values: Value[]): readonly Value[] | undefined;
  all(...values: Value[]): (readonly Value[])[];
  /** Rows one by one. */
  iterate(...values: Value[]): Iterable<readonly Value[]>;
}

export interface DatabaseOptions {
  readonly readOnly?: boolean;
  /** Read as it is, where nothing can be written: see frozen-database.ts. */
  readonly frozen?: boolean;
  /** Octets; of a new file. */
  readonly pageSize?: number;
  /** Octets of pages kept in memory; storeLimits.smallPageCache unless said otherwise. */
  readonly cache?: number;
}

/**
 * The only door to SQLite. One connection; calls are synchronous and short. Commits go to the -wal file without a flush
 * (synchronous=NORMAL): whoever promises durability flushes that file, off the event loop.
 */
export class Database {
  readonly path: string;
  readonly #connection: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;

  /** @throws Error with `errcode` of SQLite when the file is no database. */
  constructor(
    path: string,
    { frozen = false, readOnly = frozen, pageSize = 4096, cache = storeLimits.smallPageCache }: DatabaseOptions = {},
  ) {
    this.path = path;
    const hasHoles = !frozen && hasSmallBlocks(path);
    if (hasHoles) needRoomForSharedMemory(path);
    this.#connection = new DatabaseSync(frozen ? frozenUrl(path) : path, { readOnly });
    try {
      if (frozen) this.#connection.exec(FROZEN_PRAGMAS);
      this.#connection.exec(`PRAGMA cache_size = -${Math.ceil(cache / 1024)}`);
      if (!readOnly) this.#connection.exec(PRAGMAS(pageSize));
      if (hasHoles && !readOnly) this.#fillSharedMemory();
    } catch (error) {
      // The file may have to be replaced, which Windows refuses while it is open.
      this.#connection.close();
      throw error;
    }
    this.#begin = this.#connection.prepare('BEGIN IMMEDIATE');
    this.#commit = this.#connection.prepare('COMMIT');
    this.#rollback = this.#connection.prepare('ROLLBACK');
  }

  #fillSharedMemory(): void {
    this.#connection.exec('BEGIN IMMEDIATE');
    try {
      fillSharedMemory(this.path);
    } finally {
      this.#connection.exec('ROLLBACK');
    }
  }

  /** Compiled when it is first used: most are not, in an account that is only looked at, and each takes kilobytes. */
  prepare(sql: string): Statement {
    let compiled: StatementSync | undefined;
    const statement = () => (compiled ??= this.#compile(sql));
    return {
      run: (...values) => void statement().run(...values),
      get: (...values) => statement().get(...values) as readonly Value[] | undefined,
      iterate: (...values) => statement().iterate(...values) as unknown as Iterable<readonly Value[]>,
      all: (...values) => statement().all(...values) as unknown as (readonly Value[])[],
    };
  }

  #compile(sql: string): StatementSync {
    const statement = this.#connection.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  /** Runs statements that return nothing. */
  exec(sql: string): void {
    this.#connection.exec(sql);
  }

  /** Runs `work` in a transaction: all of it or, when it throws, nothing. */
  transaction<T>(work: () => T): T {
    this.#beginNow();
    try {
      const result = work();
      this.#commitNow();
      return result;
    } catch (error) {
      this.#rollbackNow();
      throw error;
    }
  }

  /** Runs queries that all see the same moment, whatever others commit meanwhile. */
  snapshot<T>(queries: () => T): T {
    this.#connection.exec('BEGIN');
    try {
      return queries();
    } finally {
      this.#connection.exec('COMMIT');
    }
  }

  /** For a transaction that spans turns of the event loop; the caller holds the account's WriteTurn. */
  async slowTransaction<T>(work: () => Promise<T>): Promise<T> {
    this.#beginNow();
    try {
      const result = await work();
      this.#commitNow();
      return result;
    } catch (error) {
      this.#rollbackNow();
      throw error;
    }
  }

  #beginNow(): void {
    this.#begin.run();
  }

  #commitNow(): void {
    this.#commit.run();
  }

  #rollbackNow(): void {
    // SQLite itself rolls back after some errors (a full disk); a second ROLLBACK would hide the first error.
    if (this.#connection.isTransaction) this.#rollback.run();
  }

  close(): void {
    this.#connection.close();
  }
}

/** The size of a -wal file is never cut (journal_size_limit), so that a flush in steady state changes no file length. */
const PRAGMAS = (pageSize: number) => `
  PRAGMA page_size = ${pageSize};
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 0;
  PRAGMA journal_size_limit = -1;
  PRAGMA foreign_keys = OFF;
  PRAGMA temp_store = MEMORY;
  PRAGMA busy_timeout = 5000;
`;
