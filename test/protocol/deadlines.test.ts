import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectionLimits, messageLimits } from '../../core/base/limits.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { BEGUN_HANDSHAKE, closing, openSocket } from '../support/raw-socket.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const MiB = 1024 * 1024;

// Deadlines keep their lengths; only the looking is quicker, and time is turned forward by hand. There is less memory for
// literals, so that a test can fill it.
vi.mock(import('../../core/base/limits.ts'), async (original) => {
  const limits = await original();
  return {
    ...limits,
    connectionLimits: { ...limits.connectionLimits, watchInterval: 5 },
    messageLimits: { ...limits.messageLimits, literalsInFlight: 48 * 1024 * 1024, literalsPerUser: 32 * 1024 * 1024 },
  } as unknown as typeof limits;
});

const minute = 60_000;

let server: TestServer;
/** Works all the time, and must never notice anything. */
let bystander: RawImap;
/** In IDLE all the time, connected after all others: once it is told that all is well, all have been looked at. */
let canary: RawImap;
let ahead = 0;

beforeAll(async () => {
  server = await startTestServer({ uptime: () => performance.now() + ahead });
  bystander = await server.client(OLAF);
});
afterAll(() => server.stop());
beforeEach(async () => {
  canary = await server.client(OLAF);
});

/** Lets time pass, and the server look at its deadlines, for all connections there were when the canary came. */
async function pass(milliseconds: number): Promise<void> {
  await canary.idle();
  ahead += milliseconds;
  await server.client(OLAF).then((other) => other.logout()); // turns of the event loop
  ahead += server.server.settings.get('imap4.advanced.idleHeartbeat') * 1_000;
  await canary.expectUntagged(/^\* OK Still here/);
  expect((await canary.done()).status).toBe('OK');
  await bystander.ok('NOOP');
}

/** What pass() adds by itself. */
const HEARTBEAT = 2 * minute;

describe('who does not log in in time', () => {
  it('is sent away, whatever he sends meanwhile: each of them holds a place', async () => {
    const silent = await server.connect();
    const busy = await server.connect();
    const trickling = await server.connect();
    const authenticating = await server.connect();
    const sending = await server.connect();
    authenticating.send('x AUTHENTICATE PLAIN\r\n');
    sending.send('x LOGIN karen {10}\r\nabc');
    await Promise.all([authenticating, sending].map((each) => each.expectContinuation()));
    const all = [silent, busy, trickling, authenticating, sending];
    const byes = all.map((each) => each.expectUntagged(/^\* BYE /));
    for (const octet of ['x', ' ', 'N', 'O', 'O']) {
      ahead += connectionLimits.loginTime / 6;
      trickling.send(octet);
      await busy.ok('NOOP');
      await bystander.ok('NOOP');
    }
    ahead += connectionLimits.loginTime / 5;
    await Promise.all([...byes, ...all.map((each) => each.closed)]);
    await bystander.ok('NOOP');
  });

  it('is closed in the middle of a TLS handshake, too', async () => {
    const begun = await openSocket(server.tlsPort);
    begun.write(BEGUN_HANDSHAKE);
    const silent = await openSocket(server.tlsPort);
    const upgrading = await openSocket(server.port);
    upgrading.write('x STARTTLS\r\n');
    await once(upgrading, 'data');
    const closed = [begun, silent, upgrading].map(closing);
    ahead += connectionLimits.loginTime + 1_000;
    await Promise.all(closed);
    await bystander.ok('NOOP');
  });
});

