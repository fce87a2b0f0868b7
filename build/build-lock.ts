import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { buildLimits } from './limits.ts';

/**
 * Does a piece of work while no other process does one under the same lock: two that are started together would empty
 * each other's output. What is held is SQLite's lock on the file, which goes with the process however it ends.
 */
export async function oneAtATime<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(dirname(file), { recursive: true });
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    while (!isTaken(lock)) await setTimeout(buildLimits.lookEvery);
    return await work();
  } finally {
    lock.close();
  }
}

const SQLITE_BUSY = 5;

function isTaken(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (failure) {
    if ((failure as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw failure;
  }
}
