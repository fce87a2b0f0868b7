import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { storeLimits } from '../../base/limits.ts';
import type { MessageSummary, SummaryField } from '../../mail/summary.ts';
import { Database } from '../index/database.ts';
import { isPackable, LooseRows, type Texts } from './loose-rows.ts';
import { KeptPacks, type PackCache } from './pack-cache.ts';
import { PACK, type Packed, PackedColumn, packOf } from './packed-column.ts';
import { FIELDS, fieldOf, textOf } from './summary-text.ts';

/**
 * Raised whenever summarise() or the tables change: what an older program computed is thrown away and computed anew.
 */
const VERSION = 6;

/** A row of a pack's field is some dozens of kilobytes: fewer pages to find one after the other. */
const PAGE_SIZE = 16_384;
/** The -wal file is copied into the database when it has so many: 4 MiB. */
const WAL_PAGES = 256;

export interface StoredSummary {
  readonly blob: number;
  readonly summary: MessageSummary;
}

/**
 * views.db: summaries by blob. A file of its own beside index.db, because it can be computed again: it must not make a
 * commit longer, needs no flush, and can be thrown away whenever it looks wrong. The maintenance thread writes it, the
 * engine reads it.
 *
 * Neighbouring messages are packed, a field of all of them in one row: a client that lists 10,000 messages costs some
 * dozens of rows. The latest messages have rows of their own until there are enough of them.
 */
export class ViewsDatabase {
  readonly #database: Database;
  readonly #rows: LooseRows;
  readonly #columns: Readonly<Record<SummaryField, PackedColumn>>;

  readonly #kept: KeptPacks | undefined;

  private constructor(database: Database, cache?: PackCache) {
    this.#database = database;
    this.#kept = cache && new KeptPacks(cache, database);
    this.#rows = new LooseRows(database);
    this.#columns = Object.fromEntries(FIELDS.map((field) => [field, new PackedColumn(database, field)])) as Record<
      SummaryField,
      PackedColumn
    >;
  }

  /** Makes the file, or makes it anew when it is of another version or broken. */
  static forWriting(folder: string): ViewsDatabase {
    const existing = ViewsDatabase.#tryOpen(folder, false);
    if (existing) return existing;
    removeViews(folder);
    const database = new Database(viewsPath(folder), { pageSize: PAGE_SIZE });
    try {
      database.transaction(() => create(database));
      return ViewsDatabase.#prepared(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Undefined when there is none that could be read. */
  static forReading(folder: string, cache?: PackCache): ViewsDatabase | undefined {
    return ViewsDatabase.#tryOpen(folder, true, cache);
  }

  static #tryOpen(folder: string, readOnly: boolean, cache?: PackCache): ViewsDatabase | undefined {
    let database: Database | undefined;
    try {
      database = new Database(viewsPath(folder), { readOnly });
      const version = Number(database.prepare('PRAGMA user_version').get()![0]);
      if (version === VERSION) return ViewsDatabase.#prepared(database, cache);
    } catch {
      // Not made yet, being made anew, or left in pieces by a power cut.
    }
    database?.close();
    return undefined;
  }

  static #prepared(database: Database, cache?: PackCache): ViewsDatabase {
    database.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
    return new ViewsDatabase(database, cache);
  }

