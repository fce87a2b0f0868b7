import { FITS, FITS_NOT } from '../search-tasks.ts';

/** The messages a search asks about, and what is known of them so far. */
export class Asked {
  /** UNKNOWN, FITS_NOT or FITS, in the order of the blobs. */
  readonly verdicts: Uint8Array;
  readonly #blobs: Float64Array;

  /** @param blobs ascending, one at least. */
  constructor(blobs: Float64Array) {
    this.#blobs = blobs;
    this.verdicts = new Uint8Array(blobs.length);
  }

  get first(): number {
    return this.#blobs[0]!;
  }

  get last(): number {
    return this.#blobs.at(-1)!;
  }

  /** Which of the ids (ascending) are asked about: pairs of an index into `ids` and a place for `say`. */
  among(ids: Float64Array): { readonly i: number; readonly place: number }[] {
    const found: { i: number; place: number }[] = [];
    let place = this.#lowerBound(ids[0]!);
    for (let i = 0; i < ids.length; i++) {
      while (place < this.#blobs.length && this.#blobs[place]! < ids[i]!) place++;
      if (this.#blobs[place] === ids[i]) found.push({ i, place });
    }
    return found;
  }

  say(place: number, fits: boolean): void {
    this.verdicts[place] = fits ? FITS : FITS_NOT;
  }

  /** The place of the first blob that is not below `id`. */
  #lowerBound(id: number): number {
    let low = 0;
    let high = this.#blobs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#blobs[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
