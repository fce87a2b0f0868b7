import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { calls } from '../../core/admin/contract.ts';
import { needSafeFromElsewhere, openParts } from '../../core/admin/elsewhere.ts';
import { ask, type Replied } from '../../core/admin/http/testing.ts';
import { localNetworks } from '../../core/base/local-networks.ts';
import { publicAddressOf } from '../../core/base/public-address.ts';
import { newPrivateKey, selfSignedCertificate } from '../../core/imap/access/self-signed.ts';
import { definitionOf, settingKeys } from '../../core/settings/schema.ts';
import { type AdministeredServer, done, startAdministeredServer } from '../support/admin.ts';

const password = 'correct horse battery';
const json = { 'content-type': 'application/json' };

let server: AdministeredServer;

beforeAll(async () => {
  server = await startAdministeredServer();
  const { admin, http } = server;
  await done(admin.call('settings.set', { values: { 'admin.tls': true } }));
  await http.moved();
  expect(http.remotePort).toBeUndefined();
  await done(admin.call('admin.setPassword', { password }));
  await http.moved();
});
afterAll(() => server.stop());

/** Asks as another computer does. */
function there(call: string, args: object, headers: object = {}): Promise<Replied> {
  const body = JSON.stringify(args);
  return ask({
    tls: true,
    port: server.http.remotePort!,
    path: `/api/v1/${call}`,
    headers: { ...json, ...headers },
    body,
  });
}

async function logIn(): Promise<string> {
  return (await there('login', { password })).json.value.token;
}

it('other computers are let in over TLS, once there is an administrator password, with the certificate of that moment', async () => {
  const { admin, http } = server;
  const port = http.remotePort!;
  const token = await logIn();
  const authorization = `Bearer ${token}`;
  const info = await there('server.info', {}, { authorization });
  expect(info.json).toMatchObject({ ok: true, value: { administratorPassword: true } });

  const key = await newPrivateKey();
  const certificate = await selfSignedCertificate(key, ['mail.example.org'], Date.now());
  const imported = await there('certificate.import', { certificate, key }, { authorization });
  expect(await fingerprintAt(port)).toBe(imported.json.value.fingerprint);
  const named = { authorization, host: `mail.example.org:${port}` };
  expect((await there('server.info', {}, named)).status).toBe(200);
  const change = async (call: string, args: object) => (await there(call, args, named)).json;
  const feed = 'https://evil.example/mailroom';
  // What comes from there is run: a stolen password must not give the computer away with the mail server.
  const refused = { ok: false, error: { code: 'refused', field: 'updates.feed' } };
  const both = { values: { 'quota.messages': 7, 'updates.feed': feed } };
  expect(await change('settings.set', both)).toMatchObject(refused);
  expect(await change('settings.reset', { keys: ['updates.feed'] })).toMatchObject(refused);
  expect(await change('settings.set', { values: { 'quota.messages': 7 } })).toMatchObject({ ok: true });
  await done(admin.call('settings.set', { values: { 'updates.feed': feed } }));
  const lines = await there('log.tail', { lines: 2000, level: 'debug' }, named);
  expect(lines.text).not.toContain(password);
  expect(lines.text).not.toContain(token);
});

