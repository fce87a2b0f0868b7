/** Changes to a list that leave the list itself as it is. */
export function withRow<Row>(rows: readonly Row[], index: number, row: Row): readonly Row[] {
  return rows.map((old, at) => (at === index ? row : old));
}

export function withoutRow<Row>(rows: readonly Row[], index: number): readonly Row[] {
  return rows.filter((_, at) => at !== index);
}

/** The row changes places with the one `by` further down; where there is none, nothing changes. */
export function withRowMoved<Row>(rows: readonly Row[], index: number, by: 1 | -1): readonly Row[] {
  const row = rows[index];
  const other = rows[index + by];
  if (row === undefined || other === undefined) return rows;
  return withRow(withRow(rows, index, other), index + by, row);
}
