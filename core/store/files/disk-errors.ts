import { Refused } from '../../base/errors.ts';

/** Codes of a disk that takes no more, from the system (Node) and from SQLite. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const SQLITE_FULL = 13;

export function isDiskFull(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return FULL.has(code ?? '') || errcode === SQLITE_FULL;
}

/** A full disk as a refusal that says so; any other error as it is. */
export function explainDiskError(error: unknown): unknown {
  if (!isDiskFull(error)) return error;
  return new Refused('UNAVAILABLE', 'The disk that holds the mail is full: free some space and try again');
}