  /** Those of the blobs that have no summary. */
  missing(blobs: readonly number[]): Set<number> {
    const missing = new Set(blobs);
    for (const blob of this.#rows.present(blobs)) missing.delete(blob);
    const sorted = [...missing].sort((a, b) => a - b);
    this.#readPacked(sorted, ['envelope'], (index) => missing.delete(sorted[index]!));
    return missing;
  }

  /** Summaries that are `missing`. */
  insert(summaries: readonly StoredSummary[]): void {
    this.#database.transaction(() => {
      const packs = Map.groupBy(summaries, ({ blob }) => packOf(blob));
      for (const [pack, some] of packs) this.#insertInto(pack, some);
    });
  }

  delete(blobs: readonly number[]): void {
    this.#database.transaction(() => {
      this.#rows.delete(blobs);
      for (const [pack, some] of Map.groupBy(blobs, packOf)) this.#deleteFrom(pack, some);
    });
  }

  /**
   * Calls `found` for each of the blobs that has a summary, in whatever order, with its index among them and the
   * fields asked for.
   * @param blobs ascending, each once
   */
  read<Field extends SummaryField>(
    blobs: readonly number[],
    fields: readonly Field[],
    found: (index: number, summary: Pick<MessageSummary, Field>) => void,
  ): void {
    const loose: number[] = [];
    let next = 0;
    this.#readPacked(blobs, fields, (index, summary) => {
      while (next < index) loose.push(next++);
      next = index + 1;
      found(index, summary);
    });
    while (next < blobs.length) loose.push(next++);
    if (loose.length > 0) this.#readLoose(blobs, loose, fields, found);
  }

  close(): void {
    this.#kept?.clear();
    this.#database.close();
  }

  /** In ascending order. */
  #readPacked<Field extends SummaryField>(
    blobs: readonly number[],
    fields: readonly Field[],
    found: (index: number, summary: Pick<MessageSummary, Field>) => void,
  ): void {
    if (blobs.length === 0) return;
    this.#kept?.refresh();
    const packs = packsOf(blobs);
    const columns = fields.map((field) => ({ field, packs: this.#columns[field].read(packs, this.#kept) }));
    let pack = -1;
    let open: { field: Field; packed: Packed }[] | undefined;
    for (const [index, blob] of blobs.entries()) {
      if (packOf(blob) !== pack) {
        pack = packOf(blob);
        open = openPack(columns, pack);
      }
      const summary = open && summaryIn(open, blob - pack * PACK);
      if (summary) found(index, summary);
    }
  }

  #readLoose<Field extends SummaryField>(
    blobs: readonly number[],
    indexes: readonly number[],
    fields: readonly Field[],
    found: (index: number, summary: Pick<MessageSummary, Field>) => void,
  ): void {
    const rows = this.#rows.read(
      indexes.map((index) => blobs[index]!),
      fields,
    );
    for (const index of indexes) {
      const texts = rows.get(blobs[index]!);
      if (!texts) continue;
      const summary: Partial<Record<SummaryField, unknown>> = {};
      for (const [i, field] of fields.entries()) summary[field] = fieldOf(field, texts[i]!);
      found(index, summary as Pick<MessageSummary, Field>);
    }
  }

  /** Puts messages of a pack into it, with those that wait, when they are enough to be worth writing it. */
  #insertInto(pack: number, summaries: readonly StoredSummary[]): void {
    const small = new Map<number, Texts>();
    for (const { blob, summary } of summaries) {
      const texts = FIELDS.map((field) => textOf(summary, field));
      if (isPackable(texts)) small.set(blob, texts);
      else this.#rows.insert(blob, texts);
    }
    if (small.size + this.#rows.countOfPack(pack) >= storeLimits.summariesToPack) this.#pack(pack, small);
    else for (const [blob, texts] of small) this.#rows.insert(blob, texts);
  }

  #pack(pack: number, small: ReadonlyMap<number, Texts>): void {
    const waiting = this.#rows.ofPack(pack);
    const added = [...waiting, ...small];
    for (const [i, field] of FIELDS.entries()) {
      const texts = this.#textsOf(pack, field);
      for (const [blob, some] of added) texts[blob - pack * PACK] = some[i];
      this.#columns[field].write(pack, texts);
    }
    this.#rows.delete([...waiting.keys()]);
  }

  #deleteFrom(pack: number, blobs: readonly number[]): void {
    for (const field of FIELDS) {
      const texts = this.#textsOf(pack, field);
      for (const blob of blobs) texts[blob - pack * PACK] = undefined;
      if (texts.every((text) => text === undefined)) this.#columns[field].delete(pack);
      else this.#columns[field].write(pack, texts);
    }
  }

  /** By slot. */
  #textsOf(pack: number, field: SummaryField): (string | undefined)[] {
    return this.#columns[field].read([pack]).get(pack)?.texts() ?? new Array<undefined>(PACK).fill(undefined);
  }
}

export function viewsPath(folder: string): string {
  return join(folder, 'views.db');
}

/** Throws the summaries of an account away; they will be computed again. */
export function removeViews(folder: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(viewsPath(folder) + suffix, { force: true });
}

function create(database: Database): void {
  LooseRows.create(database);
  for (const field of FIELDS) PackedColumn.create(database, field);
  database.exec(`PRAGMA user_version = ${VERSION}`);
}

/** @param blobs ascending */
function packsOf(blobs: readonly number[]): number[] {
  const packs: number[] = [];
  let last = -1;
  for (const blob of blobs) {
    const pack = packOf(blob);
    if (pack !== last) packs.push(pack);
    last = pack;
  }
  return packs;
}

function openPack<Field extends SummaryField>(
  columns: readonly { readonly field: Field; readonly packs: ReadonlyMap<number, Packed> }[],
  pack: number,
): { field: Field; packed: Packed }[] | undefined {
  const open: { field: Field; packed: Packed }[] = [];
  for (const { field, packs } of columns) {
    const packed = packs.get(pack);
    if (!packed) return undefined;
    open.push({ field, packed });
  }
  return open;
}

/** Undefined when the message is not in the pack. */
function summaryIn<Field extends SummaryField>(
  open: readonly { readonly field: Field; readonly packed: Packed }[],
  slot: number,
): Pick<MessageSummary, Field> | undefined {
  const summary: Partial<Record<SummaryField, unknown>> = {};
  for (const { field, packed } of open) {
    const text = packed.text(slot);
    if (text === undefined) return undefined;
    summary[field] = fieldOf(field, text);
  }
  return summary as Pick<MessageSummary, Field>;
}
