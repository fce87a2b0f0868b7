import { ImapFlow } from 'imapflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArgsOf, Job } from '../../core/admin/contract.ts';
import { type AdministeredServer, done, startAdministeredServer } from '../support/admin.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

/** The old server, from which people move. */
let old: TestServer;
let ours: AdministeredServer;

beforeEach(async () => {
  old = await startTestServer();
  ours = await startAdministeredServer();
});
afterEach(async () => {
  await ours.stop();
  await old.stop();
});

const when = new Date('2019-03-04T05:06:07Z');
const message = (number: number, size = 100) =>
  Buffer.from(`From: a@example.org\r\nSubject: ${number}\r\n\r\n${'x'.repeat(size)}\r\n`);

/** Puts mail into a folder of olaf's on the old server, making the folder. */
async function put(folder: string, count: number, flags: string[] = [], size = 100): Promise<void> {
  const account = await old.server.store.account(old.server.directory.find(OLAF.name)!.accountId);
  if (account.find(folder) === undefined) await account.create(folder);
  const messages = Array.from({ length: count }, (_, number) => ({
    bytes: message(number, size),
    flags,
    internalDate: { time: when.getTime() + number * 1000, zone: 0 },
  }));
  if (count > 0) await account.append(folder, messages);
}

function begin(changes: Partial<ArgsOf<'mail.importFromServer'>> = {}): Promise<{ readonly job: number }> {
  const place = { host: '127.0.0.1', port: old.port, tls: 'none' } as const;
  const who = { user: KAREN.name, userName: OLAF.name, password: OLAF.password };
  return done(ours.admin.call('mail.importFromServer', { ...place, ...who, ...changes }));
}

