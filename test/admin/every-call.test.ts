import { rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdminApi, type CallName, calls, type Job } from '../../core/admin/contract.ts';
import type { AdminService } from '../../core/admin/service.ts';
import { newPrivateKey, selfSignedCertificate } from '../../core/imap/access/self-signed.ts';
import { type AdministeredServer, done, failed, startAdministeredServer } from '../support/admin.ts';
import { KAREN, OLAF } from '../support/test-server.ts';

/** Calls of this file, so that none is forgotten. */
const tried = new Set<CallName>();

let administered: AdministeredServer;
const call: AdminApi['call'] = (name, args) => {
  tried.add(name);
  return administered.admin.call(name, args);
};

beforeAll(async () => {
  administered = await startAdministeredServer();
});
afterAll(() => administered.stop());

const karen = { kind: 'user', name: 'karen' } as const;
const everybody = { kind: 'public' } as const;

describe('every call, on a real server over HTTP, with right and with wrong arguments', () => {
  it('server.info, admin.setPassword', async () => {
    const { data } = administered;
    expect(await done(call('server.info', {}))).toMatchObject({ dataFolder: data, administratorPassword: false });
    expect(await failed(call('server.info', { x: 1 } as never))).toBe('invalid');
    expect(await failed(call('admin.setPassword', { password: 'short' }))).toBe('invalid password');
    await done(call('admin.setPassword', { password: 'correct horse battery' }));
    expect(await done(call('server.info', {}))).toMatchObject({ administratorPassword: true });
  });

  it('server.stop, which only asks', async () => {
    const { server } = administered;
    expect(await failed(call('server.stop', { x: 1 } as never))).toBe('invalid');
    const admin = server.admin as AdminService;
    expect(await failed(admin.call('server.stop', {}, 'elsewhere'))).toBe('refused');
    expect(await done(call('server.stop', {}))).toEqual({ pid: process.pid, sessions: 0, jobs: 0 });
    await server.askedToEnd;
  });

  it('setup.state, data.info, clients.info', async () => {
    expect(await done(call('setup.state', {}))).toMatchObject({ needsFirstUser: false });
    expect(await failed(call('setup.state', { x: 1 } as never))).toBe('invalid');
    const { folder, octets, freeOctets } = await done(call('data.info', {}));
    expect(folder).toBe(administered.data);
    expect(octets).toBeGreaterThan(0);
    expect(freeOctets).toBeGreaterThan(0);
    expect(await failed(call('data.info', [] as never))).toBe('invalid');
    await done(call('settings.set', { values: { 'clients.serverName': 'mail.example.org' } }));
    const somebody = await done(call('clients.info', { user: 'karen' }));
    expect(somebody).toMatchObject({ host: 'mail.example.org', domain: 'example.org', userName: 'karen' });
    expect(await done(call('clients.info', { user: 'nobody.at.all' }))).toEqual({
      ...somebody,
      userName: 'nobody.at.all',
    });
    await done(call('settings.reset', { keys: ['clients.serverName'] }));
    expect(await failed(call('clients.info', { user: '' }))).toBe('invalid user');
  });

  it('settings', async () => {
    const key = 'imap4.advanced.concurrentLoginsPerUser';
    const presentValue = async () =>
      (await done(call('settings.list', {}))).find((setting) => setting.key === key)?.value;
    await done(call('settings.set', { values: { [key]: 7 }, expected: { [key]: 20 } }));
    expect(await presentValue()).toBe(7);
    expect(await failed(call('settings.set', { values: { [key]: 8 }, expected: { [key]: 20 } }))).toBe(
      `conflict ${key}`,
    );
    expect(await failed(call('settings.set', { values: { [key]: '8' } }))).toBe(`invalid ${key}`);
    expect(await failed(call('settings.set', { values: 7 } as never))).toBe('invalid values');
    await done(call('settings.reset', { keys: [key] }));
    expect(await presentValue()).toBe(20);
    expect(await failed(call('settings.reset', { keys: ['imap4.none'] }))).toBe('invalid imap4.none');
    expect(await failed(call('settings.list', [] as never))).toBe('invalid');
  });

  it('users', async () => {
    const { connect } = administered;
    const quota = { octets: 1_000_000, messages: 100 };
    await done(call('users.add', { name: 'bob', password: 'a good secret', quota }));
    await done(call('users.rename', { name: 'bob', newName: 'robert' }));
    await done(call('users.setPassword', { name: 'robert', password: 'a new secret' }));
    const client = await connect();
    await client.login('robert', 'a new secret');
    const robert = (await done(call('users.list', {}))).find(({ name }) => name === 'robert');
    expect(robert).toMatchObject({
      sessions: 1,
      quota: { octets: 0, messages: 0, octetsLimit: 1_000_000, messagesLimit: 100, own: true },
    });
    await done(call('users.setQuota', { name: 'robert' }));
    await done(call('users.disable', { name: 'robert' }));
    await client.closed;
    await done(call('users.enable', { name: 'robert' }));
    await done(call('users.remove', { name: 'robert', mail: 'delete' }));
    expect(await failed(call('users.remove', { name: 'robert', mail: 'delete' }))).toBe('notFound name');
    for (const name of ['users.disable', 'users.enable', 'users.setQuota'] as const) {
      expect(await failed(call(name, { name: 'robert' }))).toBe('notFound name');
    }
    expect(await failed(call('users.setPassword', { name: 'karen', password: 'karen' }))).toBe('invalid password');
    expect(await failed(call('users.rename', { name: 'karen', newName: 'OLAF' }))).toBe('conflict newName');
    expect(await failed(call('users.add', { name: 'Karen', password: 'a good secret' }))).toBe('conflict name');
    expect(await failed(call('users.list', { all: true } as never))).toBe('invalid');
  });

  it('groups', async () => {
    await done(call('groups.add', { name: 'sales', members: ['karen'] }));
    await done(call('groups.rename', { name: 'sales', newName: 'sellers' }));
    await done(call('groups.setMembers', { name: 'sellers', members: ['olaf', 'KAREN'] }));
    expect(await done(call('groups.list', {}))).toEqual([{ name: 'sellers', members: ['karen', 'olaf'] }]);
    expect(await failed(call('groups.add', { name: 'sellers', members: [] }))).toBe('conflict name');
    expect(await failed(call('groups.setMembers', { name: 'sellers', members: ['x'] }))).toBe('notFound members.0');
    expect(await failed(call('groups.rename', { name: 'sales', newName: 'x' }))).toBe('notFound name');
    await done(call('groups.remove', { name: 'sellers' }));
    expect(await failed(call('groups.remove', { name: 'sellers' }))).toBe('notFound name');
    expect(await failed(call('groups.list', null as never))).toBe('invalid');
  });

  it('shares and public folders', async () => {
    const entry = { owner: karen, mailbox: 'INBOX', identifier: 'olaf', rights: 'lr' } as const;
    await done(call('shares.set', entry));
    expect(await done(call('shares.list', {}))).toContainEqual({
      ...{ owner: karen, mailbox: 'INBOX' },
      entries: expect.arrayContaining([{ identifier: 'olaf', rights: 'lr' }]),
    });
    expect(await done(call('shares.mailboxes', { owner: karen }))).toContain('INBOX');
    expect(await done(call('shares.effective', { owner: karen, mailbox: 'INBOX', user: 'olaf' }))).toBe('lr');
    expect(await failed(call('shares.effective', { owner: karen, mailbox: 'INBOX', user: 'x' }))).toBe('notFound user');
    expect(await failed(call('shares.set', { ...entry, rights: 'z' }))).toBe('invalid rights');
    expect(await failed(call('shares.set', { ...entry, identifier: 'nobody' }))).toBe('invalid identifier');
    expect(await failed(call('shares.set', { ...entry, mailbox: 'None' }))).toBe('notFound mailbox');
    expect(await failed(call('shares.mailboxes', { owner: { kind: 'user', name: 'x' } }))).toBe('notFound owner.name');
    expect(await failed(call('shares.list', 'x' as never))).toBe('invalid');

    await done(call('publicFolders.create', { name: 'News' }));
    await done(call('publicFolders.rename', { name: 'News', newName: 'Offers' }));
    expect(await done(call('shares.mailboxes', { owner: everybody }))).toEqual(['Offers']);
    expect(await failed(call('publicFolders.create', { name: 'Offers' }))).toBe('conflict name');
    expect(await failed(call('publicFolders.rename', { name: 'News', newName: 'X' }))).toBe('notFound name');
    await done(call('publicFolders.remove', { name: 'Offers' }));
    expect(await failed(call('publicFolders.remove', { name: 'Offers' }))).toBe('notFound name');
  });

  it('mail and jobs', async () => {
    const { data, port } = administered;
    const path = `${data}-out`;
    try {
      const out = { user: 'karen', mailbox: 'INBOX', format: 'mbox', path } as const;
      const { job } = await done(call('mail.export', out));
      await ended(job);
      expect(await done(call('jobs.list', {}))).toMatchObject([
        { id: job, kind: 'export', user: 'karen', state: 'done' },
      ]);
      const source = { kind: 'path', path } as const;
      const back = { user: 'karen', mailbox: 'Back', source, skipDuplicates: true };
      expect((await ended((await done(call('mail.import', back))).job)).state).toBe('done');
      await done(call('jobs.cancel', { id: job }));
      expect(await done(call('jobs.get', { id: job }))).toMatchObject({ state: 'done' });

      const { path: _, ...toFetch } = out;
      const exported = (await ended((await done(call('mail.export', toFetch))).job)).id;
      expect((await done(call('jobs.download', { id: exported }))).link).toMatch(/^downloads\/.{40}/);
      expect(await failed(call('jobs.download', { id: job }))).toBe('notFound id');
      const sent = { ...back, source: { kind: 'upload', id: 'x' } } as const;
      expect(await failed(call('mail.import', sent))).toBe('notFound source');

      const there = { host: '127.0.0.1', port, tls: 'none', userName: 'olaf', password: OLAF.password } as const;
      const fetched = await done(call('mail.importFromServer', { user: 'karen', ...there }));
      expect((await ended(fetched.job)).state).toBe('done');

      expect(await failed(call('mail.export', { ...out, user: 'x' }))).toBe('notFound user');
      expect(await failed(call('mail.export', { ...out, mailbox: 'None' }))).toBe('notFound mailbox');
      expect(await failed(call('mail.export', { ...out, path: 'relative' }))).toBe('invalid path');
      expect(await failed(call('mail.export', { ...out, path: `${data}/mail/x` }))).toBe('invalid path');
      await symlink(data, `${path}-link`, 'junction');
      expect(await failed(call('mail.export', { ...out, path: `${path}-link/new/x` }))).toBe('invalid path');
      expect(await failed(call('mail.export', { ...out, format: 'pst' } as never))).toBe('invalid format');
      expect(await failed(call('mail.import', { ...back, user: 'x' }))).toBe('notFound user');
      expect(await failed(call('mail.import', { ...back, mailbox: 'a//b' }))).toBe('refused');
      for (const wrong of ['relative', `${path}-missing`, '/dev/null']) {
        expect(await failed(call('mail.import', { ...back, source: { kind: 'path', path: wrong } }))).toBe(
          'invalid source',
        );
      }
      expect(await failed(call('mail.importFromServer', { user: 'x', ...there }))).toBe('notFound user');
      expect(await failed(call('mail.importFromServer', { user: 'karen', ...there, port: 0 }))).toBe('invalid port');
      expect(await failed(call('jobs.get', { id: 999 }))).toBe('notFound id');
      expect(await failed(call('jobs.cancel', { id: 999 }))).toBe('notFound id');
      expect(await failed(call('jobs.list', 1 as never))).toBe('invalid');
    } finally {
      await rm(path, { force: true });
      await rm(`${path}-link`, { force: true });
    }
  });

  it('sessions', async () => {
    const { client } = administered;
    const imap = await client();
    const [session] = await done(call('sessions.list', {}));
    expect(session).toMatchObject({
      user: 'karen',
      address: '127.0.0.1',
      state: 'authenticated',
      lastCommand: 'LOGIN',
    });
    await done(call('sessions.disconnect', { id: session!.id }));
    await imap.closed;
    expect(await failed(call('sessions.disconnect', { id: session!.id }))).toBe('notFound id');
    expect(await failed(call('sessions.disconnect', { id: 'x' } as never))).toBe('invalid id');
    expect(await failed(call('sessions.list', 0 as never))).toBe('invalid');
  });

  it('limits, refusals, lock-outs', async () => {
    const { connect, client } = administered;
    const imap = await client(OLAF);
    const { users } = await done(call('limits.status', {}));
    expect(users.find(({ name }) => name === 'olaf')).toMatchObject({ sessions: 1, limit: 20 });
    await imap.logout();
    for (const password of ['one wrong', 'two wrong', 'three wrong']) {
      const guesser = await connect();
      expect((await guesser.command(`LOGIN karen "${password}"`)).code).toBe('AUTHENTICATIONFAILED');
    }
    expect(await done(call('limits.refusals', {}))).toMatchObject([
      { user: 'karen' },
      { user: 'karen' },
      { user: 'karen' },
    ]);
    const [locked] = await done(call('lockouts.list', {}));
    expect(locked).toMatchObject({ kind: 'pair', user: 'karen', address: '127.0.0.1' });
    expect((await (await connect()).command(`LOGIN karen "${KAREN.password}"`)).code).toBe('AUTHENTICATIONFAILED');
    await done(call('lockouts.unlock', { address: '127.0.0.1', user: 'Karen' }));
    await client();
    expect(await failed(call('lockouts.unlock', { address: '127.0.0.1' }))).toBe('notFound address');
    for (const name of ['limits.status', 'limits.refusals', 'lockouts.list'] as const) {
      expect(await failed(call(name, [] as never))).toBe('invalid');
    }
  });

  it('access rules', async () => {
    const rules = await done(call('accessRules.lanDefault', {}));
    expect(await done(call('accessRules.test', { address: '127.0.0.1', rules }))).toMatchObject({ allowed: true });
    expect(await done(call('accessRules.test', { address: '8.8.8.8', rules }))).toMatchObject({ allowed: false });
    expect(await done(call('accessRules.test', { address: '8.8.8.8' }))).toMatchObject({ allowed: true });
    const old = await done(call('accessRules.fromText', { text: '!192.168.17.0 255.255.255.0 karen # no' }));
    expect(old).toMatchObject([{ restrict: 'deny', address: '192.168.17.0', prefix: 24, users: ['karen'] }]);
    expect(await failed(call('accessRules.fromText', { text: 'nonsense' }))).toBe('invalid text');
    expect(await failed(call('accessRules.test', { address: 'x' }))).toBe('invalid address');
    expect(await failed(call('accessRules.lanDefault', '' as never))).toBe('invalid');
  });

  describe('certificate', () => {
    let pair: { certificate: string; key: string };
    let otherKey: string;

    beforeAll(async () => {
      const key = await newPrivateKey();
      otherKey = await newPrivateKey();
      pair = { key, certificate: await selfSignedCertificate(key, ['mail.example.org'], Date.now()) };
    });

    it('get, import, renewSelfSigned', async () => {
      const before = await done(call('certificate.get', {}));
      expect(await failed(call('certificate.import', { ...pair, key: otherKey }))).toMatch(/^invalid/);
      expect(await failed(call('certificate.import', { ...pair, certificate: 'x' }))).toBe('invalid certificate');
      expect(await failed(call('certificate.import', { ...pair, key: 'x' }))).toBe('invalid key');
      expect(await done(call('certificate.get', {}))).toEqual(before);
      expect(await done(call('certificate.import', pair))).toMatchObject({
        names: expect.arrayContaining(['mail.example.org']),
      });
      const renewed = await done(call('certificate.renewSelfSigned', {}));
      expect(renewed.selfSigned).toBe(true);
      expect(renewed.names).toEqual(before.names);
      expect(await done(call('certificate.authority', {}))).toEqual({});
      const issued = await done(call('certificate.issue', {}));
      const { authority } = await done(call('certificate.authority', {}));
      expect([issued.ownAuthority, JSON.stringify(authority).includes('PRIVATE')]).toEqual([true, false]);
      await done(call('certificate.issue', { newRoot: true }));
      expect((await done(call('certificate.authority', {}))).authority?.fingerprint).not.toBe(authority?.fingerprint);
      expect(await failed(call('certificate.issue', { newRoot: 1 } as never))).toBe('invalid newRoot');
      expect(await failed(call('certificate.authority', 1 as never))).toBe('invalid');
      expect(await failed(call('certificate.get', { x: 1 } as never))).toBe('invalid');
      expect(await failed(call('certificate.renewSelfSigned', { x: 1 } as never))).toBe('invalid');
    });
  });

  it('log.tail', async () => {
    const { client } = administered;
    await client();
    const lines = await done(call('log.tail', { lines: 100, level: 'info', text: 'KAREN' }));
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toContain(KAREN.password);
    expect(await failed(call('log.tail', { lines: 0, level: 'info' }))).toBe('invalid lines');
    expect(await failed(call('log.tail', { lines: 1, level: 'all' } as never))).toBe('invalid level');
  });

  it('services, whose stop ends all sessions', async () => {
    const { server } = administered;
    const bindings = [{ address: '127.0.0.1', port: await freePort(), encryption: 'starttls' }];
    await done(call('settings.set', { values: { 'imap4.general.bindings': bindings } }));
    const id = { id: 'imap4' } as const;
    await done(call('services.start', id));
    expect(await done(call('services.list', {}))).toMatchObject([
      { id: 'imap4', state: 'running' },
      { id: 'autoconfig', state: 'stopped' },
    ]);
    await done(call('settings.set', { values: { 'clients.serverName': 'mail.example.org' } }));
    expect(await done(call('clients.info', { user: 'karen' }))).toMatchObject({
      servers: [{ host: 'mail.example.org', port: bindings[0]!.port, encryption: 'starttls' }],
      setupUrl: `imap://karen@mail.example.org:${bindings[0]!.port}`,
    });
    await done(call('services.restart', id));
    await done(call('services.stop', id));
    expect(server.imap4.info().state).toBe('stopped');
    for (const name of ['services.start', 'services.stop', 'services.restart'] as const) {
      expect(await failed(call(name, { id: 'pop3' } as never))).toBe('invalid id');
    }
    expect(await failed(call('services.list', 1 as never))).toBe('invalid');
  });

  it('that is all of them', () => {
    expect([...tried].sort()).toEqual(Object.keys(calls).sort());
  });
});

async function ended(id: number): Promise<Job> {
  for (;;) {
    const job = await done(call('jobs.get', { id }));
    if (job.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
