import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { adminLimits } from '../base/limits.ts';
import { PUBLIC_ACCOUNT } from '../sharing/ports.ts';
import { mailCalls } from './calls/mail.ts';
import type { AdminError, AdminResult } from './contract.ts';
import type { Jobs } from './jobs.ts';
import { noon, sessionOf, type TriedAdmin, tryAdmin } from './testing.ts';

let tried: TriedAdmin;

beforeEach(async () => {
  tried = await tryAdmin();
  onTestFinished(async () => {
    await tried.close();
    expect(tried.backstage.errors).toEqual([]);
  });
});

const call: TriedAdmin['admin']['call'] = (name, args) => tried.admin.call(name, args);

async function value<Value>(result: Promise<AdminResult<Value>>): Promise<Value> {
  const told = await result;
  if (!told.ok) throw new Error(`${told.error.code} ${told.error.field}: ${told.error.message}`);
  return told.value;
}

async function failure(result: Promise<AdminResult<unknown>>): Promise<Pick<AdminError, 'code' | 'field'>> {
  const told = await result;
  if (told.ok) throw new Error('it was done');
  expect(told.error.message).not.toBe('');
  return { code: told.error.code, ...(told.error.field !== undefined && { field: told.error.field }) };
}

describe('arguments from anywhere', () => {
  it('are refused with the path of the first wrong one', async () => {
    expect(await failure(call('users.add', { name: 'karen', password: 7 } as never))).toEqual({
      code: 'invalid',
      field: 'password',
    });
    expect(await failure(call('shares.mailboxes', { owner: { kind: 'user', name: 3 } } as never))).toEqual({
      code: 'invalid',
      field: 'owner.name',
    });
    expect(await failure(call('server.info', { more: 1 } as never))).toEqual({ code: 'invalid' });
    expect(await failure(call('server.info', undefined as never))).toEqual({ code: 'invalid' });
    expect(await failure(call('server.crash' as never, {} as never))).toEqual({ code: 'invalid' });
    expect(await failure(call('constructor' as never, {} as never))).toEqual({ code: 'invalid' });
  });

  it('a bug of ours never rejects, and is told by a reference that is in the log, with nothing of the bug', async () => {
    tried.backstage.dependencies.shares.list = async () => {
      throw new TypeError('x is not a function');
    };
    const told = await call('shares.list', {});
    const [logged] = tried.backstage.errors.splice(0) as [{ reference: string }];
    expect(told).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(told)).toContain(logged.reference);
    expect(JSON.stringify(told)).not.toContain('function');
  });
});

describe('settings', () => {
  const idle = 'imap4.advanced.supportIdle';
  const failed = 'imap4.advanced.maxFailedLogins';

  it('are listed with all that a window shows of them', async () => {
    const listed = await value(call('settings.list', {}));
    expect(listed.find(({ key }) => key === failed)).toMatchObject({
      ...{ value: 3, default: 3, isDefault: true, label: 'Max failed login attempts', zero: 'no limit' },
    });
  });

  it('are changed all or not at all', async () => {
    expect(await failure(call('settings.set', { values: { [idle]: false, [failed]: -1 } }))).toEqual({
      code: 'invalid',
      field: failed,
    });
    expect(await failure(call('settings.set', { values: { [idle]: false, 'imap4.nothing': 1 } }))).toEqual({
      code: 'invalid',
      field: 'imap4.nothing',
    });
    expect(tried.backstage.dependencies.settings.get(idle)).toBe(true);
    await value(call('settings.set', { values: { [idle]: false, [failed]: 9 } }));
    expect(tried.backstage.dependencies.settings.get(idle)).toBe(false);
    expect(tried.backstage.dependencies.settings.get(failed)).toBe(9);
  });

  it('that somebody else changed meanwhile are not overwritten', async () => {
    await value(call('settings.set', { values: { [failed]: 5 } }));
    const stale = { values: { [failed]: 6, [idle]: false }, expected: { [failed]: 3, [idle]: true } };
    expect(await failure(call('settings.set', stale))).toEqual({ code: 'conflict', field: failed });
    expect(tried.backstage.dependencies.settings.get(idle)).toBe(true);
    await value(call('settings.set', { ...stale, expected: { [failed]: 5 } }));
    expect(tried.backstage.dependencies.settings.get(failed)).toBe(6);
  });

  it('with structure are compared by content', async () => {
    const bindings = 'imap4.general.bindings';
    const present = structuredClone(tried.backstage.dependencies.settings.get(bindings));
    await value(call('settings.set', { values: { [bindings]: [] }, expected: { [bindings]: present } }));
    expect(tried.backstage.dependencies.settings.get(bindings)).toEqual([]);
  });

  it('go back to their defaults, all or none', async () => {
    await value(call('settings.set', { values: { [idle]: false, [failed]: 5 } }));
    expect(await failure(call('settings.reset', { keys: [idle, 'x'] }))).toEqual({ code: 'invalid', field: 'x' });
    expect(tried.backstage.dependencies.settings.get(idle)).toBe(false);
    await value(call('settings.reset', { keys: [idle, failed] }));
    expect(tried.backstage.dependencies.settings.get(idle)).toBe(true);
    expect(tried.backstage.dependencies.settings.get(failed)).toBe(3);
  });

  it('changed together are told together', async () => {
    await value(call('settings.set', { values: { [idle]: false, [failed]: 5 } }));
    const told = tried.backstage.events.filter(({ event }) => event === 'settings.changed');
    expect(told).toEqual([{ event: 'settings.changed', keys: expect.arrayContaining([idle, failed]) }]);
  });
});

