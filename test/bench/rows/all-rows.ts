import { firstRows, readRows } from './read-rows.ts';
import type { Row } from './row.ts';
import { searchRows } from './search-rows.ts';
import { sessionRows } from './session-rows.ts';
import { appendRows, changeRows } from './write-rows.ts';

/** In the order in which they are measured, the same for every server: each may warm what comes after it. */
export const ALL_ROWS: readonly Row[] = [
  ...appendRows,
  ...firstRows,
  ...readRows,
  ...searchRows,
  ...changeRows,
  ...sessionRows,
];
