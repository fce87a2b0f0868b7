import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AdministeredServer, done, failed, startAdministeredServer } from '../support/admin.ts';
import { KAREN, OLAF } from '../support/test-server.ts';

let server: AdministeredServer;

beforeEach(async () => {
  server = await startAdministeredServer();
});
afterEach(() => server.stop());

const call: AdministeredServer['admin']['call'] = (name, args) => server.admin.call(name, args);
const message = Buffer.from('Subject: x\r\n\r\ntext\r\n');

describe('sessions that run', () => {
  it('are told when they are ended by the administrator, and no others with them', async () => {
    const [kicked, other] = [await server.client(), await server.client(OLAF)];
    await kicked.idle();
    const sessions = await done(call('sessions.list', {}));
    const { id, state } = sessions.find(({ user }) => user === 'karen')!;
    expect(state).toBe('idling');
    await done(call('sessions.disconnect', { id }));
    expect(await kicked.expectUntagged(/^\* BYE/)).toContain('administrator');
    await kicked.closed;
    await other.ok('NOOP');
    expect((await done(call('sessions.list', {}))).map(({ user }) => user)).toEqual(['olaf']);
  });

  it('obey changed settings at once', async () => {
    const [running, stranger] = [await server.client(), await server.connect()];
    const capabilities = async () => (await running.ok('CAPABILITY')).untagged.join(' ');
    expect(await capabilities()).toContain(' IDLE');
    const values = { 'imap4.advanced.supportIdle': false, 'imap4.advanced.maxFailedLogins': 1 };
    await done(call('settings.set', { values }));
    expect(await capabilities()).not.toMatch(/ IDLE| IMAP4rev2/);
    expect((await running.command('IDLE')).status).toBe('BAD');
    stranger.send('x LOGIN karen "not hers"\r\n');
    expect(await stranger.expectUntagged(/^\* BYE/)).toMatch(/failed/i);
    await done(call('settings.reset', { keys: Object.keys(values) }));
    expect(await capabilities()).toContain(' IDLE');
  });

  it('keep their limits: a lowered one refuses the next login and says so to the administrator', async () => {
    await server.client();
    await done(call('settings.set', { values: { 'imap4.advanced.concurrentLoginsPerUser': 1 } }));
    const second = await server.connect();
    const reply = await second.command(`LOGIN ${KAREN.name} "${KAREN.password}"`);
    expect(reply).toMatchObject({ status: 'NO', code: 'LIMIT' });
    const [refusal] = await done(call('limits.refusals', {}));
    expect(refusal).toMatchObject({ reason: 'userLimit', user: 'karen', limit: 1, holders: [{ user: 'karen' }] });
    expect((await server.nextEvent('refusal')).refusal).toMatchObject({ reason: 'userLimit', user: 'karen' });
  });
});

