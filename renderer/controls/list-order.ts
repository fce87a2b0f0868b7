/** A column of a list: what it shows, and is sorted by. */
export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  readonly value: (row: Row) => string | number;
  readonly numeric?: boolean | undefined;
}

export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

/** The rows that have the words of the filter in any column, in the order wanted; as they come without one. */
export function arranged<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | undefined,
  filter: string,
): readonly Row[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = (row: Row) => columns.map(({ value }) => String(value(row)).toLowerCase()).join('\n');
  const fitting = words.length === 0 ? rows : rows.filter((row) => words.every((word) => textOf(row).includes(word)));
  const by = columns.find(({ id }) => id === order?.column);
  if (by === undefined || order === undefined) return fitting;
  const direction = order.descending ? -1 : 1;
  return fitting.toSorted((one, other) => direction * compare(by.value(one), by.value(other)));
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true });
}
