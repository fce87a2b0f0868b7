/** Inclusive range of numbers; `Infinity` stands for `*` (the largest number in use). Ends may come in either order. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** A `sequence-set` of RFC 9051 section 9, as it was written. */
export type NumberSet = readonly NumberRange[];
