import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loginItem } from './login-item.ts';

let configFolder: string;
beforeEach(async () => {
  configFolder = await mkdtemp(join(tmpdir(), 'mailroom-login-'));
});
afterEach(() => rm(configFolder, { recursive: true, force: true }));

const noList = {
  getLoginItemSettings(): never {
    throw new Error('Linux has no list of login items');
  },
  setLoginItemSettings(): never {
    throw new Error('Linux has no list of login items');
  },
};

describe('starting with the computer', () => {
  it('works on Linux too, where Electron cannot: a file in autostart, and none when it is not wanted', async () => {
    const item = loginItem(noList, { platform: 'linux', program: '/opt/My $Mail"room', configFolder });
    expect(await item.get()).toBe(false);
    await item.set(true);
    expect(await item.get()).toBe(true);
    const text = await readFile(join(configFolder, 'autostart', 'mailroom.desktop'), 'utf8');
    expect(text).toContain('Exec="/opt/My \\\\$Mail\\\\"room" --hidden\n');
    await item.set(false);
    await item.set(false);
    expect(await item.get()).toBe(false);
  });

  it('asks Windows for the very entry that was made: without its argument it would not be found again', async () => {
    const entries: string[][] = [];
    const item = loginItem(
      {
        getLoginItemSettings: ({ args }) => ({ openAtLogin: entries.some((each) => each.join() === args.join()) }),
        setLoginItemSettings: ({ args }) => void entries.push(args),
      },
      { platform: 'win32', program: 'C:\\Mailroom.exe', configFolder },
    );
    await item.set(true);
    expect(entries).toEqual([['--hidden']]);
    expect(await item.get()).toBe(true);
  });
});
