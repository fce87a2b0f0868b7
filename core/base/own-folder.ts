import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { UserError } from './errors.ts';
import { closeToOthers, type RunOfWindows, runOfWindows } from './windows-access.ts';

/** How a system keeps what is somebody's from others. */
export interface Ownership {
  readonly platform: NodeJS.Platform;
  /** Windows gives every person a folder that nobody else may enter, and what is made in it inherits that. */
  readonly home: string;
  readonly run: RunOfWindows;
}

export const thisOwnership: Ownership = { platform: process.platform, home: homedir(), run: runOfWindows };

/**
 * Makes a data folder its user's alone when it is new. Of one that was there before, and that others may enter, only what
 * gives access to all the rest is closed: the token of the administration, and the key of the certificate. What cannot be
 * closed is told by `openToOthers`.
 */
export async function makeDataFolder(folder: string, ownership: Ownership = thisOwnership): Promise<void> {
  const run = join(folder, 'run');
  const isNew = (await mkdir(run, { recursive: true, mode: 0o700 })) !== undefined;
  if (!needsClosing(folder, ownership)) return;
  for (const path of isNew ? [folder] : [run, join(folder, 'tls')]) {
    if (existsSync(path)) await closeToOthers(path, ownership.run).catch(isTold);
  }
}

function isTold(failure: unknown): void {
  if (!(failure instanceof UserError)) throw failure;
}

/** Closes a file or folder that has just been made, where modes do not. @throws UserError when others may still open it */
export async function closeNew(path: string, ownership: Ownership = thisOwnership): Promise<void> {
  if (needsClosing(path, ownership)) await closeToOthers(path, ownership.run);
}

/** Whether nothing but a list of its own keeps others out of what is made there. */
export function needsClosing(path: string, { platform, home }: Ownership = thisOwnership): boolean {
  if (platform !== 'win32') return false;
  const way = relative(home.toLowerCase(), path.toLowerCase());
  return way === '' || way.startsWith(`..${sep}`) || way === '..' || /^([a-z]:|[\\/])/.test(way);
}
