import { connect } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { ask } from '../../core/admin/http/testing.ts';
import { newPrivateKey, selfSignedCertificate } from '../../core/imap/access/self-signed.ts';
import { done, startAdministeredServer } from '../support/admin.ts';

const password = 'correct horse battery';
const json = { 'content-type': 'application/json' };

it('other computers are let in over TLS, once there is an administrator password, with the certificate of that moment', async () => {
  const server = await startAdministeredServer();
  onTestFinished(() => server.stop());
  const { admin, http } = server;
  await done(admin.call('settings.set', { values: { 'admin.tls': true } }));
  await http.moved();
  expect(http.remotePort).toBeUndefined();
  await done(admin.call('admin.setPassword', { password }));
  await http.moved();
  const port = http.remotePort!;

  const at = (path: string) => ({ tls: true, port, path: `/api/v1/${path}` });
  const login = await ask({ ...at('login'), headers: json, body: JSON.stringify({ password }) });
  const authorization = `Bearer ${login.json.value.token}`;
  const info = await ask({ ...at('server.info'), headers: { ...json, authorization }, body: '{}' });
  expect(info.json).toMatchObject({ ok: true, value: { administratorPassword: true } });

  const key = await newPrivateKey();
  const certificate = await selfSignedCertificate(key, ['mail.example.org'], Date.now());
  const body = JSON.stringify({ certificate, key });
  const imported = await ask({ ...at('certificate.import'), headers: { ...json, authorization }, body });
  expect(await fingerprintAt(port)).toBe(imported.json.value.fingerprint);
  const named = { ...json, authorization, host: `mail.example.org:${port}` };
  expect((await ask({ ...at('server.info'), headers: named, body: '{}' })).status).toBe(200);
  const change = async (call: string, args: object) =>
    (await ask({ ...at(call), headers: named, body: JSON.stringify(args) })).json;
  const feed = 'https://evil.example/mailroom';
  // What comes from there is run: a stolen password must not give the computer away with the mail server.
  const refused = { ok: false, error: { code: 'refused', field: 'updates.feed' } };
  const both = { values: { 'quota.messages': 7, 'updates.feed': feed } };
  expect(await change('settings.set', both)).toMatchObject(refused);
  expect(await change('settings.reset', { keys: ['updates.feed'] })).toMatchObject(refused);
  expect(await change('settings.set', { values: { 'quota.messages': 7 } })).toMatchObject({ ok: true });
  await done(admin.call('settings.set', { values: { 'updates.feed': feed } }));
  const lines = await ask({ ...at('log.tail'), headers: named, body: '{"lines":2000,"level":"debug"}' });
  expect(lines.text).not.toContain(password);
  expect(lines.text).not.toContain(login.json.value.token);
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
