import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { oneAtATime } from '../../build/build-lock.ts';
import { isOld } from '../../build/window.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await makeTempFolder('build');
});
afterEach(() => removeFolder(folder));

const file = async (name: string, at: number) => {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, name);
  await utimes(path, at, at);
  return path;
};

it('a window is built anew exactly when something it is made of has changed, so that nobody sees yesterday’s', async () => {
  await file('src/deep/a.ts', 100);
  await file('src/a.test.ts', 300);
  const lock = await file('lock.json', 50);
  const sources = [join(folder, 'src'), lock, join(folder, 'not-there')];
  const made = join(folder, 'index.html');
  expect(await isOld(made, sources)).toBe(true);
  await file('index.html', 200);
  for (const path of ['src/deep', 'src']) await utimes(join(folder, path), 100, 100);
  expect(await isOld(made, sources)).toBe(false);
  await utimes(lock, 201, 201);
  expect(await isOld(made, sources)).toBe(true);
  await utimes(lock, 50, 50);
  await file('src/deep/a.ts', 201);
  expect(await isOld(made, sources)).toBe(true);
});

it('two starts at the same time build one after the other, or each would empty what the other writes', async () => {
  const order: string[] = [];
  const build = (name: string) =>
    oneAtATime(join(folder, 'cache', 'lock'), async () => {
      order.push(`${name} begins`);
      await setTimeout(150);
      order.push(`${name} ends`);
    });
  await Promise.all([build('one'), build('two')]);
  expect(order[1]).toBe(order[0]?.replace('begins', 'ends'));
  expect(order).toHaveLength(4);
  const failing = oneAtATime(join(folder, 'cache', 'lock'), () => Promise.reject(new Error('broken sources')));
  await expect(failing).rejects.toThrow('broken sources');
  await build('three'); // a build that failed holds nobody up
});
