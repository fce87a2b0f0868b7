import type { SummaryField } from '../../mail/summary.ts';
import type { Database, Statement, Value } from '../index/database.ts';
import type { KeptPacks } from './pack-cache.ts';
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
  /** By slot: where its text begins. */
  readonly #starts = new Uint32Array(PACK);
  readonly #text: string;

  constructor(lengths: Uint8Array, octets: Uint8Array) {
    // A copy: what SQLite hands over need not begin where numbers may.
    this.#lengths = new Uint32Array(lengths.slice().buffer);
    this.#text = latin1Text(octets);
    for (let slot = 0, at = 0; slot < PACK; slot++) {
      this.#starts[slot] = at;
      at += Math.max(0, this.#lengths[slot]! - 1);
    }
  }

  /** What it takes in memory. */
  get octets(): number {
    return this.#text.length + 8 * PACK;
  }

  /** Undefined where there is no message. */
  text(slot: number): string | undefined {
    const length = this.#lengths[slot]!;
    if (length === 0) return undefined;
    const start = this.#starts[slot]!;
    return this.#text.slice(start, start + length - 1);
  }

  /** All of them, by slot. */
  texts(): (string | undefined)[] {
    return Array.from({ length: PACK }, (_, slot) => this.text(slot));
  }
}

/** A field of all packs. A table each, so that a FETCH reads nothing but what it asks for. */
export class PackedColumn {
  readonly #table: string;
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
    this.#table = table;
    this.#range = database.prepare(`SELECT pack, lengths, octets FROM ${table} WHERE pack BETWEEN ? AND ?`);
    this.#list = database.prepare(
      `SELECT pack, lengths, octets FROM ${table} WHERE pack IN (SELECT value FROM json_each(?))`,
    );
    this.#write = database.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?)`);
    this.#delete = database.prepare(`DELETE FROM ${table} WHERE pack = ?`);
  }

  /** Those of the packs (ascending, each once) that are there. */
  read(packs: readonly number[], kept?: KeptPacks): Map<number, Packed> {
    const found = new Map<number, Packed>();
    const missing: number[] = [];
    for (const pack of packs) {
      const packed = kept?.get(this.#table, pack);
      if (packed) found.set(pack, packed);
      else missing.push(pack);
    }
    for (const [number, lengths, octets] of this.#rows(missing)) {
      const pack = Number(number);
      const packed = new Packed(lengths as Uint8Array, octets as Uint8Array);
      found.set(pack, packed);
      kept?.put(this.#table, pack, packed);
    }
    return found;
  }

  #rows(packs: readonly number[]): (readonly Value[])[] {
    const first = packs[0];
    if (first === undefined) return [];
    const last = packs.at(-1)!;
    return last - first < packs.length ? this.#range.all(first, last) : this.#list.all(JSON.stringify(packs));
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
