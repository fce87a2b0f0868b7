import type { SummaryField } from '../../mail/summary.ts';
import type { Database, Statement } from '../index/database.ts';
import { COLUMNS, latin1Text } from './summary-text.ts';

/**
 * Blobs of a pack: those with ids [pack * PACK, pack * PACK + PACK). Some dozens of kilobytes of each field, which is what a
 * FETCH of many messages reads at once. Part of the file's format.
 */
export const PACK = 128;

export function packOf(blob: number): number {
  return Math.floor(blob / PACK);
}

/** One field of the messages of a pack. */
export class Packed {
  /** By slot: the length of the text and one more, 0 where there is no message. */
  readonly #lengths: Uint32Array;
  readonly #text: string;
  /** Where the walk through the slots is, and where its text begins. */
  #slot = 0;
  #at = 0;

  constructor(lengths: Uint8Array, octets: Uint8Array) {
    // A copy: what SQLite hands over need not begin where numbers may.
    this.#lengths = new Uint32Array(lengths.slice().buffer);
    this.#text = latin1Text(octets);
  }

  /** The text of a slot, undefined where there is no message. Slots are to be asked for in ascending order. */
  next(slot: number): string | undefined {
    while (this.#slot < slot) this.#at += Math.max(0, this.#lengths[this.#slot++]! - 1);
    const length = this.#lengths[slot]!;
    return length === 0 ? undefined : this.#text.slice(this.#at, this.#at + length - 1);
  }

  /** All of them, by slot. */
  texts(): (string | undefined)[] {
    return Array.from({ length: PACK }, (_, slot) => this.next(slot));
  }
}

/** A field of all packs. A table each, so that a FETCH reads nothing but what it asks for. */
export class PackedColumn {
  readonly #range: Statement;
  readonly #list: Statement;
  readonly #write: Statement;
  readonly #delete: Statement;

  static create(database: Database, field: SummaryField): void {
    database.exec(
      `CREATE TABLE ${tableOf(field)} (pack INTEGER PRIMARY KEY, lengths BLOB NOT NULL, octets BLOB NOT NULL)`,
    );
  }

  constructor(database: Database, field: SummaryField) {
    const table = tableOf(field);
    this.#range = database.prepare(`SELECT pack, lengths, octets FROM ${table} WHERE pack BETWEEN ? AND ?`);
    this.#list = database.prepare(
      `SELECT pack, lengths, octets FROM ${table} WHERE pack IN (SELECT value FROM json_each(?))`,
    );
    this.#write = database.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?)`);
    this.#delete = database.prepare(`DELETE FROM ${table} WHERE pack = ?`);
  }

  /** Those of the packs (ascending, each once) that are there. */
  read(packs: readonly number[]): Map<number, Packed> {
    const first = packs[0]!;
    const last = packs.at(-1)!;
    const dense = last - first < packs.length;
    const rows = dense ? this.#range.all(first, last) : this.#list.all(JSON.stringify(packs));
    return new Map(
      rows.map(([pack, lengths, octets]) => [Number(pack), new Packed(lengths as Uint8Array, octets as Uint8Array)]),
    );
  }

  /** @param texts by slot */
  write(pack: number, texts: readonly (string | undefined)[]): void {
    const lengths = Uint32Array.from({ length: PACK }, (_, slot) => (texts[slot]?.length ?? -1) + 1);
    this.#write.run(pack, new Uint8Array(lengths.buffer), Buffer.from(texts.join(''), 'latin1'));
  }

  delete(pack: number): void {
    this.#delete.run(pack);
  }
}

function tableOf(field: SummaryField): string {
  return `packed_${COLUMNS[field]}`;
}
