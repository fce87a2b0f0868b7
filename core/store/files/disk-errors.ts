import { Refused } from '../../base/errors.ts';
import { fileLimits } from '../../base/limits.ts';
import { FileHeld } from '../../base/patiently.ts';

/** Why a disk takes nothing. */
export type DiskFault = 'full' | 'readOnly' | 'failing';

/** Codes of the system (Node) and of SQLite (extended ones where the plain one says too little). */
const CODES: Readonly<Record<string, DiskFault>> = {
  ...{ ENOSPC: 'full', EDQUOT: 'full', EFBIG: 'full' },
  ...{ EROFS: 'readOnly', EACCES: 'readOnly', EPERM: 'readOnly', EIO: 'failing' },
};
const SQLITE_CODES: ReadonlyMap<number, DiskFault> = new Map([
  [13, 'full'], // SQLITE_FULL
  [8, 'readOnly'], // SQLITE_READONLY
  [10 | (19 << 8), 'full'], // SQLITE_IOERR_SHMSIZE: no room for the -shm file
  // SQLITE_IOERR_WRITE, _FSYNC, _DIR_FSYNC, _TRUNCATE, _SHMOPEN. Reading may fail for a file that is damaged.
  ...[3, 4, 5, 6, 18].map((kind) => [10 | (kind << 8), 'failing'] as const),
]);
const SQLITE_READONLY = 8;
/** SQLITE_BUSY, SQLITE_IOERR and SQLITE_CANTOPEN: what SQLite makes of a file that another program has open. */
const SQLITE_HELD = [5, 10, 14];

/** What is the matter with the disk when a write has failed with this error; undefined: it is about something else. */
export function diskFault(error: unknown): DiskFault | undefined {
  if (error instanceof FileHeld) return undefined;
  const { code, errcode = 0 } = error as { code?: string; errcode?: number };
  const plain = errcode & 0xff;
  return CODES[code ?? ''] ?? SQLITE_CODES.get(plain === SQLITE_READONLY ? plain : errcode);
}

/** On Windows, what SQLite says of a file that it could not open, as what it most probably is; any other error as it is. */
export function explainHeldDatabase(path: string, error: unknown, platform = process.platform): unknown {
  const { errcode } = error as { errcode?: number };
  const isHeld = platform === 'win32' && errcode !== undefined && SQLITE_HELD.includes(errcode & 0xff);
  return isHeld ? new FileHeld(path, error, fileLimits.held) : error;
}

const REFUSALS: Readonly<Record<DiskFault, string>> = {
  full: 'The disk that holds the mail is full: free some space and try again',
  readOnly: 'The disk that holds the mail cannot be written to: the administrator has to look at it',
  failing: 'The disk that holds the mail fails to store it: the administrator has to look at it',
};

/** A disk that takes nothing as a refusal that says so; any other error as it is. */
export function explainDiskError(error: unknown): unknown {
  const fault = diskFault(error);
  return fault === undefined ? error : new Refused('UNAVAILABLE', REFUSALS[fault]);
}
