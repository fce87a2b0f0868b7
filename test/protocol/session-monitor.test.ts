import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SessionInfo } from '../../core/imap/ports.ts';
import { RawImap } from '../support/raw-imap.ts';
import { BEGUN_HANDSHAKE, openSocket } from '../support/raw-socket.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
afterEach(async () => {
  const { sessions } = server.server;
  for (const { id } of sessions.sessions()) sessions.disconnect(id, 'Go');
  await expect.poll(() => sessions.sessions()).toEqual([]);
});

/** The only session there is. */
function only(): SessionInfo {
  const [info, ...others] = server.server.sessions.sessions();
  expect(others).toEqual([]);
  return info!;
}

describe('the list of sessions', () => {
  it('shows a connection from its greeting to its end: who, from where, in which state, what it did last', async () => {
    const begun = Date.now();
    const client = await server.connect();
    expect(only()).toMatchObject({ state: 'notAuthenticated', user: undefined, accountId: undefined, tls: undefined });
    await client.ok('ID ("name" "Phone" "version" "1.2")');
    await client.login(KAREN.name, KAREN.password);
    expect(only()).toMatchObject({
      state: 'authenticated',
      user: 'karen',
      accountId: server.server.directory.find('karen')?.accountId,
      address: '127.0.0.1',
      clientId: 'name=Phone version=1.2',
      mailbox: undefined,
      lastCommand: 'LOGIN',
    });
    await client.ok('SELECT inbox');
    expect(only()).toMatchObject({ state: 'selected', mailbox: 'INBOX', lastCommand: 'SELECT' });
    await client.ok('UID FETCH 1:* FLAGS');
    expect(only().lastCommand).toBe('UID FETCH');
    await client.idle();
    expect(only()).toMatchObject({ state: 'idling', lastCommand: 'IDLE' });
    await client.done();
    await client.ok('UNSELECT');
    expect(only()).toMatchObject({ state: 'authenticated', mailbox: undefined });
    const { connectedAt, lastActivityAt } = only();
    expect(connectedAt).toBeGreaterThanOrEqual(begun - 50);
    expect(lastActivityAt).toBeGreaterThanOrEqual(connectedAt);
    expect(lastActivityAt).toBeLessThanOrEqual(Date.now() + 50);
    await client.logout();
    await expect.poll(() => server.server.sessions.sessions()).toEqual([]);
  });

  it('never shows arguments: they may be passwords', async () => {
    const client = await server.connect();
    await client.command('LOGIN karen "my secret"');
    client.send('x XSECRET my-secret\r\n');
    await client.reply('x');
    expect(JSON.stringify(only())).not.toContain('secret');
    expect(only().lastCommand).toBe('LOGIN');
  });

  it('counts octets as the client means them, with TLS and without', async () => {
    for (const secure of [false, true]) {
      const client = await RawImap.connect({ port: secure ? server.tlsPort : server.port, tls: secure });
      await client.login(KAREN.name, KAREN.password);
      const before = only();
      expect(before.tls).toBe(secure ? 'TLSv1.3' : undefined);
      await client.ok('NOOP');
      const { octetsIn, octetsOut } = only();
      expect(octetsIn - before.octetsIn).toBe('a2 NOOP\r\n'.length);
      expect(octetsOut - before.octetsOut).toBe('a2 OK Nothing done\r\n'.length);
      client.destroy();
      await expect.poll(() => server.server.sessions.sessions()).toEqual([]);
    }
  });

  it('has those who only knock, too', async () => {
    const socket = await openSocket(server.tlsPort);
    socket.write(BEGUN_HANDSHAKE);
    await expect.poll(() => server.server.sessions.sessions()).toHaveLength(1);
    expect(only()).toMatchObject({ state: 'notAuthenticated', octetsIn: 0, octetsOut: 0, tls: undefined });
    socket.destroy();
  });

  it('is told to be new once for a storm, not a thousand times, and not at all to who listens no more', async () => {
    let told = 0;
    const stop = server.server.sessions.onSessions(() => told++);
    for (let round = 0; round < 20; round++) (await server.client()).destroy();
    await expect.poll(() => told).toBeGreaterThan(0);
    expect(told).toBeLessThan(20);
    await expect.poll(() => server.server.sessions.sessions()).toEqual([]);
    stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = told;
    await server.client();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told).toBe(before);
  });
});

describe('a session that the administrator ends', () => {
  it('gets BYE with his words, in whatever it is, and no other does', async () => {
    const bystander = await server.client(OLAF);
    const [plain, idling, stranger] = [await server.client(), await server.client(), await server.connect()];
    await idling.idle();
    const secure = await RawImap.connect({ port: server.tlsPort, tls: true });
    await secure.login(KAREN.name, KAREN.password);
    const all = [plain, idling, stranger, secure];
    const byes = all.map((client) => client.expectUntagged(/^\* BYE Ended by the administrator/));
    const { sessions } = server.server;
    for (const { id, user } of sessions.sessions()) {
      if (user !== OLAF.name) expect(sessions.disconnect(id, 'Ended by the administrator')).toBe(true);
    }
    await Promise.all([...byes, ...all.map((client) => client.closed)]);
    await bystander.ok('NOOP');
  });

  it('is ended though its client reads nothing of what it asked for', async () => {
    const client = await server.client();
    await client.append('INBOX', Buffer.alloc(30_000_000, 'large mail '));
    await client.ok('SELECT INBOX');
    client.pause();
    client.send('x FETCH * BODY.PEEK[]\r\n');
    await expect.poll(() => only().lastCommand).toBe('FETCH');
    expect(server.server.sessions.disconnect(only().id, 'Go')).toBe(true);
    await expect.poll(() => server.server.sessions.sessions(), { timeout: 10_000 }).toEqual([]);
    client.destroy();
    const other = await server.client();
    await other.ok('SELECT INBOX');
    await other.ok('STORE 1:* +FLAGS.SILENT (\\Deleted)');
    await other.ok('CLOSE');
  });

  it('is told in one line, whatever the words', async () => {
    const client = await server.client();
    const bye = client.expectUntagged(/^\* BYE /);
    server.server.sessions.disconnect(only().id, 'Go\r\n* OK ‘still’ here');
    expect(await bye).toBe('* BYE Go * OK ?still? here');
    await client.closed;
  });

  it('that is not there is said to be so', () => {
    expect(server.server.sessions.disconnect(987_654, 'Go')).toBe(false);
  });
});
