import { readFileSync } from 'node:fs';
import { mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { FileCalls } from '../base/durable-file.ts';
import { UserError } from '../base/errors.ts';
import { silentLogger } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import { isOpenToOthers } from '../base/testing.ts';
import { type DirectoryChange, openDirectory } from './directory.ts';
import { preparePassword } from './password.ts';
import { cheapPasswords } from './testing.ts';
import type { User } from './user.ts';
import { systemScrypt, verifies } from './verifier.ts';

const dependencies = {
  clock: { now: () => Date.UTC(2026, 1, 3) },
  random: systemRandom,
  logger: silentLogger,
  passwordCost: cheapPasswords,
};

let file: string;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailroom-directory-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, 'directory.json');
});

const opened = (files?: FileCalls) =>
  openDirectory(file, files === undefined ? dependencies : { ...dependencies, files });
const fits = (user: User | undefined, password: string) =>
  verifies(preparePassword(password), user!.verifier, systemScrypt);

describe('users', () => {
  it('are there after a restart, with their passwords and nothing readable of them', async () => {
    const directory = await opened();
    const added = await directory.add('Karen', 'a good secret');
    await directory.add('bob', 'another secret');
    expect(added).toEqual({
      name: 'Karen',
      accountId: added.accountId,
      disabled: false,
      createdAt: Date.UTC(2026, 1, 3),
    });

    const again = await opened();
    expect(again.list().map(({ name }) => name)).toEqual(['bob', 'Karen']);
    expect(again.find('KAREN')).toEqual(directory.find('karen'));
    expect(await fits(again.find('karen'), 'a good secret')).toBe(true);
    expect(await fits(again.find('karen'), 'another secret')).toBe(false);
    expect(again.decoySecret).toEqual(directory.decoySecret);
    expect(await readFile(file, 'utf8')).not.toContain('secret"');
    expect(await isOpenToOthers(file)).toBe(false);
  });

  it('keep their mail folder through every change, and it can be no path', async () => {
    const directory = await opened();
    const { accountId } = await directory.add('karen', 'a good secret');
    expect(accountId).toMatch(/^[a-z0-9]{20}$/);
    await directory.setPassword('KAREN', 'a new secret');
    await directory.disable('karen');
    expect((await directory.enable('karen')).accountId).toBe(accountId);
    expect(await fits(directory.find('karen'), 'a new secret')).toBe(true);
  });

  it('never get the folder of one who was removed', async () => {
    const directory = await opened();
    const { accountId } = await directory.add('karen', 'a good secret');
    expect((await directory.remove('Karen')).accountId).toBe(accountId);
    expect(directory.find('karen')).toBeUndefined();
    expect((await directory.add('karen', 'a good secret')).accountId).not.toBe(accountId);
  });

  it('cannot be made twice, not even at the same moment and in another spelling', async () => {
    const directory = await opened();
    const results = await Promise.allSettled([
      directory.add('karen', 'a good secret'),
      directory.add('KAREN', 'a bad secret'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(directory.list()).toHaveLength(1);
  });

  it('are not touched by what is refused', async () => {
    const directory = await opened();
    await directory.add('karen', 'a good secret');
    const before = await readFile(file, 'utf8');
    for (const refused of [
      directory.add('../x', 'a good secret'),
      directory.add('bob', 'weak'),
      directory.setPassword('karen', 'weak'),
      directory.setPassword('nobody', 'a good secret'),
      directory.disable('nobody'),
      directory.remove('nobody'),
    ]) {
      await expect(refused).rejects.toThrow(UserError);
    }
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('are a new object after each change of their own and the same one after those of others', async () => {
    const directory = await opened();
    await directory.add('karen', 'a good secret');
    const first = directory.find('karen');
    await directory.add('bob', 'another secret');
    expect(directory.find('karen')).toBe(first);
    await directory.disable('karen');
    expect(directory.find('karen')).not.toBe(first);
  });

  it('are told about when the change is on disk, not before', async () => {
    const directory = await opened();
    const changes: DirectoryChange[] = [];
    const onDisk: boolean[] = [];
    const stop = directory.onChange((change) => {
      changes.push(change);
      onDisk.push(readFileSync(file, 'utf8').includes('"disabled": true'));
    });
    await directory.add('karen', 'a good secret');
    await directory.disable('karen');
    stop();
    await directory.remove('karen');
    expect(changes.map(({ kind, user }) => [kind, user.disabled])).toEqual([
      ['added', false],
      ['disabled', true],
    ]);
    expect(onDisk).toEqual([false, true]);
  });
});

describe('the file of users', () => {
  it('holds the old or the new state when the disk fails at any moment, and memory holds the same', async () => {
    for (let failAt = 1; failAt <= 14; failAt += 1) {
      await rm(file, { force: true });
      await rm(`${file}.bak`, { force: true });
      const { files, arm } = failing();
      const directory = await opened(files);
      await directory.add('karen', 'a good secret');
      arm(failAt);
      const error = await directory.setPassword('karen', 'a new secret').catch((problem: unknown) => problem);
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).toContain(file);
      expect(await fits(directory.find('karen'), 'a good secret')).toBe(true);
      const restarted = (await opened()).find('karen');
      expect([await fits(restarted, 'a good secret'), await fits(restarted, 'a new secret')]).toContain(true);
      // Until the very last call, the flush of the new name, the old state is what a restart finds.
      if (failAt <= 12) expect(await fits(restarted, 'a good secret')).toBe(true);
      arm(Number.POSITIVE_INFINITY);
      await directory.setPassword('karen', 'a newer secret');
      expect(await fits((await opened()).find('karen'), 'a newer secret')).toBe(true);
    }
  });

  it('has the state before the last change beside it', async () => {
    const directory = await opened();
    await directory.add('karen', 'a good secret');
    const before = await readFile(file, 'utf8');
    await directory.remove('karen');
    expect(await readFile(`${file}.bak`, 'utf8')).toBe(before);
  });

  it.each([
    ['is empty', ''],
    ['is cut off', '{"version": 1, "users": [{"name": "kar'],
    ['is something else', '[]'],
    ['has no users', '{"version": 1, "decoySecret": "AAAA"}'],
    ['has a user without password', '{"version": 1, "decoySecret": "AAAA", "users": [{"name": "karen"}]}'],
  ])(
    'is not passed over when it %s: the start ends with the remedy, and the file stays as it is',
    async (_, content) => {
      await writeFile(file, content);
      await expect(opened()).rejects.toThrow(UserError);
      await expect(opened()).rejects.toThrow(/directory\.json cannot be used: .+restore it from a backup/);
      expect(await readFile(file, 'utf8')).toBe(content);
    },
  );

  it('names the good copy when there is one', async () => {
    const directory = await opened();
    await directory.add('karen', 'a good secret');
    await directory.add('bob', 'another secret');
    await writeFile(file, '{');
    await expect(opened()).rejects.toThrow(`copy ${file}.bak`);
    await rm(file);
    await expect(opened()).rejects.toThrow(/is gone, but .*directory\.json\.bak is there/);
    await rename(`${file}.bak`, file);
    expect((await opened()).list()).toHaveLength(1);
  });

  it('cannot lead out of the mail folder, whatever was written into it', async () => {
    const directory = await opened();
    const { accountId } = await directory.add('karen', 'a good secret');
    const text = await readFile(file, 'utf8');
    for (const evil of ['../../etc', 'CON.', '', 'a/b', 'x']) {
      await writeFile(file, text.replace(accountId, evil));
      await expect(opened()).rejects.toThrow(/users\.0\.accountId/);
    }
  });

  it('cannot hold two users of one name or one folder', async () => {
    const directory = await opened();
    await directory.add('karen', 'a good secret');
    await directory.add('bob', 'another secret');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"bob"', '"KAREN"'));
    await expect(opened()).rejects.toThrow('two users have the same name');
    const [one, other] = directory.list().map(({ accountId }) => accountId);
    await writeFile(file, text.replace(one!, other!));
    await expect(opened()).rejects.toThrow('two users have the same accountId');
  });

  it('keeps what a later version added, and refuses what only a later version understands', async () => {
    await (await opened()).add('karen', 'a good secret');
    const content = JSON.parse(await readFile(file, 'utf8'));
    content.aliases = [{ name: 'sales' }];
    content.users[0].language = 'de';
    content.users[0].scram.note = 'kept';
    await writeFile(file, JSON.stringify(content));
    const directory = await opened();
    await directory.add('bob', 'another secret');
    await directory.disable('karen');
    const kept = JSON.parse(await readFile(file, 'utf8'));
    expect(kept.aliases).toEqual([{ name: 'sales' }]);
    expect(kept.users[0]).toMatchObject({ name: 'karen', disabled: true, language: 'de', scram: { note: 'kept' } });

    await writeFile(file, JSON.stringify({ ...kept, version: 3 }));
    await expect(opened()).rejects.toThrow(/written by a newer Mailroom/);
  });

  it('is not made before there is a user', async () => {
    expect((await opened()).list()).toEqual([]);
    await expect(stat(file)).rejects.toThrow('ENOENT');
  });
});

/** Real files whose n-th call after `arm(n)` fails. */
function failing() {
  let left = Number.POSITIVE_INFINITY;
  const step = () => {
    left -= 1;
    if (left === 0) throw new Error('the disk is broken');
  };
  const files: FileCalls = {
    async open(path, flags, mode) {
      step();
      const handle = await open(path, flags, mode);
      return {
        writeFile: async (content: string) => {
          step();
          await handle.writeFile(content);
        },
        sync: async () => {
          step();
          await handle.sync();
        },
        close: () => handle.close(),
      } as Awaited<ReturnType<FileCalls['open']>>;
    },
    async rename(from, to) {
      step();
      await rename(from, to);
    },
    async rm(path, options) {
      step();
      await rm(path, options);
    },
  };
  const arm = (calls: number) => {
    left = calls;
  };
  return { files, arm };
}
