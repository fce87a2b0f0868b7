import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AccessRule } from '../../core/settings/access-rule.ts';
import { closing, openSocket } from '../support/raw-socket.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const LOGIN = `LOGIN ${KAREN.name} "${KAREN.password}"`;
const WRONG = { status: 'NO', code: 'AUTHENTICATIONFAILED', text: 'User name or password is wrong' };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
afterEach(() => {
  const { settings, guards } = server.server;
  guards.lockOuts.unlock('127.0.0.1', KAREN.name);
  guards.lockOuts.succeeded(KAREN.name, '127.0.0.1'); // what was counted and has not locked her yet
  for (const { key, isDefault } of settings.list()) if (!isDefault) settings.reset(key);
});

/** Lines of the grid about this machine, on which nobody else is to be tested. */
function rule(restrict: 'allow' | 'deny', users: readonly string[] = [], address = '127.0.0.0'): AccessRule {
  return { restrict, type: 'ipv4', address, prefix: 8, users };
}

function rules(...lines: readonly AccessRule[]): void {
  server.server.settings.set('imap4.access.rules', lines);
}

describe('who may not come from where he is', () => {
  it('is told BYE before any greeting, on a TLS port nothing, and is recorded; who is in stays', async () => {
    const inside = await server.client();
    rules(rule('allow', [], '10.0.0.0'));
    const refused = await server.connect();
    expect(refused.greeting).toMatch(/^\* BYE /);
    await refused.closed;
    const secure = await openSocket(server.tlsPort);
    let octets = 0;
    secure.on('data', (chunk) => {
      octets += chunk.length;
    });
    await closing(secure);
    expect(octets).toBe(0);
    const { guards } = server.server;
    expect(guards.refusals.recent().slice(0, 2)).toEqual([
      expect.objectContaining({ reason: 'accessRule', address: '127.0.0.1', user: undefined }),
      expect.objectContaining({ reason: 'accessRule', address: '127.0.0.1', user: undefined }),
    ]);
    await inside.ok('NOOP');
    server.server.settings.reset('imap4.access.rules');
    await server.client();
  });

  it('is told that his password is wrong when the line is about him, the right one and any other alike', async () => {
    rules(rule('deny', ['KAREN']), rule('allow'));
    const client = await server.connect();
    expect(await client.command(LOGIN)).toMatchObject(WRONG);
    expect(await client.command(`LOGIN karen wrong`)).toMatchObject(WRONG);
    // It counts at this door like a wrong password, or it could be told apart.
    expect(await client.command(LOGIN)).toMatchObject(WRONG);
    await client.closed;
    const other = await server.connect();
    await other.ok(`LOGIN ${OLAF.name} "${OLAF.password}"`);
    expect(server.server.guards.refusals.recent().filter(({ reason }) => reason === 'accessRule')[0]).toMatchObject({
      user: 'karen',
      address: '127.0.0.1',
      setting: 'imap4.access.rules',
    });
    expect(server.server.guards.lockOuts.list()).toEqual([]);
  });

  it('is not shown by SCRAM that the server knows his password: the proof never comes', async () => {
    rules(rule('deny', ['karen']), rule('allow'));
    expect(await scramTo(server.port, KAREN)).toEqual({
      challenges: 1,
      ending: expect.stringMatching(/^a NO \[AUTHENTICATIONFAILED\] User name or password is wrong/),
    });
    rules(rule('allow'));
    expect(await scramTo(server.port, KAREN)).toEqual({ challenges: 2, ending: expect.stringMatching(/^a OK /) });
  });

  it('gets in by a line for him alone where nobody else does', async () => {
    rules(rule('allow', ['karen']));
    const client = await server.connect();
    expect(client.greeting).toMatch(/^\* OK /); // somebody could come from there
    expect(await client.command(`LOGIN ${OLAF.name} "${OLAF.password}"`)).toMatchObject(WRONG);
    await client.ok(LOGIN);
  });
});

