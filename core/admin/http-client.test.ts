import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect as connectSocket } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { adminLimits } from '../base/limits.ts';
import { type AdminEvent, contractVersion } from './contract.ts';
import { accessFile } from './http/access-file.ts';
import { allowed, ask, type TriedHttp, tryHttp } from './http/testing.ts';
import { type AdminClient, connectToServer } from './http-client.ts';

let tried: TriedHttp;

beforeEach(async () => {
  tried = await tryHttp({ address: '127.0.0.1', port: 0, tls: false });
  onTestFinished(async () => {
    await tried.close();
    expect(tried.backstage.errors).toEqual([]);
  });
});

async function connected(): Promise<AdminClient> {
  const client = await connectToServer(tried.data);
  if (client === undefined) throw new Error('no server was found');
  onTestFinished(() => client.close());
  return client;
}

/** Resolves with the next event of that name. */
function next(client: AdminClient, name: AdminEvent['event']): Promise<AdminEvent> {
  return new Promise((resolve) => {
    const stop = client.onEvent((event) => {
      if (event.event !== name) return;
      stop();
      resolve(event);
    });
  });
}

/** Until a stream is open, nothing is told on it. */
async function streams(count: number): Promise<void> {
  while (tried.http.listeners !== count) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a program on this machine', () => {
  it('finds the server that has a data folder, and gets values and failures as they are', async () => {
    const client = await connected();
    expect(client.server).toMatchObject({ version: '1.2.3', contractVersion });
    const added = await client.call('users.add', { name: 'Кaрен', password: 'ein gutes Geheimnis ü' });
    expect(added).toEqual({ ok: true, value: undefined });
    const users = await client.call('users.list', {});
    expect(users.ok && users.value.map(({ name }) => name)).toEqual(['Кaрен']);
    expect(await client.call('users.add', { name: 'x', password: '' })).toMatchObject({
      ok: false,
      error: { code: 'invalid', field: 'password' },
    });
  });

  it('hears what happens', async () => {
    const client = await connected();
    const changed = next(client, 'settings.changed');
    const line = next(client, 'log.line');
    await streams(2);
    await client.call('settings.set', { values: { 'imap4.advanced.maxFailedLogins': 7 } });
    expect(await changed).toEqual({ event: 'settings.changed', keys: ['imap4.advanced.maxFailedLogins'] });
    expect(await line).toMatchObject({ line: { level: 'info' } });
    await streams(0);
  });

  it('waits when it has asked too much, and is answered', async () => {
    const client = await connected();
    for (let at = 0; at < adminLimits.callsAtOnce; at++) {
      await ask({ port: tried.http.local.port, path: '/api/v1/logs', headers: allowed(tried.http.local.token) });
    }
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = client.call('server.info', {});
    while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    tried.time.now += 1_000;
    vi.advanceTimersByTime(adminLimits.clientPause);
    expect(await answer).toMatchObject({ ok: true });
  });

  it('finds none where none runs, nor where one was killed', async () => {
    const kept = `${accessFile(tried.data)}.kept`;
    await copyFile(accessFile(tried.data), kept);
    const client = await connected();
    await tried.http.close();
    expect(await connectToServer(tried.data)).toBeUndefined();
    expect(await client.call('server.info', {})).toMatchObject({ ok: false, error: { code: 'refused' } });
    await rename(kept, accessFile(tried.data));
    expect(await connectToServer(tried.data)).toBeUndefined();
    await writeFile(accessFile(tried.data), '{"port":');
    expect(await connectToServer(tried.data)).toBeUndefined();
  });

  it('tells nothing to somebody else who has got the port of a server that was killed', async () => {
    const heard: string[] = [];
    const port = await impostor((request, response) => {
      heard.push(request.url ?? '');
      const value = { contractVersion, version: '1', startedAt: 0, dataFolder: tried.data, hostNames: [] };
      response.setHeader('x-mailroom-contract', contractVersion).setHeader('x-mailroom-proof', 'x');
      response.end(JSON.stringify({ ok: true, value }));
    });
    const access = JSON.parse(await readFile(accessFile(tried.data), 'utf8'));
    await writeFile(accessFile(tried.data), JSON.stringify({ ...access, port }));
    expect(await connectToServer(tried.data)).toBeUndefined();
    expect(heard).toEqual(['/api/v1/server.info']);
  });

  it('says so when the server is of another version', async () => {
    const access = JSON.parse(await readFile(accessFile(tried.data), 'utf8'));
    await writeFile(accessFile(tried.data), JSON.stringify({ ...access, contractVersion: contractVersion + 1 }));
    await expect(connectToServer(tried.data)).rejects.toThrow(/version 2 .* stop the server/);
  });
});

describe('streams of events', () => {
  const head = () =>
    `GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:${tried.http.local.port}\r\nAuthorization: Bearer ${tried.http.local.token}\r\n\r\n`;

  it('of somebody who does not read are cut, and the others go on', async () => {
    const socket = connectSocket(tried.http.local.port, '127.0.0.1');
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    socket.write(head());
    await streams(1);
    const client = await connected();
    const heard: AdminEvent[] = [];
    client.onEvent((event) => heard.push(event));
    await streams(2);
    const refusal = { at: 1, reason: 'userLimit', text: 'x'.repeat(60_000) } as never;
    let told = 0;
    while (tried.http.listeners === 2 && told < 5_000) {
      tried.backstage.sources.refusals.tell(refusal);
      told++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(tried.http.listeners).toBe(1);
    while (heard.length < told) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('are bounded in number', async () => {
    const asked = async () => {
      const socket = connectSocket(tried.http.local.port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      socket.write(head());
      const [first] = (await new Promise<Buffer>((resolve) => socket.once('data', resolve))).toString().split('\r\n');
      return first;
    };
    const firsts = await Promise.all(Array.from({ length: adminLimits.streams + 1 }, asked));
    expect(firsts.filter((line) => line === 'HTTP/1.1 200 OK')).toHaveLength(adminLimits.streams);
    expect(firsts.filter((line) => line?.startsWith('HTTP/1.1 503'))).toHaveLength(1);
  });
});

async function impostor(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
