/** A row of a list whose order counts, with its number as people count. */
export interface NumberedRow<Row> {
  readonly line: number;
  readonly row: Row;
}

export function numbered<Row>(rows: readonly Row[]): readonly NumberedRow<Row>[] {
  return rows.map((row, index) => ({ line: index + 1, row }));
}

/** The selected row's place, from the key that a list view has; undefined when it is gone. */
export function selectedIndex(selected: string | undefined, rows: readonly unknown[]): number | undefined {
  const index = selected === undefined ? undefined : Number(selected);
  return index !== undefined && index < rows.length ? index : undefined;
}

/** What is wrong with the rows, a sentence a cell. @param wrong such as `1.address` or `1.users.0` */
export function rowProblems(
  wrong: ReadonlySet<string>,
  problemOf: (cell: string, row: number) => string | undefined,
  say: (line: number, problem: string) => string,
): readonly string[] {
  const sentences = [...wrong].flatMap((path) => {
    const [row, cell] = path.split('.');
    const problem = cell === undefined ? undefined : problemOf(cell, Number(row));
    return problem === undefined ? [] : [say(Number(row) + 1, problem)];
  });
  return [...new Set(sentences)];
}
