import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connectionLimits } from './limits.ts';

/**
 * How many files and sockets this process may have open at a time; undefined where that is not limited or not known. Node.js'
 * diagnostic report, which tells it too, stops all threads, and on Windows may end the process.
 */
export function openFileLimit(): number | undefined {
  if (process.platform === 'linux') return limitIn(readQuietly('/proc/self/limits'));
  if (process.platform === 'win32') return undefined;
  return numberIn(spawnSync('/bin/sh', ['-c', 'ulimit -n'], { encoding: 'utf8', timeout: 5_000 }).stdout);
}

/** `Max open files  1024  524288  files`: the soft limit comes first. */
function limitIn(limits: string): number | undefined {
  return numberIn(/^Max open files\s+(\S+)/m.exec(limits)?.[1]);
}

/** Undefined for `unlimited`, and where nothing was told. */
function numberIn(text: string | null | undefined): number | undefined {
  return /^\s*\d+\s*$/.test(text ?? '') ? Number(text) : undefined;
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Makes room in the process's table of open files. Linux doubles that table when it is full, and holds up whoever opens
 * the next file or socket for some milliseconds because other threads may be reading it; that shall not happen while a
 * storm of clients comes. The table never shrinks: it is enough to have had so many files open once.
 */
export async function growFileTable(): Promise<void> {
  if (process.platform !== 'linux') return;
  const count = Math.min(connectionLimits.expected, (openFileLimit() ?? 0) / 2);
  const opened = await Promise.allSettled(Array.from({ length: count }, () => open(import.meta.filename)));
  await Promise.all(opened.map((file) => (file.status === 'fulfilled' ? file.value.close() : undefined)));
}
