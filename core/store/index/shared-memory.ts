import { readdirSync, readlinkSync, readSync, realpathSync, statfsSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { storeLimits } from '../../base/limits.ts';

/** Octets that SQLite writes one of, when it makes the -shm file longer: it takes them for one block of the disk. */
const PAGE = 4096;
/** Of this process, threads included. */
const DESCRIPTORS = '/proc/self/fd';

/**
 * SQLite maps its -shm file into memory. On a file system with blocks smaller than a page most of what it has mapped has no
 * place on the disk, and touching it when the disk is full ends the process (SIGBUS), with everybody's mail. There the
 * file is given its blocks as soon as it is open. Linux only: elsewhere blocks are not that small, or not missing.
 */
export function hasSmallBlocks(databasePath: string, platform = process.platform): boolean {
  if (platform !== 'linux') return false;
  try {
    return statfsSync(dirname(databasePath)).bsize < PAGE;
  } catch {
    return false; // SQLite will say that there is no such folder
  }
}

/**
 * To be called before SQLite opens the database: what it touches by opening it may be without blocks.
 * @throws Error ENOSPC where there is no room for the -shm file
 */
export function needRoomForSharedMemory(databasePath: string): void {
  const { bavail, bsize } = statfsSync(dirname(databasePath));
  if (bavail * bsize >= storeLimits.sharedMemoryRoom) return;
  throw Object.assign(new Error(`ENOSPC: no room for ${databasePath}-shm`), { code: 'ENOSPC' });
}

/**
 * Gives the -shm file of an open database its blocks, more than it has pages by now. To be called while a transaction keeps
 * every other writer out: what is behind the first block changes by nobody else then, and the first has been written.
 * SQLite's own descriptor is used: to close another one of that file would give up SQLite's locks on it.
 * @throws Error ENOSPC
 */
export function fillSharedMemory(databasePath: string): void {
  const folder = realpathSync(dirname(databasePath));
  const descriptor = descriptorOf(join(folder, `${basename(databasePath)}-shm`));
  if (descriptor === undefined) return;
  const start = statfsSync(folder).bsize;
  const bytes = new Uint8Array(storeLimits.sharedMemoryAhead - start);
  readSync(descriptor, bytes, 0, bytes.length, start);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, start + at);
}

function descriptorOf(path: string): number | undefined {
  for (const name of readdirSync(DESCRIPTORS)) {
    try {
      if (readlinkSync(join(DESCRIPTORS, name)) === path) return Number(name);
    } catch {
      // Closed meanwhile.
    }
  }
  return undefined;
}