describe('users', () => {
  const karen = { name: 'karen', password: 'a good secret' };

  it('are listed with usage, sessions, groups and lock-outs', async () => {
    await value(call('users.add', { ...karen, quota: { octets: 5, messages: 0 } }));
    await value(call('groups.add', { name: 'sales', members: ['Karen'] }));
    const { accountId } = tried.backstage.dependencies.directory.find('karen')!;
    tried.backstage.sessions = [sessionOf(1, accountId), sessionOf(2)];
    tried.backstage.lockOuts = [
      { kind: 'pair', user: 'KAREN', address: '10.0.0.9', since: noon, until: noon + 1, reason: 'x' },
    ];
    expect(await value(call('users.list', {}))).toEqual([
      {
        ...{ name: 'karen', accountId, disabled: false, createdAt: noon, groups: ['sales'], sessions: 1 },
        quota: { octets: 7, messages: 1, octetsLimit: 100, messagesLimit: 0, own: true },
        lockedFrom: ['10.0.0.9'],
      },
    ]);
  });

  it('whose usage takes for ever to read are listed without', async () => {
    await value(call('users.add', karen));
    tried.backstage.dependencies.mail.usage = () => new Promise(() => {});
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const listed = value(call('users.list', {}));
    await vi.advanceTimersByTimeAsync(adminLimits.usageTime);
    const [user] = await listed;
    expect(user?.quota).toMatchObject({ octets: undefined, octetsLimit: 100 });
  });

  it('wrong names and passwords are told by field, taken names as a conflict, unknown ones as not found', async () => {
    await value(call('users.add', karen));
    await value(call('users.add', { name: 'olaf', password: 'another secret' }));
    const tries = [
      [call('users.add', { ...karen, name: 'KAREN' }), 'conflict', 'name'],
      [call('users.add', { ...karen, name: '../x' }), 'invalid', 'name'],
      [call('users.add', { name: 'bob', password: 'short' }), 'invalid', 'password'],
      [call('users.setPassword', { name: 'karen', password: 'short' }), 'invalid', 'password'],
      [call('users.setPassword', { name: 'bob', password: 'a good secret' }), 'notFound', 'name'],
      [call('users.rename', { name: 'bob', newName: 'bill' }), 'notFound', 'name'],
      [call('users.rename', { name: 'karen', newName: 'Olaf' }), 'conflict', 'newName'],
      [call('users.rename', { name: 'karen', newName: 'a b' }), 'invalid', 'newName'],
      [call('users.disable', { name: 'bob' }), 'notFound', 'name'],
      [call('users.enable', { name: 'bob' }), 'notFound', 'name'],
      [call('users.setQuota', { name: 'bob' }), 'notFound', 'name'],
      [call('users.setQuota', { name: 'karen', quota: { octets: -1, messages: 0 } }), 'invalid', 'quota.octets'],
      [call('users.remove', { name: 'bob', mail: 'keep' }), 'notFound', 'name'],
      [call('users.remove', { name: 'karen', mail: 'burn' as never }), 'invalid', 'mail'],
    ] as const;
    for (const [result, code, field] of tries) expect(await failure(result)).toEqual({ code, field });
  });

  it('are changed as asked', async () => {
    await value(call('users.add', karen));
    const { directory } = tried.backstage.dependencies;
    await value(call('users.rename', { name: 'karen', newName: 'Karen' }));
    expect(directory.find('karen')?.name).toBe('Karen');
    await value(call('users.disable', { name: 'karen' }));
    expect(directory.find('karen')?.disabled).toBe(true);
    await value(call('users.enable', { name: 'karen' }));
    expect(directory.find('karen')?.disabled).toBe(false);
    await value(call('users.setQuota', { name: 'karen', quota: { octets: 3, messages: 4 } }));
    expect(directory.userNamed('karen')?.quota).toEqual({ octets: 3, messages: 4 });
    await value(call('users.setQuota', { name: 'karen' }));
    expect(directory.userNamed('karen')?.quota).toBeUndefined();
    const before = directory.find('karen')?.verifier;
    await value(call('users.setPassword', { name: 'karen', password: 'a new secret' }));
    expect(directory.find('karen')?.verifier).not.toEqual(before);
  });

  it('are removed before their mail, which waits for the last session; kept mail is not touched', async () => {
    await value(call('users.add', karen));
    await value(call('users.add', { name: 'olaf', password: 'another secret' }));
    const { directory } = tried.backstage.dependencies;
    const ids = directory.list().map(({ accountId }) => accountId);
    tried.backstage.sessions = [sessionOf(1, ids[0])];
    const removed = call('users.remove', { name: 'karen', mail: 'delete' });
    while (directory.find('karen') !== undefined) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(tried.backstage.deleted).toEqual([]);
    tried.backstage.sessions = [];
    tried.backstage.sources.sessions.tell();
    await value(removed);
    expect(tried.backstage.deleted).toEqual([ids[0]]);
    await value(call('users.remove', { name: 'olaf', mail: 'keep' }));
    expect(tried.backstage.deleted).toEqual([ids[0]]);
    expect(tried.backstage.forgotten).toEqual(ids);
  });
});

