import type { Database, Statement } from '../index/database.ts';
import type { Packed } from './packed-column.ts';

/** Packs in memory, of all accounts together; the longest unused go first. */
export class PackCache {
  readonly #limit: number;
  readonly #packs = new Map<string, Packed>();
  #octets = 0;
  #names = 0;

  /** @param limit in octets */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What is taken of the limit. */
  get octets(): number {
    return this.#octets;
  }

  /** A name that nobody else has, for the keys of one account. */
  takeName(): string {
    return String(this.#names++);
  }

  get(key: string): Packed | undefined {
    const found = this.#packs.get(key);
    if (!found) return undefined;
    this.#packs.delete(key);
    this.#packs.set(key, found);
    return found;
  }

  put(key: string, pack: Packed): void {
    this.delete(key);
    this.#packs.set(key, pack);
    this.#octets += pack.octets;
    for (const oldest of this.#packs.keys()) {
      if (this.#octets <= this.#limit) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const found = this.#packs.get(key);
    if (!found) return;
    this.#octets -= found.octets;
    this.#packs.delete(key);
  }
}

/** The packs of one account in the cache; thrown away when somebody has written to the file. */
export class KeptPacks {
  readonly #cache: PackCache;
  readonly #version: Statement;
  readonly #name: string;
  readonly #keys = new Set<string>();
  #seen: unknown;

  constructor(cache: PackCache, database: Database) {
    this.#cache = cache;
    this.#name = cache.takeName();
    this.#version = database.prepare('PRAGMA data_version');
  }

  /** To be called before others are: makes sure that what is kept is what is in the file. */
  refresh(): void {
    const [version] = this.#version.get()!;
    if (version !== this.#seen) this.clear();
    this.#seen = version;
  }

  get(table: string, pack: number): Packed | undefined {
    return this.#cache.get(this.#key(table, pack));
  }

  put(table: string, pack: number, packed: Packed): void {
    const key = this.#key(table, pack);
    this.#keys.add(key);
    this.#cache.put(key, packed);
  }

  clear(): void {
    for (const key of this.#keys) this.#cache.delete(key);
    this.#keys.clear();
  }

  #key(table: string, pack: number): string {
    return `${this.#name} ${table} ${pack}`;
  }
}
