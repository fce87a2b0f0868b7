import { storeLimits } from '../../base/limits.ts';

/** Messages for one SQL statement: a range of UIDs in which all are meant, or a list of them. */
export type UidPiece =
  | { readonly kind: 'range'; readonly from: number; readonly to: number; readonly count: number }
  | { readonly kind: 'list'; readonly uids: readonly number[]; readonly count: number };

/** Below this many messages a run, a statement for each run costs more than one with a list. */
const SHORT_RUN = 4;

/**
 * Packs messages into as few statements as possible, none for more than a slice's worth of rows.
 * @param rows ascending rows of `uids`: neighbours in the mailbox are one range, whatever UIDs are missing between them.
 */
export function uidPieces(uids: Uint32Array, rows: ArrayLike<number>): UidPiece[] {
  const runs = runsOf(rows);
  const pieces: UidPiece[] = [];
  if (runs.length * SHORT_RUN > rows.length && runs.length > SHORT_RUN) {
    for (let at = 0; at < rows.length; at += storeLimits.rowsPerStatement) {
      const list = Array.from(
        Array.prototype.slice.call(rows, at, at + storeLimits.rowsPerStatement),
        (row) => uids[row]!,
      );
      pieces.push({ kind: 'list', uids: list, count: list.length });
    }
    return pieces;
  }
  for (const { start, end } of runs) {
    for (let row = start; row < end; row += storeLimits.rowsPerStatement) {
      const last = Math.min(row + storeLimits.rowsPerStatement, end) - 1;
      pieces.push({ kind: 'range', from: uids[row]!, to: uids[last]!, count: last - row + 1 });
    }
  }
  return pieces;
}

/** Runs of neighbouring rows, [start, end). */
function runsOf(rows: ArrayLike<number>): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (let i = 0; i < rows.length; ) {
    const start = rows[i]!;
    let end = start + 1;
    while (++i < rows.length && rows[i] === end) end++;
    runs.push({ start, end });
  }
  return runs;
}
