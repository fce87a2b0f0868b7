import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FileHeld } from '../../core/base/patiently.ts';
import { SimulatedDisk } from '../../core/store/testing/simulated-disk.ts';
import { KAREN, OLAF, startTestServer } from '../support/test-server.ts';

vi.mock(import('../../core/base/limits.ts'), async (original) => {
  const limits = await original();
  return { ...limits, storeLimits: { ...limits.storeLimits, reopenAfter: 100, removeAgain: 50 } };
});

const MESSAGE = Buffer.from('Subject: m\r\n\r\nm\r\n');

/** A server with a disk whose flushes fail as long as `broken` is true. */
async function start() {
  const files = new SimulatedDisk();
  const disk = { broken: false };
  files.fault = (operation) => {
    if (operation === 'flush' && disk.broken) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
  };
  const server = await startTestServer({ files, runsService: true });
  onTestFinished(() => server.stop());
  const problem = () => server.server.imap4.info().problem;
  const told = async (what: (problem: string | undefined) => boolean) => {
    while (!what(problem())) await sleep(10);
  };
  return { server, disk, problem, told };
}

describe('a disk that has failed to store mail', () => {
  it('keeps changes out, is told, and is tried again: with room everything goes on without a restart', async () => {
    const { server, disk, problem, told } = await start();
    const karen = await server.client(KAREN);
    await karen.ok(['APPEND INBOX ', MESSAGE]);
    await karen.ok('SELECT INBOX');
    await sleep(600); // what is flushed by itself has been
    disk.broken = true;
    expect(await karen.command(['APPEND INBOX ', MESSAGE])).toMatchObject({ status: 'NO' });
    await told((text) => text !== undefined);
    expect(problem()).toMatch(/^The mail of karen cannot be changed: .*no space.*Make room/);
    // What can be read is served, others are served, and she may come again.
    expect((await karen.ok('FETCH 1 BODY.PEEK[]')).untagged.join()).toContain('Subject: m');
    await (await server.client(KAREN)).ok('SELECT INBOX');
    server.errors.length = 0;
    disk.broken = false;
    await told((text) => text === undefined);
    await karen.closed;
    const again = await server.client(KAREN);
    await again.ok(['APPEND INBOX ', MESSAGE]);
    await again.ok('SELECT INBOX');
    expect((await again.ok('FETCH 1:* BODY.PEEK[]')).untagged.length).toBeGreaterThanOrEqual(2);
  });

  it('ends the sessions of those who work with that mail, and no others', async () => {
    const { server, disk, told } = await start();
    const karen = await server.client(KAREN);
    await karen.ok('SETACL INBOX olaf lrswi');
    const [olaf, other] = [await server.client(OLAF), await server.client(OLAF)];
    await olaf.ok('SELECT #users/karen/INBOX');
    await other.ok('SELECT INBOX');
    disk.broken = true;
    expect(await karen.command(['APPEND INBOX ', MESSAGE])).toMatchObject({ status: 'NO' });
    await told((text) => text !== undefined);
    disk.broken = false;
    server.errors.length = 0;
    await told((text) => text === undefined);
    await olaf.closed;
    await other.ok('SELECT #users/karen/INBOX');
    await other.ok(['APPEND #users/karen/INBOX ', MESSAGE]);
  });
});

it('tells the administrator as long as mail of a removed user is on the disk, because another program has it', async () => {
  const files = new SimulatedDisk();
  const remove = files.remove.bind(files);
  let isHeld = true;
  files.remove = async (path) => {
    if (isHeld) throw new FileHeld(path, { code: 'EBUSY' }, 0);
    await remove(path);
  };
  const server = await startTestServer({ files, runsService: true });
  onTestFinished(() => server.stop());
  const { admin, imap4, directory } = server.server;
  const { accountId } = directory.find(KAREN.name)!;
  const left = async () => (await readdir(join(server.data, 'mail'))).filter((name) => name.includes(accountId));
  await server.client(KAREN);
  const removal = await admin.call('users.remove', { name: KAREN.name, mail: 'delete' });
  expect(removal.ok).toBe(true);
  expect(imap4.info().problem).toMatch(/^Mail of a removed user is still on the disk: another program/);
  expect(await left()).toHaveLength(2); // the mail, and the note that it goes
  isHeld = false;
  while (imap4.info().problem !== undefined) await sleep(10);
  expect(await left()).toEqual([]);
});