describe('groups', () => {
  it('are made, renamed, filled and removed, and the shares with them forgotten', async () => {
    await value(call('users.add', { name: 'karen', password: 'a good secret' }));
    await value(call('groups.add', { name: 'sales', members: [] }));
    await value(call('groups.setMembers', { name: 'SALES', members: ['karen'] }));
    await value(call('groups.rename', { name: 'sales', newName: 'Sellers' }));
    expect(await value(call('groups.list', {}))).toEqual([{ name: 'Sellers', members: ['karen'] }]);
    const { id } = tried.backstage.dependencies.directory.groupNamed('sellers')!;
    await value(call('groups.remove', { name: 'sellers' }));
    expect(tried.backstage.forgotten).toEqual([id]);
    expect(await value(call('groups.list', {}))).toEqual([]);
  });

  it('wrong arguments are told by field', async () => {
    await value(call('groups.add', { name: 'sales', members: [] }));
    await value(call('groups.add', { name: 'staff', members: [] }));
    const tries = [
      [call('groups.add', { name: 'Sales', members: [] }), 'conflict', 'name'],
      [call('groups.add', { name: 'new', members: ['nobody'] }), 'notFound', 'members.0'],
      [call('groups.add', { name: '$', members: [] }), 'invalid', 'name'],
      [call('groups.setMembers', { name: 'none', members: [] }), 'notFound', 'name'],
      [call('groups.rename', { name: 'sales', newName: 'STAFF' }), 'conflict', 'newName'],
      [call('groups.remove', { name: 'none' }), 'notFound', 'name'],
    ] as const;
    for (const [result, code, field] of tries) expect(await failure(result)).toEqual({ code, field });
  });
});