describe('who has logged in', () => {
  it('may be silent for the time that is set, then BYE; IDLE may last', async () => {
    const silent = await server.client();
    const idling = await server.client();
    await idling.idle();
    await pass(27 * minute - HEARTBEAT);
    await silent.ok('NOOP');
    await pass(27 * minute - HEARTBEAT);
    const bye = silent.expectUntagged(/^\* BYE Autologout/);
    await pass(4 * minute - HEARTBEAT);
    await bye;
    await silent.closed;
    expect((await idling.done()).status).toBe('OK');
    idling.destroy();
  });

  it('may need long for a message as long as it gets on, or nobody with a slow line could send a large one', async () => {
    const slow = await server.client();
    slow.send('x APPEND INBOX {12}\r\n');
    await slow.expectContinuation();
    for (const octet of 'Subject: x\r\n') {
      slow.send(octet);
      await pass(4 * minute - HEARTBEAT);
    }
    slow.send('\r\n');
    expect((await slow.reply('x')).status).toBe('OK');
    slow.destroy();
  });

  it('loses the connection when the rest of a message does not come: memory is set aside for it', async () => {
    const client = await server.client();
    client.send('x APPEND INBOX {1000}\r\nSubject');
    await client.expectContinuation();
    const bye = client.expectUntagged(/^\* BYE /);
    await pass(connectionLimits.literalStall);
    await bye;
    await client.closed;
  });

  it('loses the connection when he asks for much and reads nothing for long', async () => {
    const client = await server.client();
    await client.append('INBOX', Buffer.alloc(30_000_000, 'large mail '));
    await client.ok('SELECT INBOX');
    client.pause();
    const reply = client.command('FETCH * BODY.PEEK[]');
    const lost = reply.then(
      () => 'answered',
      () => 'lost',
    );
    // The system takes some megabytes first, and as long as it does, it looks as if the client read.
    for (let round = 0; round < 20; round++) await pass(connectionLimits.writeStall);
    client.resume();
    expect(await lost).toBe('lost');
  });
});

describe('the memory for messages that are being sent', () => {
  /** A message of 100 MiB that is announced and of which only the beginning comes. */
  async function announce(client: RawImap, come: number): Promise<void> {
    client.send('x APPEND INBOX {104857600}\r\n');
    await client.expectContinuation();
    client.send(Buffer.alloc(come, 'a'));
  }

  it('is taken by what has come and not by what is announced, or two users could keep all others from sending', async () => {
    const holders = await Promise.all(Array.from({ length: 10 }, (_, at) => server.client(at % 2 ? KAREN : OLAF)));
    for (const holder of holders) await announce(holder, 1);
    const sender = await server.client(KAREN);
    expect((await sender.append('INBOX', Buffer.alloc(30 * MiB, 'a'))).status).toBe('OK');
    for (const client of [sender, ...holders]) client.destroy();
  });

  it('has an end for one user: the message is read to its end and refused, and small ones go on', async () => {
    const sender = await server.client(KAREN);
    const refused = sender.append('INBOX', Buffer.alloc(messageLimits.literalsPerUser + MiB, 'a'), {
      literals: 'plus',
    });
    expect(await refused).toMatchObject({ status: 'NO', code: 'LIMIT' });
    const come = messageLimits.literalsPerUser - 2 * messageLimits.literalStep;
    await announce(sender, come);
    // Before all of it has come, it is the sender whom another message leaves no room.
    await vi.waitFor(
      () => expect(server.server.sessions.sessions().some(({ octetsIn }) => octetsIn > 2 * come)).toBe(true),
      {
        timeout: 20_000,
      },
    );
    const other = await server.client(KAREN);
    const another = () => other.append('INBOX', Buffer.alloc(MiB, 'a'));
    await vi.waitFor(async () => expect((await another()).code).toBe('LIMIT'));
    const uncounted = Buffer.alloc(messageLimits.literalUncounted, 'a');
    expect((await other.append('INBOX', uncounted)).status).toBe('OK');
    sender.destroy();
    await sender.closed;
    await vi.waitFor(async () => expect((await another()).status).toBe('OK'));
    other.destroy();
  });

  it('is not held by an octet now and then', async () => {
    const client = await server.client(KAREN);
    await announce(client, 1);
    const bye = client.expectUntagged(/^\* BYE /);
    for (let octets = 0; octets < 3; octets++) {
      client.send('a');
      await pass(3 * minute - HEARTBEAT);
    }
    await bye;
    await client.closed;
  });
});
