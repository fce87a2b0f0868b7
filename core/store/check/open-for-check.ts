import { join } from 'node:path';
import { diskFault, explainDiskError, explainHeldDatabase } from '../files/disk-errors.ts';
import type { FileLayer } from '../files/file-layer.ts';
import { AccountIndex } from '../index/account-index.ts';
import { Database } from '../index/database.ts';
import { INDEX_FILE, isBrokenDatabase, untilIndexFree } from '../index/open-index.ts';
import { schemaVersion } from '../index/schema.ts';
import { salvage } from './salvage.ts';

/** What became of the attempt to open an index. */
export type OpenedIndex =
  | { readonly kind: 'good'; readonly index: AccountIndex }
  | { readonly kind: 'broken'; readonly why: string }
  /** A new one, with what could be read of the old one, which is kept under another name. */
  | { readonly kind: 'anew'; readonly why: string; readonly index: AccountIndex; readonly keptAs: string | undefined };

/**
 * Opens an index; a missing or broken one is replaced when `repair` is set. Without it an index is also looked at on a disk
 * that takes nothing. @throws Refused when the disk takes nothing and something is to be repaired
 */
export async function openForCheck(folder: string, files: FileLayer, repair: boolean): Promise<OpenedIndex> {
  try {
    return await open(folder, files, repair);
  } catch (error) {
    if (repair || diskFault(error) === undefined) throw explainDiskError(error);
    return openFrozen(join(folder, INDEX_FILE));
  }
}

/** Nobody writes meanwhile: who checks holds the lock of the data folder. */
function openFrozen(path: string): OpenedIndex {
  const why = findFault(path, true);
  if (why !== undefined) return { kind: 'broken', why };
  return { kind: 'good', index: new AccountIndex(path, { mayBeNew: false, frozen: true }) };
}

async function open(folder: string, files: FileLayer, repair: boolean): Promise<OpenedIndex> {
  const path = join(folder, INDEX_FILE);
  const present = (await files.list(folder)).includes(INDEX_FILE);
  await untilIndexFree(folder, files);
  const why = present ? findFault(path) : 'it is missing';
  if (why === undefined) return { kind: 'good', index: new AccountIndex(path) };
  if (!repair) return { kind: 'broken', why };
  const keptAs = present ? await setAside(folder, files) : undefined;
  const empty = new AccountIndex(path);
  if (keptAs) salvage(join(folder, keptAs), empty);
  // Opened once more: an index has its flag sets in memory, and salvage goes round it.
  empty.close();
  return { kind: 'anew', why, index: new AccountIndex(path), keptAs };
}

/** Undefined when SQLite finds nothing wrong. @throws what is no damage, such as a file that may not be read. */
function findFault(path: string, frozen = false): string | undefined {
  let database: Database | undefined;
  try {
    database = new Database(path, { frozen });
    if (schemaVersion(database) === 0) return 'it is empty';
    const findings = database
      .prepare('PRAGMA integrity_check(3)')
      .all()
      .map((row) => String(row[0]));
    return findings[0] === 'ok' ? undefined : findings.join('; ');
  } catch (error) {
    if (isBrokenDatabase(error)) return (error as Error).message;
    throw explainHeldDatabase(path, error);
  } finally {
    database?.close();
  }
}

async function setAside(folder: string, files: FileLayer): Promise<string> {
  const names = await files.list(folder);
  let number = 1;
  while (names.includes(`${INDEX_FILE}.broken-${number}`)) number++;
  const keptAs = `${INDEX_FILE}.broken-${number}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (names.includes(INDEX_FILE + suffix))
      await files.rename(join(folder, INDEX_FILE + suffix), join(folder, keptAs + suffix));
  }
  await files.flushFolder(folder);
  return keptAs;
}