describe('shares', () => {
  it('are told by names of users, letters of RFC 4314, and without what a removed user kept', async () => {
    await value(call('users.add', { name: 'karen', password: 'a good secret' }));
    const { accountId } = tried.backstage.dependencies.directory.find('karen')!;
    tried.backstage.mailboxes = new Map([
      [accountId, ['INBOX']],
      [PUBLIC_ACCOUNT, ['News']],
    ]);
    const owner = { kind: 'user', name: 'Karen' } as const;
    await value(call('shares.set', { owner, mailbox: 'inbox', identifier: '$sales', rights: 'lrc' }));
    tried.backstage.entries.push({ owner: 'gone', mailbox: 'INBOX', entries: [] });
    tried.backstage.entries.push({ owner: PUBLIC_ACCOUNT, mailbox: 'News', entries: [] });
    expect(await value(call('shares.list', {}))).toEqual([
      {
        owner: { kind: 'user', name: 'karen' },
        mailbox: 'inbox',
        entries: [{ identifier: '$sales', rights: 'lrkx' }],
      },
      { owner: { kind: 'public' }, mailbox: 'News', entries: [] },
    ]);
    expect(await value(call('shares.mailboxes', { owner }))).toEqual(['INBOX']);
    expect(await value(call('shares.effective', { owner, mailbox: 'INBOX', user: 'karen' }))).toBe('lrx');
  });

  it('wrong arguments are told by field', async () => {
    tried.backstage.mailboxes.set(PUBLIC_ACCOUNT, ['News', 'Parent', 'Parent/Child']);
    const owner = { kind: 'public' } as const;
    const tries = [
      [call('shares.mailboxes', { owner: { kind: 'user', name: 'bob' } }), 'notFound', 'owner.name'],
      [call('shares.set', { owner, mailbox: 'No', identifier: 'anyone', rights: 'l' }), 'notFound', 'mailbox'],
      [call('shares.set', { owner, mailbox: 'News', identifier: 'anyone', rights: 'lz' }), 'invalid', 'rights'],
      [call('shares.set', { owner, mailbox: 'News', identifier: 'nobody', rights: 'l' }), 'invalid', 'identifier'],
      [call('shares.effective', { owner, mailbox: 'News', user: 'bob' }), 'notFound', 'user'],
      [call('publicFolders.create', { name: 'News' }), 'conflict', 'name'],
      [call('publicFolders.create', { name: 'a//b' }), 'invalid', 'name'],
      [call('publicFolders.rename', { name: 'No', newName: 'Yes' }), 'notFound', 'name'],
      [call('publicFolders.rename', { name: 'News', newName: 'Parent' }), 'conflict', 'newName'],
      [call('publicFolders.remove', { name: 'No' }), 'notFound', 'name'],
      [call('publicFolders.remove', { name: 'Parent' }), 'refused', 'name'],
    ] as const;
    for (const [result, code, field] of tries) expect(await failure(result)).toEqual({ code, field });
    await value(call('publicFolders.create', { name: 'More' }));
    await value(call('publicFolders.rename', { name: 'News', newName: 'Olds' }));
    await value(call('publicFolders.remove', { name: 'News' }));
  });
});

