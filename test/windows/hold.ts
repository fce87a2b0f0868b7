import { spawn } from 'node:child_process';
import { chmod, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the other program shares the file; `readonly`: nobody has it, but it has the read-only attribute. */
export type Share = 'none' | 'rw' | 'readonly';

/** A file that another program has open. */
export interface Held {
  readonly share: Share | 'in use';
  /** Resolves when it is closed. */
  readonly released: Promise<void>;
}

/** Resolves when another program has the file open, for so many milliseconds; undefined when there is no such file (any more). */
export async function hold(file: string, share: Share, time: number): Promise<Held | undefined> {
  if (!(await isThere(file))) return undefined;
  if (share === 'readonly') {
    await chmod(file, 0o444);
    return { released: Promise.resolve(), share };
  }
  const program = spawn(...commandOf(file, share, time), { stdio: 'ignore', windowsHide: true });
  const released = new Promise<void>((resolve, reject) => {
    program.once('exit', () => resolve());
    program.once('error', reject);
  });
  // What shares reading and writing is not seen by opening the file: then its start is waited for.
  if (share === 'rw') await sleep(600);
  else while (!(await isRefused(file)) && program.exitCode === null) await sleep(5);
  // Who has it open already comes first: without sharing nobody else can have it then.
  return { released, share: program.exitCode === null ? share : 'in use' };
}

function commandOf(file: string, share: Share, time: number): [string, string[]] {
  const program = process.env['MAILROOM_HOLD'];
  if (program !== undefined) return [program, [share === 'rw' ? 'rw' : '-', String(time), file]];
  const sharing = share === 'rw' ? 'ReadWrite' : 'None';
  const script = `$f = [IO.File]::Open('${file.replaceAll("'", "''")}', 'Open', 'Read', '${sharing}'); Start-Sleep -Milliseconds ${time}`;
  return ['powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script]];
}

async function isThere(file: string): Promise<boolean> {
  return (await codeOf(file)) !== 'ENOENT';
}

async function isRefused(file: string): Promise<boolean> {
  return ['EBUSY', 'EPERM', 'EACCES'].includes((await codeOf(file)) ?? '');
}

async function codeOf(file: string): Promise<string | undefined> {
  try {
    await (await open(file, 'r')).close();
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}
