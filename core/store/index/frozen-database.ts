import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/**
 * How SQLite is to open a database where nothing can be written: a full disk has no room for -wal and -shm, a read-only
 * one no names. Only for whoever makes sure that nobody writes it meanwhile, in this process or in another.
 *
 * Without a -wal file the database is whole and `immutable`: no locks, no other files. With one, what is in it must be
 * read: SQLite keeps its index of the log in its own memory where it need not share it (locking_mode EXCLUSIVE), and
 * takes no locks, which a file that is open for reading would refuse.
 */
export function frozenUrl(path: string, platform = process.platform): URL {
  const url = pathToFileURL(path);
  const unlocked = platform === 'win32' ? 'win32-none' : 'unix-none';
  url.search = existsSync(`${path}-wal`) ? `mode=ro&vfs=${unlocked}` : 'immutable=1';
  return url;
}

/** To be run before anything is read. */
export const FROZEN_PRAGMAS = 'PRAGMA locking_mode = EXCLUSIVE; PRAGMA temp_store = MEMORY;';
