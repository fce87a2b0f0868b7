import { Refused } from '../../base/errors.ts';
import { fileLimits } from '../../base/limits.ts';
import { FileHeld } from '../../base/patiently.ts';

/** Codes of a disk that takes no more, from the system (Node) and from SQLite. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const SQLITE_FULL = 13;
/** SQLITE_BUSY, SQLITE_IOERR and SQLITE_CANTOPEN: what SQLite makes of a file that another program has open. */
const SQLITE_HELD = [5, 10, 14];

export function isDiskFull(error: unknown): boolean {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return FULL.has(code ?? '') || errcode === SQLITE_FULL;
}

/** On Windows, what SQLite says of a file that it could not open, as what it most probably is; any other error as it is. */
export function explainHeldDatabase(path: string, error: unknown, platform = process.platform): unknown {
  const { errcode } = error as { errcode?: number };
  const isHeld = platform === 'win32' && errcode !== undefined && SQLITE_HELD.includes(errcode & 0xff);
  return isHeld ? new FileHeld(path, error, fileLimits.held) : error;
}

/** A full disk as a refusal that says so; any other error as it is. */
export function explainDiskError(error: unknown): unknown {
  if (!isDiskFull(error)) return error;
  return new Refused('UNAVAILABLE', 'The disk that holds the mail is full: free some space and try again');
}
