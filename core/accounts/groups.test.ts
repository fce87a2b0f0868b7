import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../base/errors.ts';
import { silentLogger } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import { type Directory, openDirectory } from './directory.ts';
import { preparePassword } from './password.ts';
import { cheapPasswords } from './testing.ts';
import { systemScrypt, verifies } from './verifier.ts';

const dependencies = {
  clock: { now: () => Date.UTC(2026, 1, 3) },
  random: systemRandom,
  logger: silentLogger,
  passwordCost: cheapPasswords,
};

let file: string;
let directory: Directory;
let karen: string;
let bob: string;

const opened = () => openDirectory(file, dependencies);

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailroom-groups-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, 'directory.json');
  directory = await opened();
  karen = (await directory.add('Karen', 'a good secret')).accountId;
  bob = (await directory.add('bob', 'another secret')).accountId;
});

describe('groups', () => {
  it('are there after a restart, with ids that stay through every change', async () => {
    const { id } = await directory.addGroup('Sales', ['karen', 'BOB', 'KAREN']);
    expect(directory.groups()).toEqual([{ id, name: 'Sales', members: ['bob', 'Karen'] }]);
    await directory.renameGroup('sales', 'Marketing');
    await directory.setGroupMembers('MARKETING', ['karen']);
    for (const state of [directory, await opened()]) {
      expect(state.groupById(id)).toEqual({ id, name: 'Marketing', members: ['Karen'] });
      expect(state.groupNamed('marketing')?.id).toBe(id);
      expect(state.groupNamed('sales')).toBeUndefined();
      expect([state.groupsOf(karen), state.groupsOf(bob), state.groupsOf('nobody')]).toEqual([[id], [], []]);
    }
    await directory.removeGroup('Marketing');
    expect([directory.groups(), directory.groupsOf(karen)]).toEqual([[], []]);
    expect((await directory.addGroup('Marketing', [])).id).not.toBe(id);
  });

  it('are not touched by what is refused', async () => {
    await directory.addGroup('sales', ['karen']);
    const before = await readFile(file, 'utf8');
    for (const refused of [
      directory.addGroup('SALES', []),
      directory.addGroup('anyone', []),
      directory.addGroup('-sales', []),
      directory.addGroup('support', ['karen', 'nobody']),
      directory.renameGroup('sales', 'a b'),
      directory.renameGroup('support', 'x'),
      directory.setGroupMembers('sales', ['nobody']),
      directory.removeGroup('support'),
    ]) {
      await expect(refused).rejects.toThrow(UserError);
    }
    expect(await readFile(file, 'utf8')).toBe(before);
    await expect(directory.addGroup('-x', [])).rejects.toThrow('is no group name');
  });

  it('may change the case of their name, but not take the name of another', async () => {
    await directory.addGroup('sales', []);
    await directory.addGroup('support', []);
    await directory.renameGroup('sales', 'Sales');
    await expect(directory.renameGroup('support', 'SALES')).rejects.toThrow('There is a group Sales already');
  });

  it('lose a member who is removed, and a later user of that name is not in them', async () => {
    await directory.addGroup('sales', ['karen', 'bob']);
    await directory.remove('karen');
    expect(directory.groupNamed('sales')?.members).toEqual(['bob']);
    const { accountId } = await directory.add('karen', 'a good secret');
    expect(directory.groupsOf(accountId)).toEqual([]);
    expect(directory.groupsOf(karen)).toEqual([]);
    expect(await readFile(file, 'utf8')).not.toContain(karen);
  });
});

describe('a user who is renamed', () => {
  it('stays who he is: password, SCRAM keys, groups, quota, mail', async () => {
    await directory.addGroup('sales', ['karen']);
    await directory.setQuota('karen', { octets: 1_000_000, messages: 0 });
    const before = directory.find('karen')!;
    expect((await directory.rename('KAREN', 'Karen.Smith')).accountId).toBe(karen);
    const after = (await opened()).find('karen.smith')!;
    expect(after).toEqual({ ...before, name: 'Karen.Smith' });
    expect(await verifies(preparePassword('a good secret'), after.verifier, systemScrypt)).toBe(true);
    expect(directory.find('karen')).toBeUndefined();
    expect(directory.userById(karen)?.name).toBe('Karen.Smith');
    expect(directory.groupNamed('sales')?.members).toEqual(['Karen.Smith']);
  });

  it('may not take the name of another, and may change the case of his own', async () => {
    await expect(directory.rename('karen', 'BOB')).rejects.toThrow('There is a user bob already');
    await expect(directory.rename('karen', '../x')).rejects.toThrow('is no user name');
    await expect(directory.rename('nobody', 'x')).rejects.toThrow('There is no user');
    expect((await directory.rename('karen', 'KAREN')).name).toBe('KAREN');
  });
});