describe('users', () => {
  const folderOf = async (name: string) => {
    const user = (await done(call('users.list', {}))).find((one) => one.name === name);
    return join(server.data, 'mail', user!.accountId);
  };

  it('who are removed lose their sessions, what they shared and, if that is wished, their mail', async () => {
    const [karen, olaf] = [await server.client(), await server.client(OLAF)];
    await karen.append('INBOX', message);
    await karen.ok('SETACL INBOX olaf lr');
    expect((await olaf.ok('LIST "" "#users/*"')).untagged.join()).toContain('karen');
    await olaf.ok('SELECT "#users/karen/INBOX"');
    const folder = await folderOf('karen');
    expect(existsSync(folder)).toBe(true);

    await done(call('users.remove', { name: 'karen', mail: 'delete' }));
    await karen.expectUntagged(/^\* BYE/);
    await karen.closed;
    expect(existsSync(folder)).toBe(false);
    expect((await olaf.ok('LIST "" "#users/*"')).untagged.join()).not.toContain('karen');
    expect(await done(call('shares.list', {}))).toEqual([]);
    await olaf.ok('NOOP');
    await olaf.ok('SELECT INBOX');
    expect((await (await server.connect()).command(`LOGIN karen "${KAREN.password}"`)).code).toBe(
      'AUTHENTICATIONFAILED',
    );
  });

  it('whose mail is kept leave it behind, and a new user of that name does not get it', async () => {
    const karen = await server.client();
    await karen.append('INBOX', message);
    const folder = await folderOf('karen');
    await done(call('users.remove', { name: 'karen', mail: 'keep' }));
    await karen.closed;
    expect(existsSync(folder)).toBe(true);
    await done(call('users.add', { ...KAREN }));
    const again = await server.client();
    expect((await again.ok('STATUS INBOX (MESSAGES)')).untagged.join()).toContain('MESSAGES 0');
    expect(await folderOf('karen')).not.toBe(folder);
  });

  it('who are disabled are out at once, and in again when enabled', async () => {
    const karen = await server.client();
    await done(call('users.disable', { name: 'karen' }));
    await karen.expectUntagged(/^\* BYE/);
    const again = await server.connect();
    expect((await again.command(`LOGIN karen "${KAREN.password}"`)).code).toBe('CONTACTADMIN');
    await done(call('users.enable', { name: 'karen' }));
    await server.client();
  });

  it('who are renamed keep their mail and what they share, under the new name', async () => {
    const [karen, olaf] = [await server.client(), await server.client(OLAF)];
    await karen.ok('SETACL INBOX olaf lr');
    await done(call('users.rename', { name: 'karen', newName: 'carla' }));
    expect((await olaf.ok('LIST "" "#users/*"')).untagged.join()).toContain('#users/carla');
    expect((await done(call('shares.list', {})))[0]?.owner).toEqual({ kind: 'user', name: 'carla' });
    const carla = await server.connect();
    await carla.login('carla', KAREN.password);
  });

  it('a quota holds from the next message on, and its levels are told', async () => {
    const karen = await server.client();
    await done(call('users.setQuota', { name: 'karen', quota: { octets: 0, messages: 5 } }));
    for (let at = 0; at < 4; at++) expect((await karen.append('INBOX', message)).status).toBe('OK');
    expect(await server.nextEvent('quota.warning')).toEqual({ event: 'quota.warning', user: 'karen', percent: 80 });
    expect((await karen.append('INBOX', message)).status).toBe('OK');
    expect((await karen.append('INBOX', message)).code).toBe('OVERQUOTA');
    expect((await server.nextEvent('quota.warning')).percent).toBe(100);
    const listed = (await done(call('users.list', {}))).find(({ name }) => name === 'karen');
    expect(listed?.quota).toMatchObject({ messages: 5, octets: 5 * message.length, messagesLimit: 5, own: true });
  });
});

describe('what happens in the mail', () => {
  it('is told at once to whoever administers: sessions, refusals, lock-outs, shares', async () => {
    const karen = await server.client();
    await server.nextEvent('sessions.changed');
    await karen.ok('SETACL INBOX olaf lr');
    await server.nextEvent('shares.changed');
    expect(await done(call('shares.list', {}))).toMatchObject([{ mailbox: 'INBOX', owner: { name: 'karen' } }]);
    for (const password of ['wrong one', 'wrong two', 'wrong three']) {
      await (await server.connect()).command(`LOGIN olaf "${password}"`);
    }
    expect((await server.nextEvent('refusal')).refusal).toMatchObject({ user: 'olaf', reason: 'wrongPassword' });
    await server.nextEvent('lockouts.changed');
    expect(JSON.stringify(server.events)).not.toContain('wrong one');
  });

  it('two administrators: what one changes the other hears of, and does not overwrite', async () => {
    const key = 'imap4.advanced.maxFailedLogins';
    await done(call('settings.set', { values: { [key]: 9 }, expected: { [key]: 3 } }));
    expect((await server.nextEvent('settings.changed')).keys).toEqual([key]);
    expect(await failed(call('settings.set', { values: { [key]: 4 }, expected: { [key]: 3 } }))).toBe(
      `conflict ${key}`,
    );
    await done(call('users.add', { name: 'bob', password: 'a good secret' }));
    await server.nextEvent('users.changed');
    await done(call('groups.add', { name: 'sales', members: ['bob'] }));
    await server.nextEvent('groups.changed');
    await done(call('certificate.renewSelfSigned', {}));
    await server.nextEvent('certificate.changed');
    expect((await server.nextEvent('log.line')).line.message).not.toBe('');
  });
});
