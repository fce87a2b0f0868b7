import { storeLimits } from '../../base/limits.ts';
import type { AccountIndex } from '../index/account-index.ts';
import type { SegmentState } from '../index/segment-table.ts';

/** A segment file as it is found. */
export interface FoundSegment {
  readonly number: number;
  /** Known of those only that may be written to: a size costs opening the file, and there can be hundreds. */
  readonly octets: number | undefined;
}

export interface SettledLedger {
  /** The segment to go on with; undefined when none has room. */
  readonly growing: { readonly number: number; readonly octets: number } | undefined;
  /** The highest number that a segment has or had; none is used twice. */
  readonly last: number;
}

/**
 * Brings the ledger in line with the files of an account that was closed in order or was recovered: every record in them
 * has a row. To be called inside a transaction.
 * @param files ascending by number
 */
export function settleLedger(index: AccountIndex, files: readonly FoundSegment[]): SettledLedger {
  const states = index.segments.all();
  const last = Math.max(0, ...states.keys(), ...files.map(({ number }) => number));
  const present = new Set(files.map(({ number }) => number));
  for (const number of states.keys()) if (!present.has(number)) index.segments.forget(number);
  const growing = files
    .filter((file): file is FoundSegment & { octets: number } => file.octets !== undefined)
    .findLast(({ octets }) => octets < storeLimits.segment);
  for (const { number } of files) {
    const state = settledState(states.get(number), number === growing?.number);
    if (state !== states.get(number)) index.segments.set(number, state);
  }
  return { growing, last };
}

/** Whether records may be added. What no ledger knows was written before there was one, or came from a backup. */
export function mayGrow(state: SegmentState | undefined): boolean {
  return state === undefined || state === 'growing';
}

function settledState(state: SegmentState | undefined, growing: boolean): SegmentState {
  if (state === 'copy' || state === 'givenUp') return 'givenUp';
  return growing ? 'growing' : 'full';
}
