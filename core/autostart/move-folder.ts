import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { UserError } from '../base/errors.ts';

/**
 * Moves a data folder that no server has. On the same disk it is renamed; else it is copied, the copy is compared with it
 * octet by octet and flushed, and the old one gets another name.
 * @param to must be missing or empty
 * @returns where the old one still is, after a copy
 * @throws UserError when there is something at the new place; nothing has been moved then
 */
export async function moveFolder(from: string, to: string): Promise<string | undefined> {
  await needEmpty(to);
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
  }
  return copyOver(from, to);
}

async function needEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return;
  if (names.length > 0)
    throw new UserError(`${folder} is not empty, and nothing in it is overwritten: rename it first`);
  await rmdir(folder);
}

async function copyOver(from: string, to: string): Promise<string> {
  const coming = `${to}.coming`;
  await rm(coming, { recursive: true, force: true }); // of a copy that was cut short
  await cp(from, coming, { recursive: true, preserveTimestamps: true, errorOnExist: true });
  for (const path of await filesIn(from)) await flushSame(join(from, path), join(coming, path));
  await rename(coming, to);
  const old = `${from}-moved`;
  await rename(from, old);
  return old;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

async function flushSame(original: string, copy: string): Promise<void> {
  const file = await open(copy, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  const [one, other] = await Promise.all([digest(original), digest(copy)]);
  const { size } = await stat(original);
  if (one !== other) throw new UserError(`The copy of ${original} (${size} octets) is not the same: nothing was moved`);
}

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}
