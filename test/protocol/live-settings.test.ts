import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RawImap } from '../support/raw-imap.ts';
import { openSocket } from '../support/raw-socket.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

// Deadlines are looked at more often, so that time that is turned forward by hand shows at once.
vi.mock(import('../../core/base/limits.ts'), async (original) => {
  const limits = await original();
  return { ...limits, connectionLimits: { ...limits.connectionLimits, watchInterval: 5 } } as unknown as typeof limits;
});

const MESSAGE = Buffer.from('Subject: hello\r\n\r\nhello\r\n');
const second = 1_000;
const minute = 60 * second;

let server: TestServer;
let ahead = 0;
beforeAll(async () => {
  server = await startTestServer({ uptime: () => performance.now() + ahead, allowPlaintext: false });
});
afterAll(() => server.stop());
afterEach(() => {
  const { settings } = server.server;
  for (const { key, isDefault } of settings.list()) if (!isDefault) settings.reset(key);
});

const set: TestServer['server']['settings']['set'] = (key, value) => server.server.settings.set(key, value);

async function capabilities(client: RawImap): Promise<string[]> {
  return (await client.ok('CAPABILITY')).untagged[0]!.split(' ').slice(2);
}

describe('IDLE, switched off and on while sessions run', () => {
  it('is gone from one command to the next, with IMAP4rev2; who idles goes on being told and finishes normally', async () => {
    const [idling, other, rev2] = [await server.client(), await server.client(), await server.client()];
    await rev2.ok('ENABLE IMAP4rev2');
    for (const client of [idling, other]) await client.ok('SELECT INBOX');
    await idling.idle();
    set('imap4.advanced.supportIdle', false);

    await other.append('INBOX', MESSAGE);
    await idling.expectUntagged(/^\* \d+ EXISTS/);
    expect(await idling.done()).toMatchObject({ status: 'OK' });
    for (const client of [idling, other, await server.client()]) {
      const offered = await capabilities(client);
      expect(offered).toContain('IMAP4rev1');
      expect(offered).not.toContain('IDLE');
      expect(offered).not.toContain('IMAP4rev2');
      const unknown = await client.command('XYZZY');
      expect(await client.command('IDLE')).toMatchObject({
        status: 'BAD',
        text: unknown.text.replace('XYZZY', 'IDLE'),
      });
    }
    expect((await server.connect()).greeting).not.toMatch(/\bIDLE\b|IMAP4rev2/);
    const late = await server.client();
    expect((await late.ok('ENABLE IMAP4rev2 CONDSTORE')).untagged).toEqual(['* ENABLED CONDSTORE']);
    // Whoever has it enabled cannot lose it: there is no way to tell him (RFC 5161 section 3.1).
    expect((await rev2.ok('SELECT INBOX')).untagged.some((line) => / RECENT$/.test(line))).toBe(false);

    set('imap4.advanced.supportIdle', true);
    expect(await capabilities(idling)).toEqual(expect.arrayContaining(['IDLE', 'IMAP4rev2']));
    await idling.idle();
    await other.append('INBOX', MESSAGE);
    await idling.expectUntagged(/^\* \d+ EXISTS/);
    await idling.done();
    expect((await late.ok('ENABLE IMAP4rev2')).untagged).toEqual(['* ENABLED IMAP4rev2']);
  });
});

describe('what ends a connection', () => {
  it('is so many failed logins as are set when one fails, 0 = never', async () => {
    const wrong = (client: RawImap) => client.command('LOGIN karen "the same wrong one"');
    const client = await server.connect();
    set('imap4.advanced.maxFailedLogins', 0);
    for (let attempt = 0; attempt < 5; attempt++) expect((await wrong(client)).status).toBe('NO');
    set('imap4.advanced.maxFailedLogins', 7);
    expect((await wrong(client)).status).toBe('NO');
    await client.ok('NOOP');
    const bye = client.expectUntagged(/^\* BYE /);
    await wrong(client);
    await bye;
    await client.closed;
    const other = await server.connect();
    set('imap4.advanced.maxFailedLogins', 1);
    await wrong(other);
    await other.closed;
  });

  it('is silence for as long as is set when it is looked at', async () => {
    set('imap4.general.autoLogout', 60);
    const client = await server.client();
    const canary = await server.client(OLAF);
    ahead += 45 * minute;
    await canary.ok('NOOP');
    await client.ok('NOOP');
    ahead += 45 * minute;
    await canary.ok('NOOP');
    const bye = client.expectUntagged(/^\* BYE Autologout/);
    set('imap4.general.autoLogout', 30);
    await bye;
    await client.closed;
    await canary.ok('NOOP');
  });
});

