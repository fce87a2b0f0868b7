import type { ListColumn } from './types.ts';

/** By which column a list is sorted. */
export interface ListOrder {
  readonly column: string;
  readonly descending: boolean;
}

/** The rows that contain the text in any column. */
export function filteredRows<Row>(
  rows: readonly Row[],
  columns: readonly ListColumn<Row>[],
  filter: string,
): readonly Row[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return rows;
  return rows.filter((row) => columns.some(({ value }) => String(value(row)).toLowerCase().includes(wanted)));
}

/** In the order of a column: numbers by size, words as people sort them. Without an order they stay as they came. */
export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly ListColumn<Row>[],
  order: ListOrder | undefined,
): readonly Row[] {
  const column = columns.find(({ id }) => id === order?.column);
  if (column === undefined || order === undefined) return rows;
  const collator = new Intl.Collator(undefined, { numeric: true });
  const direction = order.descending ? -1 : 1;
  return rows.toSorted((one, other) => direction * compared(column.value(one), column.value(other), collator));
}

function compared(one: string | number, other: string | number, collator: Intl.Collator): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return collator.compare(String(one), String(other));
}
