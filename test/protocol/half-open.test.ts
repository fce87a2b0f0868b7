import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RawImap } from '../support/raw-imap.ts';
import { BEGUN_HANDSHAKE, closing, openSocket } from '../support/raw-socket.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const FEW = vi.hoisted(() => ({ total: 12, beforeLogin: 8, beforeLoginPerAddress: 5 }));

// The same doors, only narrower: a flood is a few connections, and what is not counted down again shows at once.
vi.mock(import('../../core/base/limits.ts'), async (original) => {
  const limits = await original();
  return { ...limits, connectionLimits: { ...limits.connectionLimits, ...FEW } } as unknown as typeof limits;
});

const CREDENTIALS = `"${KAREN.name}" "${KAREN.password}"`;

describe('connections that nobody logs in on', () => {
  let server: TestServer;
  let bystander: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    bystander = await server.client(OLAF);
  });
  afterAll(() => server.stop());

  async function logsIn(): Promise<void> {
    const client = await server.client();
    await client.logout();
    await bystander.ok('NOOP');
  }

  it('lose their place to whoever comes next, the oldest first, and are told why', async () => {
    const waiting: RawImap[] = [];
    for (let count = 0; count < FEW.beforeLoginPerAddress; count++) waiting.push(await server.connect());
    const bye = waiting[0]!.expectUntagged(/^\* BYE \[UNAVAILABLE\]/);
    await logsIn();
    await bye;
    await waiting[0]!.closed;
    for (const each of waiting.slice(1)) await each.ok('NOOP');
    for (const each of waiting) each.destroy();
  });

  it.each([
    ['say nothing', 'port', ''],
    ['begin a line', 'port', 'x LOG'],
    ['announce a literal', 'port', 'x LOGIN {5}\r\n'],
    ['begin AUTHENTICATE', 'port', 'x AUTHENTICATE PLAIN\r\n'],
    ['begin STARTTLS', 'port', 'x STARTTLS\r\n'],
    ['say nothing where TLS is due', 'tlsPort', ''],
    ['begin a TLS handshake', 'tlsPort', BEGUN_HANDSHAKE],
  ] as const)('do not keep users out when they come in numbers and %s', async (_, port, octets) => {
    const flood = await Promise.all(Array.from({ length: 60 }, () => openSocket(server[port])));
    for (const socket of flood) socket.write(octets);
    await logsIn();
    const secure = await RawImap.connect({ port: server.tlsPort, tls: true });
    await secure.ok(`LOGIN ${CREDENTIALS}`);
    secure.destroy();
    await Promise.all(flood.slice(0, -FEW.beforeLoginPerAddress).map(closing));
    for (const socket of flood) socket.destroy();
    await logsIn();
  });

  it.runIf(process.platform === 'linux')('do not keep others out when they come from several addresses', async () => {
    const addresses = Array.from({ length: 40 }, (_, index) => `127.0.0.${2 + (index % 4)}`);
    const flood = await Promise.all(addresses.map((address) => openSocket(server.port, address)));
    await logsIn();
    for (const socket of flood) socket.destroy();
  });

  it('are refused when all places are taken by users, until one of them leaves', async () => {
    const users = await Promise.all(Array.from({ length: FEW.total - 1 - 4 }, () => server.client()));
    while (users.length < FEW.total - 1) users.push(await server.client());
    const refused = await server.connect();
    expect(refused.greeting).toMatch(/^\* BYE \[UNAVAILABLE\]/);
    await refused.closed;
    for (const user of [bystander, ...users]) await user.ok('NOOP');
    await users[0]!.logout();
    const client = await server.client();
    for (const user of [client, ...users]) user.destroy();
  });

  it.each([
    ['the greeting', 'port', ''],
    ['a line begun', 'port', 'x LOG'],
    ['a literal begun', 'port', 'x LOGIN {5+}\r\nka'],
    ['a password on its way', 'port', `x LOGIN ${CREDENTIALS}\r\n`],
    ['AUTHENTICATE', 'port', 'x AUTHENTICATE PLAIN\r\n'],
    ['STARTTLS', 'port', 'x STARTTLS\r\n'],
    ['a TLS handshake', 'tlsPort', BEGUN_HANDSHAKE],
    ['SELECT', 'port', `x LOGIN ${CREDENTIALS}\r\ny SELECT INBOX\r\n`],
    ['APPEND', 'port', `x LOGIN ${CREDENTIALS}\r\ny APPEND INBOX {1000+}\r\nSubject`],
    ['a whole APPEND', 'port', `x LOGIN ${CREDENTIALS}\r\ny APPEND INBOX {9+}\r\nSubject\r\n\r\nz NOOP\r\n`],
    ['IDLE', 'port', `x LOGIN ${CREDENTIALS}\r\ny SELECT INBOX\r\nz IDLE\r\n`],
    ['LOGOUT', 'port', 'x LOGOUT\r\n'],
  ] as const)(
    'are counted down when they are reset in the middle of %s, at once and a moment later',
    async (_, port, octets) => {
      for (let round = 0; round < 2 * FEW.total; round++) {
        const socket = await openSocket(server[port]);
        socket.write(octets);
        if (round % 2 === 1) await bystander.ok('NOOP');
        if (round % 4 === 3) await new Promise((resolve) => setTimeout(resolve, 5));
        socket.resetAndDestroy();
      }
      await expect.poll(() => server.connect().then(({ greeting }) => greeting)).toMatch(/^\* OK/);
      await expect.poll(() => placesForUsers()).toBe(FEW.total - 1);
      await bystander.ok('NOOP');
    },
  );

  /** How many users can log in at the same time beside the bystander. */
  async function placesForUsers(): Promise<number> {
    const users: RawImap[] = [];
    try {
      while (users.length < FEW.total) users.push(await server.client());
    } catch {
      // Refused: no more places.
    }
    await Promise.all(users.map((user) => user.logout()));
    return users.length;
  }

  it('end when what comes after the TLS handshake is not TLS', async () => {
    const plain = await openSocket(server.tlsPort);
    // TLS over a pair of streams of our own, so that the connection itself stays at hand.
    const [near, far] = duplexPair();
    far.pipe(plain).pipe(far);
    const secure = connect({ socket: near, rejectUnauthorized: false });
    secure.on('error', () => {});
    await once(secure, 'data');
    plain.write('x NOOP\r\n'.repeat(10));
    await closing(plain);
    await logsIn();
  });
});