describe('the rest', () => {
  it('services are started and stopped; one that does not run in the end is said to', async () => {
    for (const verb of ['start', 'stop', 'restart'] as const) await value(call(`services.${verb}`, { id: 'imap4' }));
    expect(tried.backstage.started).toEqual(['start', 'stop', 'restart']);
    tried.backstage.service = { ...tried.backstage.service, state: 'problem', problem: 'Port 143 is taken' };
    expect(await call('services.start', { id: 'imap4' })).toMatchObject({
      ok: false,
      error: { code: 'refused', message: 'Port 143 is taken' },
    });
    expect(await value(call('services.list', {}))).toEqual([tried.backstage.service]);
    expect(await failure(call('services.stop', { id: 'pop3' as never }))).toEqual({ code: 'invalid', field: 'id' });
  });

  it('mail programs are told where the service really listens, and nobody who there is', async () => {
    expect(await value(call('clients.info', {}))).toMatchObject({
      host: 'office-pc',
      addresses: ['192.168.1.5'],
      servers: [],
      setups: [],
      srvRecords: [],
    });
    const imaps = { address: '*', port: 993, encryption: 'tls', boundPort: 1993, problem: 'moved' } as const;
    tried.backstage.service = { ...tried.backstage.service, listeners: [imaps] };
    const info = await value(call('clients.info', { user: 'no one here' }));
    expect(info).toMatchObject({
      servers: [{ host: 'office-pc', port: 1993, encryption: 'tls' }],
      setupUrl: 'imaps://no%20one%20here@office-pc:1993',
      srvRecords: [], // DNS could not find office-pc
    });
    expect(info.setups.map(({ client, port, userName }) => [client, port, userName])).toEqual([
      ['outlook', 1993, 'no one here'],
      ['thunderbird', 1993, 'no one here'],
      ['phone', 1993, 'no one here'],
    ]);
  });

  it('sessions are listed and ended', async () => {
    tried.backstage.sessions = [sessionOf(4)];
    expect(await value(call('sessions.list', {}))).toEqual([sessionOf(4)]);
    await value(call('sessions.disconnect', { id: 4 }));
    expect(await failure(call('sessions.disconnect', { id: 5 }))).toEqual({ code: 'notFound', field: 'id' });
    expect(tried.backstage.disconnected.map(([id]) => id)).toEqual([4, 5]);
  });

  it('limits, refusals and lock-outs', async () => {
    const locked = { kind: 'address', user: undefined, address: '10.0.0.9', since: 0, until: 1, reason: 'x' } as const;
    tried.backstage.lockOuts = [locked];
    expect(await value(call('limits.status', {}))).toMatchObject({ users: [] });
    expect(await value(call('limits.refusals', {}))).toEqual([]);
    expect(await value(call('lockouts.list', {}))).toEqual([locked]);
    await value(call('lockouts.unlock', { address: '10.0.0.9' }));
    expect(await failure(call('lockouts.unlock', { address: '10.0.0.8' }))).toEqual({
      code: 'notFound',
      field: 'address',
    });
  });

  it('access rules are tried, proposed and read', async () => {
    expect(await value(call('accessRules.test', { address: '10.0.0.9', user: 'karen' }))).toMatchObject({
      ...{ allowed: true, text: 'karen' },
    });
    expect(await value(call('accessRules.test', { address: '::1', rules: [] }))).toMatchObject({ allowed: false });
    expect(await failure(call('accessRules.test', { address: 'nowhere' }))).toEqual({
      code: 'invalid',
      field: 'address',
    });
    expect(await value(call('accessRules.lanDefault', {}))).toHaveLength(1);
    expect(await value(call('accessRules.fromText', { text: '# nothing' }))).toEqual([]);
    expect(await failure(call('accessRules.fromText', { text: 'nonsense' }))).toEqual({
      code: 'invalid',
      field: 'text',
    });
  });

  it('the certificate is told, imported and made anew', async () => {
    expect(await value(call('certificate.get', {}))).toMatchObject({ fingerprint: 'AA:BB' });
    await value(call('certificate.import', { certificate: 'BEGIN', key: 'k', passphrase: 'p' }));
    expect(tried.backstage.imported).toEqual([{ certificate: 'BEGIN', key: 'k', passphrase: 'p' }]);
    expect(await failure(call('certificate.import', { certificate: 'no', key: 'k' }))).toEqual({
      code: 'invalid',
      field: 'certificate',
    });
    expect(await value(call('certificate.renewSelfSigned', {}))).toMatchObject({ selfSigned: true });
  });

  it('the server says who it is, and whether there is an administrator password', async () => {
    expect(await value(call('server.info', {}))).toMatchObject({ version: '1.2.3', administratorPassword: false });
    expect(await failure(call('admin.setPassword', { password: 'short' }))).toEqual({
      code: 'invalid',
      field: 'password',
    });
    await value(call('admin.setPassword', { password: 'a very good secret' }));
    expect(await value(call('server.info', {}))).toMatchObject({ administratorPassword: true });
  });

  it('no password of any call is in the log', async () => {
    await value(call('users.add', { name: 'karen', password: 'secret-of-karen' }));
    await value(call('users.setPassword', { name: 'karen', password: 'secret-of-hers' }));
    await value(call('admin.setPassword', { password: 'secret-of-admin' }));
    await value(call('certificate.import', { certificate: 'BEGIN', key: 'secret-key', passphrase: 'secret-words' }));
    const lines = await value(call('log.tail', { lines: 100, level: 'debug' }));
    expect(lines.length).toBeGreaterThan(3);
    expect(JSON.stringify(lines)).not.toContain('secret-');
  });
});

describe('exports', () => {
  it('are refused where Windows would make a file that nothing can open or remove, and allowed elsewhere', async () => {
    await value(call('users.add', { name: 'karen', password: 'a good secret' }));
    const path = join(tmpdir(), 'nul.mbox');
    const on = async (platform: NodeJS.Platform) =>
      mailCalls(tried.backstage.dependencies, {} as Jobs, platform)['mail.export'](
        { user: 'karen', mailbox: 'nowhere', format: 'mbox', path },
        'here',
      );
    await expect(on('win32')).rejects.toMatchObject({
      code: 'invalid',
      field: 'path',
      message: expect.stringContaining('nul.mbox'),
    });
    await expect(on('linux')).rejects.not.toMatchObject({ field: 'path' });
  });
});
