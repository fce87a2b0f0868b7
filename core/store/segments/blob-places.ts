import { storeLimits } from '../../base/limits.ts';
import type { BlobRow, BlobTable } from '../index/blob-table.ts';

/** A page of neighbouring blob ids. Segment 0: there is no such blob. */
interface Page {
  readonly segment: Uint32Array;
  readonly offset: Float64Array;
  readonly size: Float64Array;
}

const PAGE = storeLimits.placesPerPage;

/**
 * Where blobs lie, remembered. Messages that came after each other have neighbouring ids, so a page of them answers for
 * most of a FETCH; nothing here needs patching in mailboxes when compaction moves records.
 */
export class BlobPlaces {
  readonly #table: BlobTable;
  /** The longest unused first. */
  readonly #pages = new Map<number, Page>();

  constructor(table: BlobTable) {
    this.#table = table;
  }

  find(blob: number): BlobRow | undefined {
    const page = this.#page(Math.floor(blob / PAGE));
    const i = blob % PAGE;
    if (page.segment[i] === 0) return undefined;
    return { id: blob, segment: page.segment[i]!, offset: page.offset[i]!, size: page.size[i]! };
  }

  /** A row was inserted or moved. */
  set(row: BlobRow): void {
    const page = this.#pages.get(Math.floor(row.id / PAGE));
    if (page) put(page, row);
  }

  /** Rows changed in the table; they will be read again. */
  forgetAll(): void {
    this.#pages.clear();
  }

  #page(number: number): Page {
    const known = this.#pages.get(number);
    const page = known ?? this.#read(number);
    // Back to the end of the order. Pages in a row are asked in runs, so this is rare enough to cost nothing.
    this.#pages.delete(number);
    this.#pages.set(number, page);
    if (this.#pages.size > storeLimits.placePages) this.#pages.delete(this.#pages.keys().next().value!);
    return page;
  }

  #read(number: number): Page {
    const page = { segment: new Uint32Array(PAGE), offset: new Float64Array(PAGE), size: new Float64Array(PAGE) };
    for (const row of this.#table.range(number * PAGE, (number + 1) * PAGE)) put(page, row);
    return page;
  }
}

function put(page: Page, row: BlobRow): void {
  const i = row.id % PAGE;
  page.segment[i] = row.segment;
  page.offset[i] = row.offset;
  page.size[i] = row.size;
}
