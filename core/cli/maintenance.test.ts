import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { lacks } from '../base/testing-windows.ts';
import { openMailStore } from '../store/mail-store.ts';
import { CommandLine } from './testing.ts';

let mailroom: CommandLine;
beforeEach(async () => {
  mailroom = await CommandLine.make();
  await mailroom.must(['user', 'add', 'karen', '--password-stdin'], 'a good secret');
});
afterEach(() => mailroom.remove());

/** Ten messages of 20 kB in INBOX, none of which is like another. */
async function importTen(): Promise<void> {
  const message = (number: number) => `Subject: ${number}\r\n\r\n${randomBytes(10_000).toString('hex')}\r\n`;
  const from = 'From a@example.org Thu Aug 22 11:26:25 2002\r\n';
  await writeFile(mailroom.path('ten.mbox'), Array.from({ length: 10 }, (_, n) => `${from}${message(n)}\r\n`).join(''));
  await mailroom.must(['import', 'karen', 'INBOX', mailroom.path('ten.mbox')]);
}

/** The folder of the only account. */
async function accountFolder(): Promise<string> {
  const [id = ''] = await readdir(join(mailroom.data, 'mail'));
  return join(mailroom.data, 'mail', id);
}

async function damageFirstMessage(): Promise<void> {
  const segments = join(await accountFolder(), 'segments');
  const [name = ''] = (await readdir(segments)).sort();
  const file = await open(join(segments, name), 'r+');
  await file.write('DAMAGED', 5_000);
  await file.close();
}

describe('mailroom check', () => {
  it('finds nothing wrong with new data, nor with mail that was imported', async () => {
    expect(await mailroom.must(['check'])).toBe('checked accounts 0, messages 0: nothing is wrong\n');
    await importTen();
    expect(await mailroom.must(['check'])).toBe('checked accounts 1, messages 10: nothing is wrong\n');
  });

  it.skipIf(lacks('modes of files'))('tells of a data folder that others may write to, with the remedy', async () => {
    await chmod(mailroom.data, 0o777);
    const { code, out } = await mailroom.run(['check']);
    expect(code).toBe(1);
    execFileSync('sh', ['-c', /`(chmod .*)`/.exec(out)![1]!]); // the folder's path may have blanks
    expect(await mailroom.must(['check'])).toMatch(/nothing is wrong/);
  });

  it('fails for a damaged message, naming whose it is and the remedy', async () => {
    await importTen();
    await damageFirstMessage();
    const { code, out } = await mailroom.run(['check']);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^karen: .*message 1 of INBOX is damaged.* Remedy: .*backup.*\nchecked .*--repair 1, left 0\n$/,
    );
    expect(await mailroom.must(['check', '--repair'])).toMatch(/Repaired: it can be read again.*backup/);
  });

  it.each([
    ['sharing.json', 'remove it to begin with nothing shared'],
    ['administrator.json', 'set a new administrator password'],
    ['tls/private-key.pem', 'remove it to have both made anew'],
  ])('tells of a damaged %s, and changes nothing', async (name, remedy) => {
    const file = join(mailroom.data, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '{"no such thing');
    const { code, out } = await mailroom.run(['check']);
    expect([code, out]).toEqual([1, expect.stringContaining(remedy)]);
    expect(await readFile(file, 'utf8')).toBe('{"no such thing');
  });

  it('repairs what it can when asked to, and only then', async () => {
    await importTen();
    const folder = await accountFolder();
    for (const name of await readdir(folder)) if (name.startsWith('index.db')) await rm(join(folder, name));
    const before = await readdir(folder);
    const { code, out } = await mailroom.run(['check']);
    expect(code).toBe(1);
    expect(out).toMatch(/repairable with --repair [1-9]/);
    expect(out).toMatch(/Names of mailboxes, flags, .* are lost .* from a backup before/);
    expect(await readdir(folder)).toEqual(before);
    expect(await mailroom.must(['check', '--repair'])).toMatch(/Repaired: .*, left 0\n$/s);
    expect(await mailroom.must(['check'])).toMatch(/messages 10: nothing is wrong\n$/);
    expect(await mailroom.must(['export', 'karen', 'Recovered', mailroom.path('back.mbox')])).toMatch(/^exported 10,/);
  });
});

describe('mailroom compact', () => {
  it('has nothing to give back where there is no mail', async () => {
    expect(await mailroom.must(['compact'])).toBe('gave back 0 octets\n');
  });

  it('gives the space of expunged messages back and keeps the others', async () => {
    await importTen();
    await expungeFirst(7);
    const given = Number(/^gave back (\d+) octets\n$/.exec(await mailroom.must(['compact']))?.[1]);
    expect(given).toBeGreaterThan(7 * 20_000);
    expect(await mailroom.must(['compact'])).toBe('gave back 0 octets\n');
    expect(await mailroom.must(['check'])).toMatch(/messages 3: nothing is wrong\n$/);
  });
});

async function expungeFirst(count: number): Promise<void> {
  const folder = await accountFolder();
  const store = await openMailStore({ folder: join(folder, '..'), clock: systemClock, logger: silentLogger });
  const account = await store.account(folder.slice(join(folder, '..').length + 1));
  const inbox = await account.select('INBOX', { readOnly: false, onChange: () => {} });
  const uids = Array.from(inbox.state.columns.uid.subarray(0, count));
  await inbox.storeFlags(uids, { mode: 'add', flags: ['\\Deleted'] });
  await inbox.expunge(uids);
  inbox.close();
  await store.close();
}