async function until(id: number, enough: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await done(ours.admin.call('jobs.get', { id }));
    if (enough(job) || job.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const ended = (id: number) => until(id, () => false);

async function asKaren<Result>(step: (client: ImapFlow) => Promise<Result>): Promise<Result> {
  const client = new ImapFlow({
    ...{ host: '127.0.0.1', port: ours.port, secure: false, doSTARTTLS: false, logger: false },
    auth: { user: KAREN.name, pass: KAREN.password },
  });
  await client.connect();
  try {
    return await step(client);
  } finally {
    await client.logout();
  }
}

/** What karen's mail is by now, read as clients read it: folder by folder. */
function karensMail() {
  return asKaren(async (client) => {
    const mail: Record<string, { subject: string | undefined; flags: string[]; date: number }[]> = {};
    for (const { path } of await client.list()) {
      await client.mailboxOpen(path, { readOnly: true });
      mail[path] = [];
      for await (const { flags, internalDate, envelope } of client.fetch('1:*', {
        flags: true,
        internalDate: true,
        envelope: true,
      })) {
        const own = [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort();
        mail[path].push({ subject: envelope?.subject, flags: own, date: Number(internalDate) });
      }
    }
    return mail;
  });
}

describe('mail of another server', () => {
  it('comes with folders, flags and dates, and twice is not doubled', async () => {
    await put('INBOX', 3, ['\\Seen', 'Projekt']);
    await put('Sent', 2, ['\\Seen', '\\Answered']);
    await put('Büro/Überweisungen & mehr/2019', 1, ['\\Flagged']);
    await put('Leer', 0);
    const { job } = await begin();
    expect(await ended(job)).toMatchObject({ state: 'done', transferred: 6, done: 6, total: 6, skipped: [] });
    const mail = await karensMail();
    const expected = (count: number, flags: string[]) =>
      Array.from({ length: count }, (_, number) => ({
        subject: String(number),
        flags,
        date: when.getTime() + number * 1000,
      }));
    expect(mail['INBOX']).toEqual(expected(3, ['Projekt', '\\Seen']));
    expect(mail['Sent']).toEqual(expected(2, ['\\Answered', '\\Seen']));
    expect(mail['Büro/Überweisungen & mehr/2019']).toEqual(expected(1, ['\\Flagged']));
    expect(mail['Leer']).toEqual([]);

    const again = await begin();
    expect(await ended(again.job)).toMatchObject({ state: 'done', transferred: 0, duplicates: 6 });
    expect(await karensMail()).toEqual(mail);
  });

  it('is put below a mailbox when one is named, under the names it had', async () => {
    await put('Sent', 1);
    const { job } = await begin({ under: 'Old server' });
    expect(await ended(job)).toMatchObject({ state: 'done', transferred: 1 });
    const mail = await karensMail();
    expect(mail['Old server/Sent']).toHaveLength(1);
    expect(mail['Old server/INBOX']).toEqual([]);
    expect(mail['Sent']).toEqual([]);
  });

  it('stops within a second when cancelled, with whole messages, and goes on without doubling', async () => {
    const size = 200_000;
    await put('Viel', 200, [], size);
    const { job } = await begin();
    await until(job, ({ transferred }) => transferred > 0);
    const asked = performance.now();
    await done(ours.admin.call('jobs.cancel', { id: job }));
    const cut = await ended(job);
    expect(performance.now() - asked).toBeLessThan(1_000);
    expect(cut.state).toBe('cancelled');
    expect(cut.transferred).toBeLessThan(200);
    const there = (await karensMail())['Viel']!;
    expect(there).toHaveLength(cut.transferred);
    const again = await begin();
    expect(await ended(again.job)).toMatchObject({ state: 'done', duplicates: there.length });
    const subjects = (await karensMail())['Viel']!.map(({ subject }) => Number(subject));
    expect(subjects.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, number) => number));
  });

  it('leaves out messages larger than the largest, by name, and takes the others', async () => {
    ours.server.settings.set('imap4.general.maxMessageSize', 1);
    await put('INBOX', 1, [], 2_000_000);
    await put('INBOX', 2);
    const { job } = await begin();
    const { skipped, ...rest } = await ended(job);
    expect(rest).toMatchObject({ state: 'done', transferred: 2, leftOut: 1 });
    expect(skipped).toEqual([{ what: 'INBOX: message with UID 1', why: expect.stringMatching(/largest message/) }]);
  });

  it('of a shared account is not taken: it is somebody else’s', async () => {
    const owner = old.server.directory.find(KAREN.name)!.accountId;
    await (await old.server.store.account(owner)).append('INBOX', [{ bytes: message(1), flags: [] }]);
    await old.server.shares.set(owner, 'INBOX', OLAF.name, new Set(['l', 'r'] as const));
    const { job } = await begin();
    expect(await ended(job)).toMatchObject({ state: 'done', transferred: 0, total: 0 });
    expect(Object.keys(await karensMail()).filter((name) => /users/.test(name))).toEqual([]);
  });

  it.each([
    ['a wrong password', { password: 'not his password' }, /does not let olaf in/],
    ['a certificate nobody trusts', { tls: 'starttls' as const }, /self-signed/],
  ])('is refused for %s, in words that name it, and the password is told nowhere', async (_, changes, told) => {
    const { job } = await begin(changes);
    const failed = await ended(job);
    expect(failed).toMatchObject({ state: 'failed', error: expect.stringMatching(told) });
    const log = await done(ours.admin.call('log.tail', { lines: 2_000, level: 'debug' }));
    const everything = JSON.stringify([log, ours.events, await done(ours.admin.call('jobs.list', {}))]);
    expect(everything).toContain('a job has ended');
    expect(everything).not.toContain(OLAF.password);
    expect(everything).not.toContain('not his password');
  });

  it.each(['starttls', 'tls'] as const)(
    'shows with %s a certificate nobody trusts; that one alone is trusted once, by its fingerprint',
    async (tls) => {
      await put('INBOX', 1);
      const place = { tls, port: tls === 'tls' ? old.tlsPort : old.port };
      const { error = '' } = await ended((await begin(place)).job);
      expect(error).toMatch(/self-signed.*"CN=.*valid from .* to .*fingerprint/);
      const [fingerprint = ''] = /(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/.exec(error) ?? [];
      const other = fingerprint.replace(/^../, (octet) => (octet === '00' ? '01' : '00'));
      expect(await ended((await begin({ ...place, fingerprint: other })).job)).toMatchObject({
        ...{ state: 'failed', transferred: 0, error: expect.stringContaining(`fingerprint ${fingerprint}`) },
      });
      const typed = fingerprint.replaceAll(':', '').toLowerCase();
      const trusted = await ended((await begin({ ...place, fingerprint: typed })).job);
      expect(trusted).toMatchObject({ state: 'done', transferred: 1 });
      expect(await ended((await begin(place)).job)).toMatchObject({ state: 'failed' });
    },
  );

  it('names a place where nothing listens', async () => {
    const { job } = await begin({ port: 1 });
    expect((await ended(job)).error).toMatch(/127\.0\.0\.1:1: nothing listens there/);
  });
});
