import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { oneAtATime } from './build-lock.ts';

export const root: string = join(import.meta.dirname, '..');

/** Where `mailroom serve` looks for the window in a checkout. */
const BUILT = join(root, 'dist/renderer');

/** All that the window is made of, relative to the checkout. */
const SOURCES = ['renderer', 'core/settings', 'core/base', 'core/mail', 'package-lock.json'];

/** Builds the window when it is not there or older than what it is made of. @throws Error with what the build said */
export async function buildWindowIfOld(): Promise<void> {
  await buildIfOld(join(BUILT, 'index.html'), SOURCES, () => buildWindow(BUILT));
}

/**
 * @param made the file that the build writes last
 * @param sources relative to the checkout
 * @returns whether it was old
 */
export async function buildIfOld(
  made: string,
  sources: readonly string[],
  build: () => Promise<void>,
): Promise<boolean> {
  const paths = sources.map((path) => join(root, path));
  const isDue = () => isOld(made, paths);
  if (!(await isDue())) return false;
  await oneAtATime(join(root, 'node_modules/.cache/mailroom-build.lock'), async () => {
    if (await isDue()) await build(); // or another process has just done it
  });
  return true;
}

/** Builds the window into a folder. In a process of its own: a server need not keep the build tools in its memory. */
export async function buildWindow(folder: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', join(root, 'renderer'), '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, args, { cwd: root });
}

/** Whether a file is not there, or one of the sources (files and folders) has changed since it was made. */
export async function isOld(made: string, sources: readonly string[]): Promise<boolean> {
  const madeAt = await changedAt(made);
  if (madeAt === undefined) return true;
  for (const source of sources) {
    for (const file of await filesOf(source)) {
      if (((await changedAt(file)) ?? 0) > madeAt) return true;
    }
  }
  return false;
}

async function changedAt(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}

/** The file itself, or the folder and all that is in it: a folder changes when a file goes. Tests are in no window. */
async function filesOf(path: string): Promise<string[]> {
  const inside = await readdir(path, { recursive: true }).catch(() => []);
  return [path, ...inside.filter((name) => !name.endsWith('.test.ts')).map((name) => join(path, name))];
}
