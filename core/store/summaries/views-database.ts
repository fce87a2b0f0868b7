import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MessageSummary, SummaryField } from '../../mail/summary.ts';
import { Database, type Statement } from '../index/database.ts';
import { decodeLayout, encodeLayout } from './layout-code.ts';

/**
 * Raised whenever summarise() or the table changes: what an older program computed is thrown away and computed anew.
 */
const VERSION = 1;

/** Columns by field. What clients list most often comes first: SQLite reads a row from its beginning. */
const COLUMNS = {
  envelope: 'envelope',
  listedFields: 'listed_fields',
  bodyStructure: 'body_structure',
  body: 'body',
  parts: 'parts',
} as const satisfies Record<SummaryField, string>;
const FIELDS = Object.keys(COLUMNS) as SummaryField[];

export interface StoredSummary {
  readonly blob: number;
  readonly summary: MessageSummary;
}

/**
 * views.db: summaries by blob. A file of its own beside index.db, because it can be computed again: it must not make a
 * commit longer, needs no flush, and can be thrown away whenever it looks wrong. The maintenance thread writes it, the
 * engine reads it.
 */
export class ViewsDatabase {
  readonly #database: Database;
  readonly #queries = new Map<string, { readonly range: Statement; readonly list: Statement }>();

  private constructor(database: Database) {
    this.#database = database;
  }

  /** Makes the file, or makes it anew when it is of another version or broken. */
  static forWriting(folder: string): ViewsDatabase {
    const existing = ViewsDatabase.#tryOpen(folder, false);
    if (existing) return existing;
    removeViews(folder);
    const views = new ViewsDatabase(new Database(viewsPath(folder)));
    views.#create();
    return views;
  }

  /** Undefined when there is none that could be read. */
  static forReading(folder: string): ViewsDatabase | undefined {
    return ViewsDatabase.#tryOpen(folder, true);
  }

  static #tryOpen(folder: string, readOnly: boolean): ViewsDatabase | undefined {
    try {
      const views = new ViewsDatabase(new Database(viewsPath(folder), { readOnly }));
      if (views.#version() === VERSION) return views;
      views.close();
    } catch {
      // Not made yet, being made anew, or left in pieces by a power cut.
    }
    return undefined;
  }

  /** Those of the blobs that have no summary. */
  missing(blobs: readonly number[]): Set<number> {
    const query = this.#database.prepare('SELECT blob FROM summary WHERE blob IN (SELECT value FROM json_each(?))');
    const missing = new Set(blobs);
    for (const row of query.all(JSON.stringify(blobs))) missing.delete(Number(row[0]));
    return missing;
  }

  insert(summaries: readonly StoredSummary[]): void {
    const places = FIELDS.map(() => '?').join(', ');
    const insert = this.#database.prepare(`INSERT OR REPLACE INTO summary VALUES (?, ${places})`);
    this.#database.transaction(() => {
      for (const { blob, summary } of summaries) insert.run(blob, ...FIELDS.map((field) => encode(summary, field)));
    });
  }

  delete(blobs: readonly number[]): void {
    const statement = this.#database.prepare('DELETE FROM summary WHERE blob IN (SELECT value FROM json_each(?))');
    statement.run(JSON.stringify(blobs));
  }

  /** Calls `found` for each of the blobs that has a summary, with the fields asked for. `blobs` ascending. */
  read<Field extends SummaryField>(
    blobs: readonly number[],
    fields: readonly Field[],
    found: (blob: number, summary: Pick<MessageSummary, Field>) => void,
  ): void {
    if (blobs.length === 0) return;
    const { range, list } = this.#query(fields);
    const first = blobs[0]!;
    const last = blobs.at(-1)!;
    const dense = last - first < blobs.length * 1.5;
    const row = dense ? range.get(first, last) : list.get(JSON.stringify(blobs));
    unpack(row!, fields, found);
  }

  close(): void {
    this.#database.close();
  }

  #version(): number {
    return Number(this.#database.prepare('PRAGMA user_version').get()![0]);
  }

  #create(): void {
    const columns = FIELDS.map((field) => `${COLUMNS[field]} BLOB NOT NULL`).join(', ');
    this.#database.exec(`CREATE TABLE summary (blob INTEGER PRIMARY KEY, ${columns})`);
    this.#database.exec(`PRAGMA user_version = ${VERSION}; PRAGMA wal_autocheckpoint = 1000`);
  }

  /** All rows as one: a column of ids, and for each field a column of lengths and the values glued together. */
  #query(fields: readonly SummaryField[]) {
    const key = fields.join();
    const known = this.#queries.get(key);
    if (known) return known;
    const columns = fields.map((field) => COLUMNS[field]);
    const glued = columns.map((name) => `group_concat(length(${name})), CAST(group_concat(${name}, '') AS BLOB)`);
    const select = (where: string) =>
      this.#database.prepare(`SELECT group_concat(blob), ${glued.join(', ')}
        FROM (SELECT blob, ${columns.join(', ')} FROM summary WHERE ${where} ORDER BY blob)`);
    const query = {
      range: select('blob BETWEEN ? AND ?'),
      list: select('blob IN (SELECT value FROM json_each(?))'),
    };
    this.#queries.set(key, query);
    return query;
  }
}

export function viewsPath(folder: string): string {
  return join(folder, 'views.db');
}

/** Throws the summaries of an account away; they will be computed again. */
export function removeViews(folder: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(viewsPath(folder) + suffix, { force: true });
}

/** Protocol text is octets as latin1; as TEXT it would grow on the way through UTF-8. */
function encode(summary: MessageSummary, field: SummaryField): Uint8Array {
  if (field === 'parts') return Buffer.from(encodeLayout(summary.parts));
  return Buffer.from(summary[field], 'latin1');
}

function unpack<Field extends SummaryField>(
  row: readonly unknown[],
  fields: readonly Field[],
  found: (blob: number, summary: Pick<MessageSummary, Field>) => void,
): void {
  if (row[0] === null) return;
  const blobs: number[] = JSON.parse(`[${row[0]}]`);
  const columns = fields.map((field, i) => ({
    field,
    lengths: JSON.parse(`[${row[1 + 2 * i]}]`) as number[],
    bytes: asBuffer(row[2 + 2 * i] as Uint8Array),
    at: 0,
  }));
  for (const [i, blob] of blobs.entries()) {
    const summary: Partial<Record<SummaryField, unknown>> = {};
    for (const column of columns) {
      const end = column.at + column.lengths[i]!;
      summary[column.field] = decode(column.field, column.bytes, column.at, end);
      column.at = end;
    }
    found(blob, summary as Pick<MessageSummary, Field>);
  }
}

function decode(field: SummaryField, bytes: Buffer, start: number, end: number): unknown {
  return field === 'parts' ? decodeLayout(bytes.toString('utf8', start, end)) : bytes.toString('latin1', start, end);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