describe('a stolen administrator password must not give the computer away', () => {
  it('no file is read, written or told of from elsewhere, and nothing is reached in our own networks', async () => {
    const authorization = `Bearer ${await logIn()}`;
    const refusal = async (call: string, args: object) => (await there(call, args, { authorization })).json.error;
    const into = { user: 'karen', mailbox: 'INBOX', skipDuplicates: false };
    const told = new Set<string>();
    for (const path of ['/etc/passwd', '/no/such/file', 'C:\\x', `${server.data}/run/admin.json`]) {
      const tries = [
        await refusal('mail.import', { ...into, source: { kind: 'path', path } }),
        await refusal('mail.import', { ...into, source: { kind: 'paths', paths: [path] } }),
        await refusal('mail.export', { user: 'karen', mailbox: 'INBOX', format: 'mbox', path }),
      ];
      expect(tries.map(({ code, field }) => [code, field])).toEqual([
        ['refused', 'source.path'],
        ['refused', 'source.paths'],
        ['refused', 'path'],
      ]);
      told.add(JSON.stringify(tries));
    }
    expect(told.size).toBe(1); // the same words for all of them

    const old = { user: 'karen', tls: 'none', userName: 'olaf', password: 'x' };
    const hosts = ['127.0.0.1', '::1', 'localhost', '192.168.1.1', '::ffff:10.0.0.1', 'no.such.invalid'];
    for (const host of hosts) {
      const error = await refusal('mail.importFromServer', { ...old, host, port: 143 });
      expect(error).toMatchObject({ code: 'refused', field: 'host' });
      expect(error.message.replaceAll(host, 'X')).toMatch(/^From .* asked\. X is no server on the internet/);
    }
    expect(await refusal('mail.importFromServer', { ...old, host: '9.9.9.9', port: server.port })).toMatchObject({
      ...{ code: 'refused', field: 'port' },
    });
    expect(await done(server.admin.call('jobs.list', {}))).toEqual([]);
  });

  it('the password is changed from elsewhere by those who know it, and is not to be guessed there', async () => {
    const authorization = `Bearer ${await logIn()}`;
    const change = async (args: object) => (await there('admin.setPassword', args, { authorization })).json;
    const next = `${password} 2`;
    const refused = { ok: false, error: { code: 'refused', field: 'oldPassword' } };
    expect(await change({ password: next })).toMatchObject(refused);
    expect(await change({ password: next, oldPassword: next })).toMatchObject(refused);
    expect(await change({ password: next, oldPassword: password })).toMatchObject({ ok: true });
    expect(await change({ password })).toMatchObject({ error: { message: /log in/ } });
    const again = await there('login', { password: next });
    const guess = () =>
      there(
        'admin.setPassword',
        { password, oldPassword: 'guess' },
        { authorization: `Bearer ${again.json.value.token}` },
      );
    const guesses = await Promise.all(Array.from({ length: 9 }, guess));
    expect(guesses.filter(({ text }) => text.includes('Too many')).length).toBeGreaterThan(2);
    await done(server.admin.call('admin.setPassword', { password })); // here nobody is asked
  });

  it('every text of every call says what may come from elsewhere; what sounds like a thing of a computer may not', () => {
    const parts = Object.entries(calls).flatMap(([call, { args }]) =>
      openParts(args).map((part) => ({ call, ...part })),
    );
    expect(parts.length).toBeGreaterThan(50);
    const wrong = parts.filter(({ path, elsewhere }) => {
      const soundsLocal = /path|file|folder|dir|disk|host|ur[il]|feed|command|program/i.test(path.join('.'));
      return elsewhere === undefined || (soundsLocal && elsewhere === 'data');
    });
    expect(wrong).toEqual([]);
    // What nobody thought of is refused.
    const undeclared = z.strictObject({ where: z.union([z.array(z.string()), z.int()]).optional() });
    expect(openParts(undeclared)).toMatchObject([{ path: ['where'], elsewhere: undefined }]);
    expect(() => needSafeFromElsewhere(undeclared, { where: ['/etc/passwd'] })).toThrow(/on the computer that/);
    expect(() => needSafeFromElsewhere(undeclared, {})).not.toThrow();
  });

  it('every setting that takes a path or an address of the web is for this computer only', () => {
    /** Only shown to mail programs. */
    const words = ['imap4.general.serviceName'];
    const takes = (key: (typeof settingKeys)[number]) =>
      ['/etc/passwd', 'C:\\Windows', '\\\\host\\share', 'https://evil.example/x', 'file:///etc/passwd'].some(
        (text) => definitionOf(key).schema.safeParse(text).success,
      );
    const open = settingKeys.filter((key) => takes(key) && definitionOf(key).localOnly !== true);
    expect(open).toEqual(words);
    expect(settingKeys.filter(takes)).toContain('updates.feed');
  });

  it('a name leads to the internet by all its addresses or not at all', async () => {
    const networks = localNetworks(() => ['8.8.4.0/24', '2a00:1::/64']);
    const leads = (...addresses: string[]) =>
      publicAddressOf('imap.example.org', networks, async () => addresses).catch((refused: Error) => refused.message);
    expect(await leads('9.9.9.9', '2620:fe::9')).toBe('9.9.9.9');
    const inside = ['8.8.4.7', '2a00:1::7', '100.64.0.1', '0.0.0.0', '169.254.169.254', '224.0.0.1', '255.255.255.255'];
    const tunnels = [
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:0:1::1',
      'fe80::1%eth0',
      '::ffff:127.0.0.1',
      '::',
      'fd00::1',
    ];
    for (const address of [...inside, ...tunnels]) expect(await leads('9.9.9.9', address)).toMatch(/no server on the/);
    expect(await leads()).toMatch(/no server on the/);
  });
});

function fingerprintAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