describe('the sign of life in IDLE', () => {
  it('comes as often as is set, also for who idles already, and never for 0', async () => {
    const client = await server.client();
    await client.idle();
    let alive = client.expectUntagged(/^\* OK Still here/);
    ahead += 2 * minute;
    await alive;
    set('imap4.advanced.idleHeartbeat', 10);
    for (let beat = 0; beat < 5; beat++) {
      alive = client.expectUntagged(/^\* OK Still here/);
      ahead += 10 * second;
      await alive;
    }
    set('imap4.advanced.idleHeartbeat', 0);
    ahead += 24 * 60 * minute;
    await new Promise((resolve) => setTimeout(resolve, 50)); // it is looked at every 5 ms
    expect((await client.done()).untagged.filter((line) => line.includes('Still here'))).toHaveLength(6);
  });
});

describe('"Require Encrypted Authentication"', () => {
  it('holds for connections that are there already, both ways, and this computer may be excepted', async () => {
    const client = await server.connect();
    const login = `LOGIN ${OLAF.name} "${OLAF.password}"`;
    expect(await capabilities(client)).toContain('AUTH=PLAIN');
    set('imap4.general.exceptLoopback', false);
    const offered = await capabilities(client);
    expect(offered).toContain('LOGINDISABLED');
    expect(offered.filter((name) => /^AUTH=(PLAIN|LOGIN)$/.test(name))).toEqual([]);
    expect(await client.command(login)).toMatchObject({ status: 'NO', code: 'PRIVACYREQUIRED' });
    expect((await client.command('AUTHENTICATE PLAIN AGthcmVuAHg=')).code).toBe('PRIVACYREQUIRED');
    set('imap4.general.requireEncryptedAuthentication', false);
    expect(await capabilities(client)).not.toContain('LOGINDISABLED');
    await client.ok(login);
  });
});

describe('"Service Name"', () => {
  it('greets whoever comes next', async () => {
    set('imap4.general.serviceName', 'Post & Co');
    expect((await server.connect()).greeting).toMatch(/^\* OK \[CAPABILITY [^\]]*\] Post & Co ready/);
    set('imap4.general.serviceName', 'Büro ✉'); // a greeting is ASCII (RFC 9051 section 9, text)
    expect((await server.connect()).greeting).toMatch(/\] B\?ro \? ready$/);
  });
});

describe('the bandwidth limit', () => {
  const SIZE = 300_000;

  it('slows each session for itself, nobody else, and lets go at once when it is lifted', async () => {
    const client = await server.client();
    await client.append('INBOX', Buffer.alloc(SIZE, 'large mail '));
    const bystander = await server.client();
    await bystander.ok('SELECT INBOX');
    set('imap4.general.bandwidthLimit', 4);
    const socket = await openSocket(server.port);
    let received = 0;
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      text = text.slice(-200) + chunk.toString('latin1');
    });
    const begun = performance.now();
    socket.write(`a LOGIN karen "${KAREN.password}"\r\nb SELECT INBOX\r\nc FETCH * BODY.PEEK[]\r\nd NOOP\r\n`);
    while (received < 6_000) await once(socket, 'data');
    // 4 KiB a second; the first tenth of a second is given at once.
    expect(performance.now() - begun).toBeGreaterThan(1_000);
    expect(received).toBeLessThan(6_000 + 1_000);
    await bystander.ok('NOOP');
    const seconds = (performance.now() - begun) / 1_000;
    expect(received).toBeLessThan((seconds + 0.2) * 4_096);
    set('imap4.general.bandwidthLimit', 0);
    while (!text.includes('d OK')) await once(socket, 'data');
    expect(received).toBeGreaterThan(SIZE);
    socket.destroy();
  });
});
