import { chmod, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileLimits } from './limits.ts';

/**
 * What Windows answers while another program has a file open without sharing it: EBUSY to who opens it, EPERM or EACCES to who
 * renames, replaces or removes it, ENOTEMPTY to who removes its folder. Antivirus, backup and indexer do that to every
 * file now and then, for a moment.
 */
const HELD = new Set(['EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY']);

/** Another program has a file open, and kept it open while we tried. The message is for the administrator and names the remedy. */
export class FileHeld extends Error {
  override readonly name = 'FileHeld';

  constructor(file: string, error: unknown, tried: number) {
    const { code } = error as NodeJS.ErrnoException;
    // The same code says that somebody may not; nobody can tell which it is.
    const or = code === 'EBUSY' ? '' : ', or this account has no right to it';
    super(
      `${file} is held open by another program (antivirus, backup, a viewer)${or}. Mailroom tried for ${tried / 1000} s: close that program, or exclude the folder ${dirname(file)} from it`,
      { cause: error },
    );
  }
}

/** Whether another program had a file open, whatever was made of that on the way: then it is worth trying again later. */
export function isHeldFile(failure: unknown): boolean {
  return failure instanceof FileHeld || (failure instanceof Error && isHeldFile(failure.cause));
}

/** How to wait for another program. */
export interface Patience {
  /** Only Windows refuses for a moment; elsewhere the same errors say that somebody may not. */
  readonly platform: NodeJS.Platform;
  /** Milliseconds to go on trying. */
  readonly time: number;
  pause(milliseconds: number): Promise<unknown>;
  /** Done before the second try. */
  remedy?(): Promise<unknown>;
}

export const patience: Patience = { platform: process.platform, time: fileLimits.held, pause };

/**
 * For a file that is to be written or replaced: the read-only attribute, which files from a CD and some backups have, is taken
 * off. Windows lets nobody write such a file, and says the same as of one that another program has.
 */
export function toWrite(file: string, given: Patience = patience): Patience {
  return { ...given, remedy: () => chmod(file, 0o666).catch(() => undefined) };
}

/** At the start of a server nobody waits for an answer, and with Windows everything else starts and reads every file. */
export const patienceAtStart: Patience = { ...patience, time: fileLimits.heldAtStart };

/**
 * Runs `work` on a file; again and again while another program has the file.
 * @param work one call of the system that has done nothing when it fails
 * @throws FileHeld when that takes too long; any other error at once.
 */
export async function patiently<T>(
  file: string,
  work: () => Promise<T>,
  { platform, time, pause, remedy }: Patience = patience,
): Promise<T> {
  let next: number = fileLimits.firstPause;
  for (let tried = 0; ; next = Math.min(next * 2, fileLimits.longestPause)) {
    try {
      return await work();
    } catch (error) {
      if (platform !== 'win32' || !isHeld(error)) throw error;
      if (tried >= time) throw new FileHeld(file, error, time);
      if (tried === 0) await remedy?.();
      await pause(next);
      tried += next;
    }
  }
}

/** The octets of a file, in pieces. @param end the last octet to be read, from 0 */
export async function* octetsOf(
  file: string,
  options: { readonly end?: number; readonly highWaterMark?: number } = {},
): AsyncGenerator<Buffer> {
  const handle = await patiently(file, () => open(file));
  yield* handle.createReadStream(options) as AsyncIterable<Buffer>; // closes it at its end
}

/**
 * Waits until no other program keeps us from files that SQLite is about to open: SQLite itself would wait for more than a
 * second with the event loop standing still, and then fail. Those that are missing are passed over.
 * @throws FileHeld
 */
export async function untilFree(files: readonly string[], given: Patience = patience): Promise<void> {
  // Elsewhere SQLite's locks go when anybody in the process closes the file.
  if (given.platform !== 'win32') return;
  for (const file of files) {
    const handle = await patiently(file, () => open(file, 'r+'), toWrite(file, given)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      },
    );
    await handle?.close();
  }
}

function isHeld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && HELD.has(error.code as string);
}
