import { join } from 'node:path';
import { type BlobRow, BlobTable } from '../../index/blob-table.ts';
import { Database } from '../../index/database.ts';

/** What index.db says of an account's messages, read through a connection of the search thread's own. */
export class BlobRows {
  readonly #database: Database;
  readonly #table: BlobTable;

  constructor(folder: string) {
    this.#database = new Database(join(folder, 'index.db'), { readOnly: true });
    this.#table = new BlobTable(this.#database);
  }

  /** Undefined when it is gone. */
  find(id: number): BlobRow | undefined {
    return reading(() => this.#table.range(id, id + 1)[0]);
  }

  /** Rows with from <= id < to, ascending. */
  range(from: number, to: number): BlobRow[] {
    return reading(() => this.#table.range(from, to));
  }

  /** 0 when there is none. */
  highest(): number {
    return reading(() => this.#table.highest());
  }

  close(): void {
    this.#database.close();
  }
}

/** Trouble with index.db must not look like trouble with search.db, which is cured by throwing it away. */
function reading<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error('The search thread could not read the index of the mail', { cause: error });
  }
}
