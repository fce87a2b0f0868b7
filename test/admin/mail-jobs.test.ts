import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArgsOf, Job } from '../../core/admin/contract.ts';
import { type AdministeredServer, done, startAdministeredServer } from '../support/admin.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { KAREN } from '../support/test-server.ts';

let ours: AdministeredServer;
let folder: string;

beforeEach(async () => {
  folder = await makeTempFolder('jobs');
  ours = await startAdministeredServer();
});
afterEach(async () => {
  await ours.stop();
  await removeFolder(folder);
});

const fromLine = 'From a@example.org Thu Aug 22 11:26:25 2002\r\n';

/** An mbox file of so many messages. */
async function putMbox(count: number, size = 100): Promise<string> {
  const path = join(folder, `mail-${count}.mbox`);
  const entry = (number: number) => `${fromLine}Subject: ${number}\r\n\r\n${'x'.repeat(size)}\r\n\r\n`;
  await writeFile(path, Array.from({ length: count }, (_, number) => entry(number)).join(''));
  return path;
}

async function importing(path: string, changes: Partial<ArgsOf<'mail.import'>> = {}): Promise<number> {
  const source = { kind: 'path', path } as const;
  const args = { user: KAREN.name, mailbox: 'INBOX', source, skipDuplicates: false, ...changes };
  return (await done(ours.admin.call('mail.import', args))).job;
}

async function exporting(changes: Partial<ArgsOf<'mail.export'>>): Promise<number> {
  const args = { user: KAREN.name, format: 'mbox', path: join(folder, 'out'), ...changes } as const;
  return (await done(ours.admin.call('mail.export', args))).job;
}

