import { windowLimits } from '../limits.ts';

/** What is shown of a long list. */
export interface FirstRows<Row> {
  readonly rows: readonly Row[];
  /** How many there are that fit the filter. */
  readonly found: number;
}

/** The first rows in an order, of those in which a text occurs in whatever case. All are searched, not the shown ones. */
export function firstRows<Row>(
  all: readonly Row[],
  filter: string,
  textOf: (row: Row) => string,
  order?: (one: Row, other: Row) => number,
): FirstRows<Row> {
  const wanted = filter.trim().toLowerCase();
  const found = wanted === '' ? all : all.filter((row) => textOf(row).toLowerCase().includes(wanted));
  const sorted = order === undefined ? found : found.toSorted(order);
  return { rows: sorted.slice(0, windowLimits.listRows), found: found.length };
}
