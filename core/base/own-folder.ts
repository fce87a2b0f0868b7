import { mkdir, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { UserError } from './errors.ts';
import { closeToOthers, isDrive, needClosed, type RunOfWindows, readAccess, runOfWindows } from './windows-access.ts';

/** How a system keeps what is somebody's from others. */
export interface Ownership {
  readonly platform: NodeJS.Platform;
  /** Windows gives every person a folder that nobody else may enter, and what is made in it inherits that. */
  readonly home: string;
  readonly run: RunOfWindows;
}

export const thisOwnership: Ownership = { platform: process.platform, home: homedir(), run: runOfWindows };

/** What lies in a data folder before anything secret does: the lock's folder, the log, the app's window. */
const HARMLESS = new Set(['run', 'logs', 'window']);

/**
 * Makes a data folder its user's alone when it is new. One that has more in it than ours, or is a drive, was made by a person,
 * and what else is in it would be taken from others: there only what gives access to all the rest is closed, the token of the
 * administration and the key of the certificate. What stays open is told by `openToOthers`.
 */
export async function makeDataFolder(folder: string, ownership: Ownership = thisOwnership): Promise<void> {
  const run = join(folder, 'run');
  await mkdir(run, { recursive: true, mode: 0o700 });
  if (!needsClosing(folder, ownership)) return;
  if (await isNew(folder)) return closeToOthers(folder, ownership.run).catch(isTold);
  if ((await readAccess(folder, ownership.run))?.others === undefined) return;
  const tls = join(folder, 'tls');
  await mkdir(tls, { recursive: true, mode: 0o700 }); // before there is a key in it
  for (const path of [run, tls]) await closeToOthers(path, ownership.run).catch(isTold);
}

async function isNew(folder: string): Promise<boolean> {
  return !isDrive(folder) && (await readdir(folder)).every((name) => HARMLESS.has(name));
}

function isTold(failure: unknown): void {
  if (!(failure instanceof UserError)) throw failure;
}

/** Closes a file or folder that has just been made, where modes do not. @throws UserError when others may still open it */
export async function closeNew(path: string, ownership: Ownership = thisOwnership): Promise<void> {
  if (needsClosing(path, ownership)) await closeToOthers(path, ownership.run);
}

/** Looks at one that was there before, likewise, and leaves it as it is. @throws UserError when others may open it */
export async function needOwn(path: string, ownership: Ownership = thisOwnership): Promise<void> {
  if (needsClosing(path, ownership)) await needClosed(path, ownership.run);
}

/** Whether nothing but a list of its own keeps others out of what is made there. */
export function needsClosing(path: string, { platform, home }: Ownership = thisOwnership): boolean {
  if (platform !== 'win32') return false;
  const way = relative(home.toLowerCase(), path.toLowerCase());
  return way === '' || way.startsWith(`..${sep}`) || way === '..' || /^([a-z]:|[\\/])/i.test(way);
}
