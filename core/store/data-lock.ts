import { closeSync, constants, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { needFitDataFolder } from '../base/data-folder-place.ts';
import { UserError } from '../base/errors.ts';
import { makeDataFolder } from '../base/own-folder.ts';
import { patienceAtStart, untilFree } from '../base/patiently.ts';
import { cannotWrite } from '../base/system-refusal.ts';
import { isBrokenDatabase } from './index/open-index.ts';

/** Over what is there, and never through a link that somebody put there (Windows has no such flag). */
const OVERWRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;

/** Holds a data folder for one process, as long as somebody refers to it: a lock that is forgotten is collected and gone. */
export interface Lock {
  release(): void;
}

/** Another process has the folder. The message names it and what to do. */
export class DataFolderInUse extends UserError {}

const SQLITE_BUSY = 5;

/**
 * Takes a data folder for this process alone: two writers would destroy each other's mail. What is held is SQLite's lock
 * on a file of ours, which the system frees when the process dies, however it dies; no stale lock is ever left.
 * @throws DataFolderInUse when another process has it; UserError when the file cannot be opened, or Windows cannot
 * keep mail there.
 */
export async function lockDataFolder(dataFolder: string): Promise<Lock> {
  needFitDataFolder(dataFolder);
  const folder = join(dataFolder, 'run');
  await makeDataFolder(dataFolder);
  const holder = join(folder, 'lock.pid');
  const file = join(folder, 'lock.db');
  await untilFree([file], patienceAtStart);
  const connection = lockFile(file, () => inUse(dataFolder, holder));
  try {
    noteHolder(holder);
  } catch {
    // Told to people only. Neither a full disk nor another program that has the file is a reason to stay out.
  }
  return {
    release() {
      if (!connection.isOpen) return;
      try {
        rmSync(holder, { force: true });
      } catch {
        // Another program has it open: what it says does not matter without the lock.
      }
      connection.close();
    },
  };
}

function noteHolder(path: string): void {
  const file = openSync(path, OVERWRITE, 0o600);
  try {
    writeSync(file, `${process.pid}\n`);
  } finally {
    closeSync(file);
  }
}

/** A connection that holds the lock. The file stays empty, so nothing in it is worth keeping: the lock takes no room. */
function lockFile(file: string, inUse: () => DataFolderInUse): DatabaseSync {
  for (let repaired = false; ; repaired = true) {
    let connection: DatabaseSync | undefined;
    try {
      connection = new DatabaseSync(file);
      connection.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN EXCLUSIVE');
      return connection;
    } catch (error) {
      connection?.close();
      const { errcode } = error as { errcode?: number };
      if (errcode === SQLITE_BUSY) throw inUse();
      if (!isBrokenDatabase(error) || repaired) throw cannotWrite(file, error);
      truncateSync(file); // not removed: another process may hold this very file by now
    }
  }
}

function inUse(dataFolder: string, holder: string): DataFolderInUse {
  let who = 'another Mailroom';
  try {
    who = `another Mailroom (process ${readFileSync(holder, 'utf8').trim()})`;
  } catch {
    // It starts or ends at this very moment.
  }
  return new DataFolderInUse(
    `${dataFolder} is in use by ${who}: stop that one first, or use another folder with --data`,
  );
}
