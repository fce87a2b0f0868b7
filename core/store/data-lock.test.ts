import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { lacks } from '../base/testing-windows.ts';
import { lockDataFolder } from './data-lock.ts';
import { temporaryFolder } from './testing/test-store.ts';

describe('the lock of a data folder', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('keeps a second holder out, says who the first is, and is free after release', async () => {
    const lock = await lockDataFolder(folder.path);
    await expect(lockDataFolder(folder.path)).rejects.toThrow(`process ${process.pid}`);
    lock.release();
    lock.release();
    (await lockDataFolder(folder.path)).release();
  });

  it('can be taken whatever its file holds, and still keeps a second holder out', async () => {
    const file = join(folder.path, 'run', 'lock.db');
    mkdirSync(join(folder.path, 'run'));
    writeFileSync(file, 'garbage '.repeat(1_000));
    const lock = await lockDataFolder(folder.path);
    await expect(lockDataFolder(folder.path)).rejects.toThrow(`process ${process.pid}`);
    lock.release();
    expect(statSync(file).size).toBe(0);
  });

  it.skipIf(lacks('links for everybody'))(
    'writes through no link: what somebody put there led to any file',
    async () => {
      const [victim, run] = [join(folder.path, 'victim'), join(folder.path, 'run')];
      writeFileSync(victim, 'precious');
      mkdirSync(run);
      symlinkSync(victim, join(run, 'lock.pid'));
      const lock = await lockDataFolder(folder.path);
      expect(readFileSync(victim, 'utf8')).toBe('precious');
      lock.release();
    },
  );

  it('is free as soon as its holder was killed: no stale lock keeps the server from starting', async () => {
    const module = new URL('./data-lock.ts', import.meta.url).href;
    const script = `const { lockDataFolder } = await import(${JSON.stringify(module)});
      globalThis.lock = await lockDataFolder(${JSON.stringify(folder.path)}); console.log('held');
      setInterval(() => {}, 1000)`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    await expect(lockDataFolder(folder.path)).rejects.toThrow(`process ${holder.pid}`);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    (await lockDataFolder(folder.path)).release();
  });
});
