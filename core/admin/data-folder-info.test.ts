import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { adminLimits } from '../base/limits.ts';
import { DataFolderInfo } from './data-folder-info.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-size-'));
  await mkdir(join(folder, 'mail', 'a'), { recursive: true });
  await writeFile(join(folder, 'settings.json'), 'x'.repeat(10));
  await writeFile(join(folder, 'mail', 'a', 'index.db'), 'x'.repeat(300));
  await symlink(folder, join(folder, 'mail', 'round'), 'dir');
});
afterEach(() => rm(folder, { recursive: true }));

it('adds up all files, and never goes round in circles', async () => {
  const info = await new DataFolderInfo(folder).info();
  expect(info).toMatchObject({ folder, octets: 310, isComplete: true });
  expect(info.freeOctets).toBeGreaterThan(0);
});

it('looks not more often than once a minute: a window that asks all the time must not keep the disk busy', async () => {
  let now = 0;
  const counted = new DataFolderInfo(folder, () => now);
  await counted.info();
  await writeFile(join(folder, 'more'), 'x'.repeat(1_000));
  now = adminLimits.dataInfoAge - 1;
  expect((await counted.info()).octets).toBe(310);
  now = adminLimits.dataInfoAge;
  expect((await counted.info()).octets).toBe(1_310);
});

it('looks at so many files and says that there are more', async () => {
  expect(await new DataFolderInfo(folder, () => 0, 2).info()).toMatchObject({ isComplete: false });
});

it('counts nothing where nothing is', async () => {
  const gone = join(folder, 'gone');
  expect(await new DataFolderInfo(gone).info()).toMatchObject({ octets: 0, freeOctets: undefined });
});
