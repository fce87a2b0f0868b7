import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

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
  constructor(path: string, options: { readOnly?: boolean; pageSize?: number } = {}) {
    this.path = path;
    this.#connection = new DatabaseSync(path, { readOnly: options.readOnly ?? false });
    if (!options.readOnly) this.#connection.exec(PRAGMAS(options.pageSize ?? 4096));
    this.#begin = this.#connection.prepare('BEGIN IMMEDIATE');
    this.#commit = this.#connection.prepare('COMMIT');
    this.#rollback = this.#connection.prepare('ROLLBACK');
  }

  prepare(sql: string): Statement {
    const statement = this.#connection.prepare(sql);
    statement.setReturnArrays(true);
    return {
      run: (...values) => void statement.run(...values),
      get: (...values) => statement.get(...values) as readonly Value[] | undefined,
      iterate: (...values) => statement.iterate(...values) as unknown as Iterable<readonly Value[]>,
      all: (...values) => statement.all(...values) as unknown as (readonly Value[])[],
    };
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
  PRAGMA cache_size = -4096;
  PRAGMA temp_store = MEMORY;
  PRAGMA busy_timeout = 5000;
`;
