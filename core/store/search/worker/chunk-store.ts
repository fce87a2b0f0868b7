import type { Database, Statement } from '../../index/database.ts';
import { type ChunkPlace, decodePlaces, encodePlaces, SIGNATURES, type SignedBlock, sliced } from './chunk.ts';
import { seal, unseal } from './sealed.ts';
import { SLICES } from './signature.ts';

/** The chunks of search.db: the signatures of blocks that will not change any more, slice by slice. */
export class ChunkStore {
  readonly #chunk: Record<'all' | 'highest' | 'put' | 'remove', Statement>;
  readonly #slice: Record<'get' | 'put' | 'remove', Statement>;
  #places: Map<number, ChunkPlace> | undefined;

  static create(database: Database): void {
    database.exec('CREATE TABLE chunk (id INTEGER PRIMARY KEY, blocks BLOB NOT NULL)');
    database.exec('CREATE TABLE slice (id INTEGER PRIMARY KEY, octets BLOB NOT NULL)');
  }

  constructor(database: Database) {
    this.#chunk = {
      all: database.prepare('SELECT id, blocks FROM chunk'),
      highest: database.prepare('SELECT max(id) FROM chunk'),
      put: database.prepare('INSERT OR REPLACE INTO chunk VALUES (?, ?)'),
      remove: database.prepare('DELETE FROM chunk WHERE id = ?'),
    };
    this.#slice = {
      get: database.prepare('SELECT octets FROM slice WHERE id = ?'),
      put: database.prepare('INSERT INTO slice VALUES (?, ?)'),
      remove: database.prepare('DELETE FROM slice WHERE id >= ? AND id < ?'),
    };
  }

  /** Undefined for a block that still has its signatures for itself. @throws BrokenIndex */
  placeOf(block: number): ChunkPlace | undefined {
    this.#places ??= new Map(this.#all().flatMap(({ blocks }) => blocks));
    return this.#places.get(block);
  }

  /** One slice of one signature of all messages of a chunk. @throws BrokenIndex */
  slice(chunk: number, which: number, slice: number): Buffer {
    const id = sliceId(chunk, which, slice);
    return unseal(this.#slice.get.get(id)?.[0], id);
  }

  put(blocks: readonly SignedBlock[]): void {
    const chunk = Number(this.#chunk.highest.get()?.[0] ?? 0) + 1;
    const { slices, places } = sliced(blocks);
    this.#write(
      chunk,
      blocks.map(({ block }) => block.id),
      places,
    );
    for (const [which, all] of slices.entries()) {
      for (const [slice, octets] of all.entries()) {
        const id = sliceId(chunk, which, slice);
        this.#slice.put.run(id, seal(octets, id));
      }
    }
  }

  /** A block is gone. Its number may be used again. A chunk goes with the last of its blocks. */
  remove(block: number): void {
    const place = this.placeOf(block);
    if (!place) return;
    const { blocks } = this.#all().find(({ id }) => id === place.chunk)!;
    const left = blocks.map(([id]) => (id === block ? 0 : id));
    if (left.some((id) => id > 0)) {
      const places = blocks.map(([, { starts }]) => starts);
      this.#write(place.chunk, left, places);
    } else {
      this.#chunk.remove.run(place.chunk);
      this.#slice.remove.run(sliceId(place.chunk, 0, 0), sliceId(place.chunk + 1, 0, 0));
      this.forget();
    }
  }

  /** Chunks of which most is gone: the blocks that are left. */
  sparse(): number[] {
    return this.#all()
      .map(({ blocks }) => ({ count: blocks.length, left: blocks.map(([id]) => id).filter((id) => id > 0) }))
      .filter(({ count, left }) => left.length * 2 < count)
      .flatMap(({ left }) => left);
  }

  /** What is kept in memory may not be what the file has any more. */
  forget(): void {
    this.#places = undefined;
  }

  #all() {
    return this.#chunk.all.all().map(([key, octets]) => {
      const id = Number(key);
      return { id, blocks: decodePlaces(id, unseal(octets, id)) };
    });
  }

  #write(chunk: number, blocks: readonly number[], places: readonly (readonly number[])[]): void {
    this.#chunk.put.run(chunk, seal(encodePlaces(blocks, places), chunk));
    this.forget();
  }
}

function sliceId(chunk: number, which: number, slice: number): number {
  return (chunk * SIGNATURES.length + which) * SLICES + slice;
}