/** A login by SCRAM-SHA-256 (RFC 5802 section 3), with what the server answered. */
async function scramTo(
  port: number,
  { name, password }: typeof KAREN,
): Promise<{ challenges: number; ending: string }> {
  const socket = await openSocket(port);
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  const challenge = async () => Buffer.from((await next()).slice(2), 'base64').toString();
  await next();
  const bare = `n=${name},r=clientnonce`;
  socket.write(`a AUTHENTICATE SCRAM-SHA-256 ${Buffer.from(`n,,${bare}`).toString('base64')}\r\n`);
  const first = await challenge();
  const [, nonce, salt, count] = /^r=(.*),s=(.*),i=(\d+)$/.exec(first)!;
  const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const salted = pbkdf2Sync(password, Buffer.from(salt!, 'base64'), Number(count), 32, 'sha256');
  const key = hmac(salted, 'Client Key');
  const final = `c=biws,r=${nonce}`;
  const signature = hmac(createHash('sha256').update(key).digest(), `${bare},${first},${final}`);
  const proof = key.map((octet, index) => octet ^ signature[index]!);
  socket.write(`${Buffer.from(`${final},p=${Buffer.from(proof).toString('base64')}`).toString('base64')}\r\n`);
  let [ending, challenges] = [await next(), 1];
  if (ending.startsWith('+ ')) {
    challenges++;
    socket.write('\r\n');
    ending = await next();
  }
  socket.destroy();
  return { challenges, ending };
}

describe('who guesses', () => {
  it('is kept out after three different wrong passwords, and told so, whether or not the next is right', async () => {
    const guesses = ['one', 'two', 'three'];
    for (const guess of guesses) {
      const client = await server.connect();
      expect((await client.command(`LOGIN olaf ${guess}`)).code).toBe(WRONG.code);
      client.destroy();
    }
    const client = await server.connect();
    const locked = { ...WRONG, text: 'Too many wrong passwords; try again in 30 minutes' };
    expect(await client.command(`LOGIN olaf "${OLAF.password}"`)).toMatchObject(locked);
    expect(await client.command('LOGIN olaf four')).toMatchObject(locked);
    const [lock] = server.server.guards.lockOuts.list();
    expect(lock).toMatchObject({ kind: 'pair', user: 'olaf', address: '127.0.0.1' });
    await server.client(KAREN); // who sits beside him works on
    server.server.guards.lockOuts.unlock('127.0.0.1', 'olaf');
    await client.ok(`LOGIN olaf "${OLAF.password}"`);
  });

  it('with one old password again and again, as a phone does, locks nobody', async () => {
    for (let attempt = 0; attempt < 12; attempt++) {
      const client = await server.connect();
      expect(await client.command('LOGIN olaf "last year"')).toMatchObject(WRONG);
      client.destroy();
    }
    expect(server.server.guards.lockOuts.list()).toEqual([]);
    await server.client(OLAF);
  });
});

describe('who is disabled or removed', () => {
  it.each(['disable', 'remove'] as const)('by %s loses all sessions at once, others none', async (change) => {
    const { directory } = server.server;
    await directory.add('anna', 'annas secret 3');
    const others = [await server.client(), await server.client(OLAF)];
    const own = [await server.connect(), await server.connect(), await server.connect()];
    for (const client of own) await client.ok('LOGIN anna "annas secret 3"');
    await own[1]!.ok('SELECT INBOX');
    await own[2]!.idle();
    const byes = own.map((client) => client.expectUntagged(/^\* BYE This account has been /));
    await directory[change]('anna');
    await Promise.all([...byes, ...own.map((client) => client.closed)]);
    for (const client of others) await client.ok('NOOP');
    const status = server.server.guards.logins.status();
    expect(status.users.map(({ name }) => name)).not.toContain('anna');
    if (change === 'disable') await directory.remove('anna');
  });

  it('in the middle of a login does not get in', async () => {
    const { directory } = server.server;
    const { accountId } = await directory.add('bert', 'berts secret 4');
    const client = await server.connect();
    const login = client.command('LOGIN bert "berts secret 4"').catch(() => undefined);
    await directory.disable('bert');
    await login;
    await expect
      .poll(() => server.server.sessions.sessions().filter((session) => session.accountId === accountId))
      .toEqual([]);
    await directory.remove('bert');
  });

  it('keeps his sessions when he is only renamed', async () => {
    const { directory } = server.server;
    await directory.add('dora', 'doras secret 5');
    const client = await server.connect();
    await client.ok('LOGIN dora "doras secret 5"');
    await directory.rename('dora', 'dorothea');
    await client.ok('SELECT INBOX');
    client.destroy();
    await directory.remove('dorothea');
  });
});
