/** Something that happened, with a key: it has no name of its own. */
export interface KeyedRow<Row> {
  readonly key: string;
  readonly row: Row;
}

/**
 * Keys that stay when newer rows come before and older ones go at the end: the moment, and how many of the same moment
 * are older. Rows are given newest first.
 */
export function keyedRows<Row extends { readonly at: number }>(rows: readonly Row[]): readonly KeyedRow<Row>[] {
  const seen = new Map<number, number>();
  const keyed = rows.toReversed().map((row) => {
    const older = seen.get(row.at) ?? 0;
    seen.set(row.at, older + 1);
    return { key: `${row.at} ${older}`, row };
  });
  return keyed.reverse();
}
