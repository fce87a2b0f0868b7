import { mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FileCalls, writeFileDurably } from './durable-file.ts';
import type { Patience } from './patiently.ts';
import { lacks } from './testing-windows.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'mailroom-durable-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** Windows opens no folder: there the file is flushed once more. */
const FLUSH_OF_NAME = process.platform === 'win32' ? ['open r+', 'sync file'] : ['open r', 'sync folder'];

/** Waits for no one. */
const windows: Patience = { platform: 'win32', time: 5_000, pause: async () => undefined };

/** The real calls, written down; the one whose turn it is fails. */
function watched(failAt = Number.POSITIVE_INFINITY) {
  return stepping((calls) => {
    if (calls.length === failAt) throw Object.assign(new Error(`no ${calls.at(-1)}`), { code: 'EIO' });
  });
}

/** The real calls, each written down and shown to `look`, which may refuse it. */
function stepping(look: (calls: readonly string[]) => void) {
  const calls: string[] = [];
  const step = (name: string) => {
    calls.push(name);
    look(calls);
  };
  const files: FileCalls = {
    async open(path, flags, mode) {
      step(`open ${flags}`);
      const handle = await open(path, flags, mode);
      return {
        writeFile: async (content: Parameters<typeof handle.writeFile>[0]) => {
          step('write');
          await handle.writeFile(content);
        },
        sync: async () => {
          step(flags === 'r' ? 'sync folder' : 'sync file');
          await handle.sync();
        },
        close: () => handle.close(),
      } as Awaited<ReturnType<FileCalls['open']>>;
    },
    async rename(from, to) {
      step('rename');
      await rename(from, to);
    },
    async rm(path, options) {
      step('rm');
      await rm(path, options);
    },
  };
  return { files, calls };
}

describe('a file that a power cut must not tear', () => {
  it('is flushed before it takes the name, and the name before anybody is told', async () => {
    const { files, calls } = watched();
    await writeFileDurably(join(await folder(), 'a.json'), 'new', { files });
    expect(calls).toEqual(['rm', 'open wx', 'write', 'sync file', 'rename', ...FLUSH_OF_NAME]);
  });

  it('holds all of the old content or all of the new, whichever call fails, and leaves nothing lying about', async () => {
    for (let failAt = 1; failAt <= 7; failAt += 1) {
      const file = join(await folder(), 'a.json');
      await writeFile(file, 'old');
      await expect(writeFileDurably(file, 'new', { files: watched(failAt).files })).rejects.toThrow('no ');
      expect(await readFile(file, 'utf8')).toBe(failAt <= 5 ? 'old' : 'new');
      await expect(stat(`${file}.new`)).rejects.toThrow('ENOENT');
    }
  });

  it('is flushed once more under its name on Windows: the log of NTFS, which has the new name, goes to the disk with it', async () => {
    const { files, calls } = watched();
    await writeFileDurably(join(await folder(), 'a.json'), 'new', { files, patience: windows });
    expect(calls).toEqual(['rm', 'open wx', 'write', 'sync file', 'rename', 'open r+', 'sync file']);
  });

  it('is written although another program has one of the files open at every call, for a moment', async () => {
    for (const code of ['EBUSY', 'EPERM', 'EACCES']) {
      const refused = new Map<string, number>();
      const { files } = stepping((calls) => {
        const call = calls.at(-1)!;
        if (!/^(?:open|rename|rm)/.test(call)) return;
        const times = refused.get(call) ?? 0;
        refused.set(call, times + 1);
        if (times < 3) throw Object.assign(new Error(`${code}: ${call}`), { code });
      });
      const file = join(await folder(), 'a.json');
      await writeFile(file, 'old');
      await writeFileDurably(file, 'new', { files, patience: windows });
      expect(await readFile(file, 'utf8')).toBe('new');
      await expect(stat(`${file}.new`)).rejects.toThrow('ENOENT');
    }
  });

  it('takes the read-only attribute off, which files from a CD have: no change could be kept', async () => {
    const file = join(await folder(), 'a.json');
    await writeFile(file, 'old', { mode: 0o444 });
    const { files } = watched();
    const asWindows: FileCalls = {
      ...files,
      async rename(from, to) {
        if (((await stat(to)).mode & 0o200) === 0) throw Object.assign(new Error('EPERM: rename'), { code: 'EPERM' });
        await rename(from, to);
      },
    };
    await writeFileDurably(file, 'new', { files: asWindows, patience: windows });
    expect(await readFile(file, 'utf8')).toBe('new');
  });

  it('is not stopped by what a kill left of the last try', async () => {
    const file = join(await folder(), 'a.json');
    await writeFile(`${file}.new`, 'half of it', { mode: 0o444 });
    await writeFileDurably(file, 'new');
    expect(await readFile(file, 'utf8')).toBe('new');
  });

  // Windows has no modes.
  it.skipIf(lacks('modes of files'))('can be read by its owner only, unless said otherwise', async () => {
    const file = join(await folder(), 'key.pem');
    await writeFileDurably(file, 'secret');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(file))).isDirectory()).toBe(true);
  });
});
