import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { moveFolder } from './move-folder.ts';

/** Another disk than that of temporary folders, where there is one. */
const otherDisk = '/dev/shm';
const folders: string[] = [];
let from: string;

async function folderIn(place: string): Promise<string> {
  const folder = await mkdtemp(join(place, 'mailroom-move-'));
  folders.push(folder);
  return folder;
}

beforeEach(async () => {
  from = join(await folderIn(tmpdir()), 'from');
  await mkdir(join(from, 'mail', 'a'), { recursive: true, mode: 0o700 });
  await writeFile(join(from, 'mail', 'a', 'one.seg'), 'a message', { mode: 0o600 });
});
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('a data folder that is moved', () => {
  const disks = ['the same', ...(existsSync(otherDisk) ? ['another'] : [])];
  it.each(disks)('is whole at its new place on %s disk, for nobody but its owner', async (disk) => {
    const to = join(await folderIn(disk === 'another' ? otherDisk : tmpdir()), 'deep', 'to');
    const old = await moveFolder(from, to);
    expect(await readFile(join(to, 'mail', 'a', 'one.seg'), 'utf8')).toBe('a message');
    if (process.platform !== 'win32') expect((await stat(join(to, 'mail'))).mode & 0o077).toBe(0);
    expect(existsSync(from)).toBe(false); // no server finds the old one by mistake
    const isCopy = old !== undefined && (await stat(old)).dev !== (await stat(to)).dev;
    if (isCopy) expect(await readFile(join(old, 'mail', 'a', 'one.seg'), 'utf8')).toBe('a message');
    else expect(old).toBeUndefined();
  });

  it('goes on after a copy that was cut short', async () => {
    const to = join(await folderIn(existsSync(otherDisk) ? otherDisk : tmpdir()), 'to');
    await mkdir(join(`${to}.coming`, 'mail', 'a'), { recursive: true });
    await writeFile(join(`${to}.coming`, 'mail', 'a', 'one.seg'), 'a mes');
    await moveFolder(from, to);
    expect(await readFile(join(to, 'mail', 'a', 'one.seg'), 'utf8')).toBe('a message');
  });

  it('overwrites nothing', async () => {
    const to = await folderIn(tmpdir());
    await writeFile(join(to, 'letter.txt'), 'mine');
    await expect(moveFolder(from, to)).rejects.toThrow(/not empty/);
    expect(await readFile(join(to, 'letter.txt'), 'utf8')).toBe('mine');
    expect(existsSync(join(from, 'mail', 'a', 'one.seg'))).toBe(true);
  });
});
