import type { Database, Statement } from './database.ts';

/** Where the content of a blob lies. Every message record in a segment has a row here, also when no message refers to it. */
export interface BlobRow {
  readonly id: number;
  readonly segment: number;
  /** Of the record's header in the segment. */
  readonly offset: number;
  /** Octets of content. */
  readonly size: number;
}

export class BlobTable {
  readonly #insert: Statement;
  readonly #range: Statement;
  readonly #ofSegment: Statement;
  readonly #highest: Statement;
  readonly #move: Statement;
  readonly #delete: Statement;

  constructor(database: Database) {
    this.#insert = database.prepare('INSERT INTO blob VALUES (?, ?, ?, ?)');
    this.#range = database.prepare('SELECT id, segment, offset, size FROM blob WHERE id >= ? AND id < ?');
    this.#ofSegment = database.prepare('SELECT id, segment, offset, size FROM blob WHERE segment = ? ORDER BY offset');
    this.#highest = database.prepare('SELECT max(id) FROM blob');
    this.#move = database.prepare('UPDATE blob SET segment = ?, offset = ? WHERE id = ?');
    this.#delete = database.prepare('DELETE FROM blob WHERE id = ?');
  }

  insert(row: BlobRow): void {
    this.#insert.run(row.id, row.segment, row.offset, row.size);
  }

  /** Rows with from <= id < to, ascending. */
  range(from: number, to: number): BlobRow[] {
    return this.#range.all(from, to).map(asRow);
  }

  find(id: number): BlobRow | undefined {
    return this.range(id, id + 1)[0];
  }

  /** Rows of a segment in the order of the file. */
  ofSegment(segment: number): BlobRow[] {
    return this.#ofSegment.all(segment).map(asRow);
  }

  /** 0 when there is none. */
  highest(): number {
    return Number(this.#highest.get()![0] ?? 0);
  }

  move(id: number, segment: number, offset: number): void {
    this.#move.run(segment, offset, id);
  }

  delete(id: number): void {
    this.#delete.run(id);
  }
}

function asRow([id, segment, offset, size]: readonly unknown[]): BlobRow {
  return { id: Number(id), segment: Number(segment), offset: Number(offset), size: Number(size) };
}