describe('a quota of his own', () => {
  it('is there after a restart, and can be taken back', async () => {
    await directory.setQuota('karen', { octets: 5, messages: 0 });
    expect((await opened()).userNamed('karen')?.quota).toEqual({ octets: 5, messages: 0 });
    await directory.setQuota('karen', undefined);
    expect((await opened()).userNamed('karen')?.quota).toBeUndefined();
    expect(directory.userNamed('bob')?.quota).toBeUndefined();
  });

  it.each([
    [{ octets: -1, messages: 0 }],
    [{ octets: 1.5, messages: 0 }],
    [{ octets: 0, messages: Number.POSITIVE_INFINITY }],
  ])('is not %j', async (quota) => {
    await expect(directory.setQuota('karen', quota)).rejects.toThrow('A quota must be');
    expect(directory.userNamed('karen')?.quota).toBeUndefined();
  });
});

describe('who listens', () => {
  it('is told of every change to users and groups, when it is in effect', async () => {
    const told: unknown[] = [];
    let people = 0;
    directory.onChange(({ kind, user }) => told.push([kind, user.name, directory.userById(user.accountId)?.name]));
    directory.onGroupChange(({ kind, group }) => told.push([`group ${kind}`, group.name, group.members]));
    directory.onPeople(() => {
      people += 1;
    });
    await directory.addGroup('sales', ['karen', 'bob']);
    await directory.rename('karen', 'jane');
    await directory.setQuota('bob', undefined);
    await directory.remove('bob');
    await directory.renameGroup('sales', 'support');
    await directory.removeGroup('support');
    expect(told).toEqual([
      ['group added', 'sales', ['bob', 'Karen']],
      ['renamed', 'jane', 'jane'],
      ['group membersSet', 'sales', ['bob', 'jane']],
      ['quotaSet', 'bob', 'bob'],
      ['removed', 'bob', undefined],
      ['group membersSet', 'sales', ['jane']],
      ['group renamed', 'support', ['jane']],
      ['group removed', 'support', ['jane']],
    ]);
    expect(people).toBe(6);
  });
});

describe('a directory of the version before groups', () => {
  it('is read as it is, and written in the new form at the next change only', async () => {
    const { groups: _, ...content } = JSON.parse(await readFile(file, 'utf8'));
    const old = JSON.stringify({ ...content, version: 1 });
    await writeFile(file, old);
    const upgraded = await opened();
    expect(upgraded.list()).toEqual(directory.list());
    expect([upgraded.groups(), upgraded.decoySecret]).toEqual([[], directory.decoySecret]);
    expect(await readFile(file, 'utf8')).toBe(old);
    await upgraded.addGroup('sales', ['karen']);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 2, groups: [{ members: [karen] }] });
    expect(await readFile(`${file}.bak`, 'utf8')).toBe(old);
  });
});

describe('groups in a file that somebody edited', () => {
  const edit = async (change: (content: { groups: object[] }) => void) => {
    await directory.addGroup('sales', ['karen']);
    const content = JSON.parse(await readFile(file, 'utf8'));
    change(content);
    await writeFile(file, JSON.stringify(content));
    return opened();
  };

  it('may name members nobody is, who count for nothing', async () => {
    const edited = await edit(({ groups }) => Object.assign(groups[0]!, { members: ['0'.repeat(20), karen, karen] }));
    expect(edited.groups()).toMatchObject([{ members: ['Karen'] }]);
    expect(edited.groupsOf(karen)).toHaveLength(1);
  });

  it.each([
    ['two groups have the same name', { name: 'SALES', id: '0'.repeat(20), members: [] }],
    ['groups.1.id', { name: 'x', id: '../x', members: [] }],
    ['groups.1.members', { name: 'x', id: '0'.repeat(20) }],
  ])('end the start with the place named: %s', async (message, group) => {
    await expect(edit(({ groups }) => groups.push(group))).rejects.toThrow(message);
  });
});
