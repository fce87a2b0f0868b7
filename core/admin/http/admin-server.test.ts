import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { adminLimits } from '../../base/limits.ts';
import { isOpenToOthers } from '../../base/testing.ts';
import { contractVersion } from '../contract.ts';
import { accessFile } from './access-file.ts';
import type { AdminPlace } from './admin-server.ts';
import type { FileHandler } from './requests.ts';
import { accessOf, allowed, ask, administratorPassword as password, type TriedHttp, tryHttp } from './testing.ts';
import { TokenBuckets } from './token-bucket.ts';

let tried: TriedHttp;

const open = async (place: AdminPlace, files?: FileHandler) => {
  const opened = await tryHttp(place, files);
  onTestFinished(async () => {
    await opened.close();
    expect(opened.backstage.errors).toEqual([]);
  });
  return opened;
};

const call = '/api/v1/server.info';

describe('on loopback', () => {
  beforeEach(async () => {
    tried = await open({ address: '127.0.0.1', port: 0, tls: false });
  });

  const post = (headers: Parameters<typeof allowed>[1], body = '{}', path = call) =>
    ask({ port: tried.http.local.port, path, headers: headers!, body });

  it('whoever can read the data folder is let in, and nobody else can read it', async () => {
    const { port, token } = await accessOf(tried.data);
    const { status, json, headers } = await ask({ port, path: call, headers: allowed(token), body: '{}' });
    expect(status).toBe(200);
    expect(json).toMatchObject({ ok: true, value: { version: '1.2.3' } });
    expect(headers).toMatchObject({
      ...{ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' },
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(await isOpenToOthers(accessFile(tried.data))).toBe(false);
  });

  it('a token that is missing or wrong is refused, also at calls there are not', async () => {
    const { token } = tried.http.local;
    const json = { 'content-type': 'application/json' };
    expect((await post(json)).status).toBe(401);
    for (const authorization of [
      'Bearer',
      'Bearer x',
      `Bearer ${token}x`,
      `Basic ${token}`,
      token,
      `Bearer ${token.slice(1)}`,
    ]) {
      expect((await post({ ...json, authorization })).status, authorization).toBe(401);
    }
    expect((await post(json, '{}', '/api/v1/no.such')).status).toBe(401);
    expect((await post(json, '{}', `${call}?token=${token}`)).status).toBe(401);
  });

  it('guesses are bounded without keeping out whoever has the token', async () => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer wrong' };
    const statuses = [];
    for (let at = 0; at <= adminLimits.strangersAtOnce; at++) statuses.push((await post(headers)).status);
    expect(statuses.at(0)).toBe(401);
    expect(statuses.at(-1)).toBe(429);
    expect((await post(allowed(tried.http.local.token))).status).toBe(200);
    tried.time.now += 1000 / adminLimits.strangersPerSecond;
    expect((await post(headers)).status).toBe(401);
  });

  it('connections that say nothing never keep out those who have the token, nor end those who have shown it', async () => {
    const { port, token } = tried.http.local;
    const events = await streamOf(port, token);
    const idle = Array.from({ length: 2 * adminLimits.connections }, () => connect(port, '127.0.0.1'));
    for (const socket of idle) socket.on('error', () => {});
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    for (let at = 0; at < 5; at++) expect((await post(allowed(token))).status).toBe(200);
    expect(tried.http.listeners).toBe(1);
    for (const socket of [...idle, events]) socket.destroy();
  });

  it('a program that runs wild is slowed down', async () => {
    const headers = allowed(tried.http.local.token);
    const statuses = new Set<number>();
    for (let at = 0; at < adminLimits.callsAtOnce + 1; at++) statuses.add((await post(headers)).status);
    expect([...statuses]).toEqual([200, 429]);
    tried.time.now += 1000;
    expect((await post(headers)).status).toBe(200);
  });

  it('another name that points here is refused: a page elsewhere must not become ours by DNS', async () => {
    const { port, token } = tried.http.local;
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `10.0.0.1:${port}`,
      `localhost.evil.example:${port}`,
      `user@localhost:${port}`,
      `[::1]:${port}`,
    ]) {
      expect((await post(allowed(token, { host }))).status, host).toBe(403);
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`]) {
      expect((await post(allowed(token, { host }))).status, host).toBe(200);
    }
  });

  it('a page of another site is refused, whatever it has got hold of', async () => {
    const { port, token } = tried.http.local;
    for (const origin of [
      'https://evil.example',
      'null',
      `https://127.0.0.1:${port}`,
      `http://localhost:${port}`,
      'http://127.0.0.1',
    ]) {
      expect((await post(allowed(token, { origin }))).status, origin).toBe(403);
    }
    expect((await post(allowed(token, { 'sec-fetch-site': 'cross-site' }))).status).toBe(403);
    expect((await post(allowed(token, { origin: `http://127.0.0.1:${port}` }))).status).toBe(200);
    const preflight = await ask({ port, path: call, method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect(preflight.status).toBe(403);
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('what a form of another site could send is no call', async () => {
    const { token } = tried.http.local;
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
    ]) {
      expect((await post(allowed(token, { 'content-type': type }))).status, type).toBe(415);
    }
    expect((await post(allowed(token, { 'content-type': 'application/json; charset=UTF-8' }))).status).toBe(200);
    expect((await post(allowed(token, { 'content-encoding': 'gzip' }))).status).toBe(415);
  });

  it('bodies that are too large or no JSON are refused, and the next request is answered', async () => {
    const { port, token } = tried.http.local;
    const large = 'x'.repeat(adminLimits.body + 1);
    expect((await post(allowed(token), large)).status).toBe(413);
    expect((await post(allowed(token, { 'transfer-encoding': 'chunked' }), large)).status).toBe(413);
    expect((await post(allowed(token, { 'content-length': 10 * adminLimits.body }), '{')).status).toBe(413);
    for (const body of ['{', 'undefined', '{"a":1}}', Buffer.from([0x22, 0xff, 0x22])]) {
      const { status, json } = await ask({ port, path: call, headers: allowed(token), body });
      expect(status).toBe(400);
      expect(json).toMatchObject({ ok: false, error: { code: 'invalid' } });
    }
    expect((await post(allowed(token), '')).status).toBe(200);
  });

  it('failures of calls have a status of their own and say what and where', async () => {
    const { token } = tried.http.local;
    const asked = async (path: string, args: object) => {
      const { status, json } = await post(allowed(token), JSON.stringify(args), `/api/v1/${path}`);
      return [status, json.error?.code, json.error?.field];
    };
    expect(await asked('users.add', { name: 'x' })).toEqual([400, 'invalid', 'password']);
    expect(await asked('users.enable', { name: 'x' })).toEqual([404, 'notFound', 'name']);
    expect(await asked('no.such', {})).toEqual([404, 'notFound', undefined]);
    await asked('users.add', { name: 'karen', password: 'a good secret' });
    expect(await asked('users.add', { name: 'karen', password: 'a good secret' })).toEqual([409, 'conflict', 'name']);
    const other = await post(allowed(token, { 'x-mailroom-contract': String(contractVersion + 1) }));
    expect(other.status).toBe(400);
  });

  it('other methods and paths are told in JSON, without asking anybody', async () => {
    const { port, token } = tried.http.local;
    const get = (path: string, method = 'GET') => ask({ port, path, method, headers: allowed(token) });
    expect(await get(call)).toMatchObject({ status: 405, json: { ok: false }, headers: { allow: 'POST' } });
    expect((await get('/api/v1/events', 'POST')).status).toBe(405);
    expect(await get('/')).toMatchObject({ status: 404, json: { ok: false, error: { code: 'notFound' } } });
    expect((await get('/../../etc/passwd')).status).toBe(404);
    expect((await get('/api/v2/server.info', 'POST')).status).toBe(404);
    expect((await get('/api/v1/login', 'POST')).status).toBe(404);
    expect((await get('/api/v1/__proto__', 'POST')).status).toBe(404);
  });

  it('what is no HTTP at all ends its own connection only', async () => {
    const { port, token } = tried.http.local;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume().end('\x16\x03\x01 nonsense\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await post(allowed(token))).status).toBe(200);
  });

  it('a clean end leaves no way in behind', async () => {
    await tried.http.close();
    await expect(stat(accessFile(tried.data))).rejects.toThrow('ENOENT');
    await expect(ask({ port: tried.http.local.port, path: call })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the port', () => {
  it('is another one when the wanted one is taken, and programs find it', async () => {
    const first = await open({ address: '127.0.0.1', port: 0, tls: false });
    const second = await open({ address: '127.0.0.1', port: first.http.local.port, tls: false });
    expect(second.http.local.port).not.toBe(first.http.local.port);
    expect((await accessOf(second.data)).port).toBe(second.http.local.port);
  });

  it('changes with the settings', async () => {
    tried = await open({ address: '127.0.0.1', port: 0, tls: false });
    const { token, port: before } = tried.http.local;
    const holder = await open({ address: '127.0.0.1', port: 0, tls: false });
    const { port: wanted } = holder.http.local;
    await holder.http.close();
    await tried.moveTo({ address: '127.0.0.1', port: wanted, tls: false });
    expect((await ask({ port: wanted, path: call, headers: allowed(token), body: '{}' })).status).toBe(200);
    await expect(ask({ port: before, path: call })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the window’s files', () => {
  it('are given without a token, to our own names only', async () => {
    tried = await open({ address: '127.0.0.1', port: 0, tls: false }, (request, response) => {
      if (request.url !== '/') return false;
      response.end('window');
      return true;
    });
    const { port } = tried.http.local;
    expect((await ask({ port, path: '/', method: 'GET' })).text).toBe('window');
    expect((await ask({ port, path: '/', method: 'GET', headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await ask({ port, path: '/x', method: 'GET' })).status).toBe(404);
    expect((await ask({ port, path: '/api/x', method: 'GET' })).status).toBe(401);
  });
});

describe('from other computers', () => {
  beforeEach(async () => {
    tried = await open({ address: '127.0.0.1', port: 0, tls: true });
  });

  const json = { 'content-type': 'application/json' };
  const post = (path: string, args: object, headers = {}) =>
    ask({
      tls: true,
      port: tried.http.remotePort!,
      path,
      headers: { ...json, ...headers },
      body: JSON.stringify(args),
    });
  const logIn = (text: string) => post('/api/v1/login', { password: text });

  it('the password gives a token that is good until its end, and the local one is good for nothing', async () => {
    const { json: told, status } = await logIn(password);
    expect(status).toBe(200);
    const { token } = told.value;
    const bearer = { authorization: `Bearer ${token}` };
    expect((await post(call, {}, bearer)).status).toBe(200);
    expect((await post(call, {}, { authorization: `Bearer ${tried.http.local.token}` })).status).toBe(401);
    expect((await ask({ port: tried.http.local.port, path: call, headers: allowed(token), body: '{}' })).status).toBe(
      401,
    );
    expect((await post('/api/v1/logout', {}, bearer)).status).toBe(200);
    expect((await post(call, {}, bearer)).status).toBe(401);
  });

  it('tokens end when nobody uses them, and all of them with a new password', async () => {
    const { token } = (await logIn(password)).json.value;
    const bearer = { authorization: `Bearer ${token}` };
    tried.time.now += adminLimits.loginIdle - 1;
    expect((await post(call, {}, bearer)).status).toBe(200);
    tried.time.now += adminLimits.loginIdle + 1;
    expect((await post(call, {}, bearer)).status).toBe(401);
    const other = (await logIn(password)).json.value.token;
    await tried.administrator.set('another good password');
    expect((await post(call, {}, { authorization: `Bearer ${other}` })).status).toBe(401);
    expect((await logIn('another good password')).status).toBe(200);
  });

  it('wrong passwords are slowed down, more and more, though many are tried at once', async () => {
    const replies = await Promise.all(Array.from({ length: adminLimits.passwordFailures }, () => logIn('wrong')));
    expect(replies.every(({ json: told }) => !told.ok)).toBe(true);
    expect((await logIn(password)).json.error.message).toContain('seconds');
    tried.time.now += adminLimits.passwordPause + 1;
    expect((await logIn('wrong')).json.error.field).toBe('password');
    tried.time.now += adminLimits.passwordPause + 1;
    expect((await logIn(password)).json.ok).toBe(false);
    tried.time.now += adminLimits.passwordPause + 1;
    expect((await logIn(password)).json.ok).toBe(true);
  });

  it('requests without a token keep nobody’s right password out', async () => {
    let refused = 0;
    for (let at = 0; at <= adminLimits.strangersAtOnce; at++) refused = (await post(call, {})).status;
    expect(refused).toBe(429);
    expect((await logIn(password)).json).toMatchObject({ ok: true });
    const buckets = new TokenBuckets(2, 1, () => 0);
    const taken = ['192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2', '2001:db8::3'];
    expect(taken.map((address) => buckets.take(address))).toEqual([true, true, false, true, true, true, false]);
  });

  it('nobody is let in without TLS', async () => {
    const plain = { port: tried.http.remotePort!, path: '/api/v1/login', headers: json, body: '{}' };
    await expect(ask(plain)).rejects.toThrow();
    await tried.moveTo({ address: '*', port: 0, tls: false });
    expect(tried.http.remotePort).toBeUndefined();
    expect(
      (await ask({ port: tried.http.local.port, path: call, headers: allowed(tried.http.local.token) })).status,
    ).toBe(200);
  });

  it('names of this computer are taken, others are not', async () => {
    const port = tried.http.remotePort!;
    expect((await post(call, {}, { host: `office-pc:${port}` })).status).toBe(401);
    expect((await post(call, {}, { host: `evil.example:${port}` })).status).toBe(403);
    expect((await post(call, {}, { origin: `http://127.0.0.1:${port}` })).status).toBe(403);
  });
});

/** A stream of events that is open. */
async function streamOf(port: number, token: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}
