import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { explainHeldDatabase } from '../files/disk-errors.ts';
import type { FileLayer } from '../files/file-layer.ts';
import { SEGMENTS_FOLDER, segmentNumbers } from '../segments/segment-names.ts';
import { AccountIndex, EmptyIndex } from './account-index.ts';

export const INDEX_FILE = 'index.db';
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/**
 * Opens the index of an account, or makes one where there is no mail yet.
 * @throws UserError when the index is missing, broken or of a newer version; nothing is touched.
 */
export async function openIndex(folder: string, files: FileLayer): Promise<AccountIndex> {
  const present = (await files.list(folder)).includes(INDEX_FILE);
  const segments = segmentNumbers(await files.list(join(folder, SEGMENTS_FOLDER)));
  // An empty index beside full segments would look like an account whose mail was deleted.
  if (!present && segments.length > 0) throw broken(folder, 'is missing');
  await untilIndexFree(folder, files);
  try {
    return new AccountIndex(join(folder, INDEX_FILE), { mayBeNew: segments.length === 0 });
  } catch (error) {
    if (error instanceof EmptyIndex) throw broken(folder, 'is empty');
    if (isBrokenDatabase(error)) throw broken(folder, 'is broken');
    throw explainHeldDatabase(join(folder, INDEX_FILE), error);
  }
}

/** Waits until no other program keeps SQLite from the index. Nobody in this process may have it open. @throws FileHeld */
export async function untilIndexFree(folder: string, files: FileLayer): Promise<void> {
  await files.untilFree(['', '-wal', '-shm'].map((suffix) => join(folder, INDEX_FILE + suffix)));
}

export function isBrokenDatabase(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode ?? 0;
  return [SQLITE_CORRUPT, SQLITE_NOTADB].includes(code & 0xff);
}

function broken(folder: string, how: string): UserError {
  return new UserError(
    `The mail index ${join(folder, INDEX_FILE)} ${how}: stop the server and run \`mailroom check --repair\`, which makes a new one from the stored messages`,
  );
}
