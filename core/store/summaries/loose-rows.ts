import { storeLimits } from '../../base/limits.ts';
import type { SummaryField } from '../../mail/summary.ts';
import type { Database, Statement, Value } from '../index/database.ts';
import { PACK } from './packed-column.ts';
import { COLUMNS, FIELDS, latin1Text } from './summary-text.ts';

/** The texts of a message's fields, in the order of FIELDS. */
export type Texts = readonly string[];

const LISTED = 'blob IN (SELECT value FROM json_each(?))';

/** Summaries a row each: the latest, until there are enough of a pack, and those too large for one. */
export class LooseRows {
  readonly #insert: Statement;
  readonly #present: Statement;
  readonly #ofPack: Statement;
  readonly #countOfPack: Statement;
  readonly #delete: Statement;
  readonly #database: Database;
  readonly #reads = new Map<string, Statement>();

  static create(database: Database): void {
    const columns = FIELDS.map((field) => `${COLUMNS[field]} BLOB NOT NULL`).join(', ');
    database.exec(`CREATE TABLE summary (blob INTEGER PRIMARY KEY, octets INTEGER NOT NULL, ${columns})`);
  }

  constructor(database: Database) {
    const columns = FIELDS.map((field) => COLUMNS[field]).join(', ');
    const ofPack = `blob >= ? AND blob < ? AND octets <= ${storeLimits.packedSummary}`;
    this.#insert = database.prepare(
      `INSERT OR REPLACE INTO summary VALUES (?, ?, ${FIELDS.map(() => '?').join(', ')})`,
    );
    this.#present = database.prepare(`SELECT blob FROM summary WHERE ${LISTED}`);
    this.#ofPack = database.prepare(`SELECT blob, ${columns} FROM summary WHERE ${ofPack}`);
    this.#countOfPack = database.prepare(`SELECT count(*) FROM summary WHERE ${ofPack}`);
    this.#delete = database.prepare(`DELETE FROM summary WHERE ${LISTED}`);
    this.#database = database;
  }

  insert(blob: number, texts: Texts): void {
    this.#insert.run(blob, sizeOf(texts), ...texts.map((text) => Buffer.from(text, 'latin1')));
  }

  /** Those of the blobs that are here. */
  present(blobs: readonly number[]): number[] {
    return this.#present.all(JSON.stringify(blobs)).map((row) => Number(row[0]));
  }

  /** Texts are those of `fields`, in their order. */
  read(blobs: readonly number[], fields: readonly SummaryField[]): Map<number, Texts> {
    const columns = fields.map((field) => COLUMNS[field]).join(', ');
    let read = this.#reads.get(columns);
    if (!read) {
      read = this.#database.prepare(`SELECT blob, ${columns} FROM summary WHERE ${LISTED}`);
      this.#reads.set(columns, read);
    }
    return new Map(read.all(JSON.stringify(blobs)).map(entry));
  }

  /** Those that may go into a pack. */
  ofPack(pack: number): Map<number, Texts> {
    return new Map(this.#ofPack.all(pack * PACK, (pack + 1) * PACK).map(entry));
  }

  countOfPack(pack: number): number {
    return Number(this.#countOfPack.get(pack * PACK, (pack + 1) * PACK)![0]);
  }

  delete(blobs: readonly number[]): void {
    if (blobs.length > 0) this.#delete.run(JSON.stringify(blobs));
  }
}

/** Whether a summary is small enough for a pack: one of a monstrous message must not make its neighbours slow. */
export function isPackable(texts: Texts): boolean {
  return sizeOf(texts) <= storeLimits.packedSummary;
}

function sizeOf(texts: Texts): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function entry([blob, ...octets]: readonly Value[]): [number, Texts] {
  return [Number(blob), octets.map((one) => latin1Text(one as Uint8Array))];
}