async function until(id: number, enough: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await done(ours.admin.call('jobs.get', { id }));
    if (enough(job) || job.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const ended = (id: number) => until(id, () => false);

describe('a folder of mail that somebody else made', () => {
  it('has keywords that are none, pipes, links and folders: they are named, and keep nobody waiting', async () => {
    for (const name of ['cur', 'new', 'tmp']) await mkdir(join(folder, name));
    await writeFile(
      join(folder, 'dovecot-keywords'),
      '0 x\u0129\u010d\u010a*\u0120BYE\u0120injected\n1 Foo Bar\n2 \u65e5\n',
    );
    await writeFile(join(folder, 'cur', '1.a:2,Sabc'), 'Subject: m\n\nx\n');
    const odd = ['2.pipe', '3.link', '4.zero'];
    if (process.platform !== 'win32') {
      execFileSync('mkfifo', [join(folder, 'cur', '2.pipe:2,')]);
      await symlink(join(folder, 'cur', '1.a:2,Sabc'), join(folder, 'cur', '3.link:2,'));
      await symlink('/dev/zero', join(folder, 'cur', '4.zero:2,'));
    }
    const job = await ended(await importing(folder, { mailbox: 'Odd' }));
    expect(job).toMatchObject({ state: 'done', transferred: 1 });
    if (process.platform !== 'win32') for (const name of odd) expect(JSON.stringify(job.skipped)).toContain(name);
    expect(job.notes.join()).toContain('Foo_Bar');
    const client = await ours.client();
    const { untagged } = await client.ok('SELECT Odd');
    expect(untagged.find((line) => String(line).startsWith('* FLAGS'))).toMatch(
      /^\* FLAGS \(\\Answered \\Flagged \\Deleted \\Seen \\Draft [!-~]+ Foo_Bar\)$/,
    );
    expect(untagged.filter((line) => /BYE/.test(String(line)) && String(line).startsWith('* BYE'))).toEqual([]);
  });
});

describe('imports and exports while people work', () => {
  it('are seen to arrive by a client that is connected, and told of as events', async () => {
    const client = await ours.client();
    await client.command('SELECT INBOX');
    await client.idle();
    const job = await importing(await putMbox(3));
    await client.expectUntagged(/^\* 3 EXISTS/);
    await client.done();
    expect((await client.command('NOOP')).status).toBe('OK');
    expect(await ended(job)).toMatchObject({ state: 'done', transferred: 3 });
    await ours.nextEvent('jobs.changed');
  });

  it('of a whole account are a file for each mailbox, which come back the same', async () => {
    const path = await putMbox(2);
    // One longer than a file may be called kept all behind it from being exported.
    const mailboxes = ['INBOX', 'Büro/2019', 'Büro', 'N'.repeat(271), '件'.repeat(100)];
    for (const mailbox of mailboxes) await ended(await importing(path, { mailbox }));
    expect(await ended(await exporting({}))).toMatchObject({ state: 'done', transferred: 10, total: 10, done: 10 });
    const files = (await readdir(join(folder, 'out'), { recursive: true })).map((name) => name.replaceAll('\\', '/'));
    expect(files).toEqual(expect.arrayContaining(['INBOX.mbox', 'Büro.mbox', 'Büro/2019.mbox', 'Sent.mbox']));
    const back = await importing(join(folder, 'out', 'Büro', '2019.mbox'), { skipDuplicates: true });
    expect(await ended(back)).toMatchObject({ state: 'done', transferred: 0, duplicates: 2 });
  });

  it('that are cancelled leave whole messages, or no file at all', async () => {
    const path = await putMbox(4_000, 8_000);
    const arriving = await importing(path);
    await until(arriving, ({ transferred }) => transferred > 0);
    const asked = performance.now();
    await done(ours.admin.call('jobs.cancel', { id: arriving }));
    const cut = await ended(arriving);
    expect(performance.now() - asked).toBeLessThan(1_000);
    expect(cut).toMatchObject({ state: 'cancelled' });
    const client = await ours.client();
    await client.command('SELECT INBOX');
    const status = await client.command('STATUS INBOX (MESSAGES)');
    expect(JSON.stringify(status)).toContain(`MESSAGES ${cut.transferred})`);

    await ended(await importing(path, { mailbox: 'All' }));
    const leaving = await exporting({ mailbox: 'All' });
    await until(leaving, (job) => job.transferred > 0);
    await done(ours.admin.call('jobs.cancel', { id: leaving }));
    expect(await ended(leaving)).toMatchObject({ state: 'cancelled' });
    expect(await readdir(folder)).toEqual(['mail-4000.mbox']);
  });

  it('never overwrite', async () => {
    const path = join(folder, 'precious');
    await writeFile(path, 'precious');
    for (const mailbox of ['INBOX', undefined]) {
      const job = await ended(await exporting(mailbox === undefined ? { path } : { path, mailbox }));
      expect(job).toMatchObject({ state: 'failed', error: expect.stringMatching(/overwritten/) });
      expect(await readFile(path, 'utf8')).toBe('precious');
    }
  });

  it('stop at the quota, say so, and keep what came in', async () => {
    await done(ours.admin.call('users.setQuota', { name: KAREN.name, quota: { octets: 0, messages: 250 } }));
    const job = await ended(await importing(await putMbox(300)));
    expect(job).toMatchObject({ state: 'failed', transferred: 200, error: expect.stringMatching(/^No room/) });
  });

  it('end with the user whose mail it is, and nothing of it comes back', async () => {
    const job = await importing(await putMbox(4_000, 8_000));
    const { accountId } = ours.server.directory.find(KAREN.name)!;
    await until(job, ({ transferred }) => transferred > 0);
    await done(ours.admin.call('users.remove', { name: KAREN.name, mail: 'delete' }));
    expect((await ended(job)).state).toBe('cancelled');
    expect(await stat(join(ours.data, 'mail', accountId)).catch(() => 'gone')).toBe('gone');
  });

  it('end with the server', async () => {
    const job = await importing(await putMbox(4_000, 8_000));
    await until(job, ({ transferred }) => transferred > 0);
    // The folder is let go of, and nothing is logged as a bug: see afterEach.
    const before = performance.now();
    await ours.server.stop();
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
