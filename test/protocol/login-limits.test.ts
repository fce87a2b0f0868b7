import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FileHeld } from '../../core/base/patiently.ts';
import { RawImap } from '../support/raw-imap.ts';
import { openSocket } from '../support/raw-socket.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const LOGIN = `LOGIN ${KAREN.name} "${KAREN.password}"`;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());
beforeEach(() => server.server.settings.set('imap4.advanced.concurrentLoginsPerUser', 3));
afterEach(async () => {
  const { settings, sessions } = server.server;
  for (const { key, isDefault } of settings.list()) if (!isDefault) settings.reset(key);
  disconnectAll();
  await expect.poll(() => sessions.sessions()).toEqual([]);
});

const clients = (count: number, user: typeof KAREN | typeof OLAF = KAREN) =>
  Promise.all(Array.from({ length: count }, () => server.client(user)));

/** How many of Karen's sessions hold a slot. */
function held(): number {
  return server.server.guards.logins.status().users.find(({ name }) => name === KAREN.name)?.sessions ?? 0;
}

describe('too many logins of a user', () => {
  it('are refused with the number and the limit, and the connection takes another login', async () => {
    await clients(3);
    const client = await server.connect();
    await client.ok('ID ("name" "Phone")');
    expect(await client.command(LOGIN)).toMatchObject({
      status: 'NO',
      code: 'LIMIT',
      text: 'Too many concurrent logins for karen (3 of 3)',
    });
    // As often as it is tried: it is no failed login, and the door does not close.
    for (let attempt = 0; attempt < 10; attempt++) expect((await client.command(LOGIN)).code).toBe('LIMIT');
    await client.ok(`LOGIN ${OLAF.name} "${OLAF.password}"`);
    await client.ok('SELECT INBOX');
    const [refusal] = server.server.guards.refusals.recent();
    expect(refusal).toMatchObject({ reason: 'userLimit', user: 'karen', limit: 3, clientId: 'name=Phone' });
    expect(refusal?.holders.map(({ user }) => user)).toEqual(['karen', 'karen', 'karen']);
    expect(server.server.guards.lockOuts.list()).toEqual([]);
  });

  it('are refused after the password only: a stranger learns nothing', async () => {
    await clients(3);
    const client = await server.connect();
    expect(await client.command(`LOGIN ${KAREN.name} wrong`)).toMatchObject({ code: 'AUTHENTICATIONFAILED' });
  });

  it('are refused in AUTHENTICATE, too', async () => {
    await clients(3);
    const client = await server.connect();
    const plain = Buffer.from(`\0${KAREN.name}\0${KAREN.password}`).toString('base64');
    expect(await client.command(`AUTHENTICATE PLAIN ${plain}`)).toMatchObject({ status: 'NO', code: 'LIMIT' });
  });

  it('are told of so that no program takes the password for wrong: Thunderbird would ask for another one', async () => {
    await clients(3);
    const client = await server.connect();
    const text = 'Too many concurrent logins for karen (3 of 3)';
    const plain = Buffer.from(`\0${KAREN.name}\0${KAREN.password}`).toString('base64');
    for (const command of [LOGIN, `AUTHENTICATE PLAIN ${plain}`]) {
      expect(await client.command(command)).toMatchObject({
        untagged: [`* NO [UNAVAILABLE] ${text}`],
        code: 'LIMIT',
        text,
      });
    }
    expect((await client.command(`LOGIN ${KAREN.name} wrong`)).untagged).toEqual([]);
  });

  it('make room by putting out the longest idle one, where that is set', async () => {
    server.server.settings.set('imap4.advanced.whenLimitReached', 'closeIdlest');
    const [first, second, third] = await clients(3);
    await first!.ok('NOOP');
    await third!.ok('NOOP');
    const bye = second!.expectUntagged(/^\* BYE You have logged in elsewhere/);
    const fourth = await server.client();
    await bye;
    await second!.closed;
    for (const each of [first!, third!, fourth]) await each.ok('NOOP');
    expect(held()).toBe(3);
  });

  it('are counted by what is set at that moment, 0 = without end, and nobody is put out by a change', async () => {
    const all = await clients(3);
    server.server.settings.set('imap4.advanced.concurrentLoginsPerUser', 0);
    all.push(...(await clients(3)));
    server.server.settings.set('imap4.advanced.concurrentLoginsPerUser', 2);
    const refused = await server.connect();
    expect((await refused.command(LOGIN)).text).toBe('Too many concurrent logins for karen (6 of 2)');
    for (const each of all) await each.ok('NOOP');
  });
});

describe.runIf(process.platform === 'linux')('too many logins from an address', () => {
  /** From an address of this machine that is not the others'. */
  async function loginFrom(address: string): Promise<string> {
    const socket = await openSocket(server.port, address);
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      text += chunk;
    });
    socket.write(`a ${LOGIN}\r\n`);
    await expect.poll(() => text).toMatch(/^a (OK|NO) .*\r\n/m);
    return /^a .*$/m.exec(text)![0];
  }

  it('are refused whoever they are of, and others are not', async () => {
    const { settings } = server.server;
    settings.set('imap4.advanced.concurrentLoginsPerAddress', 2);
    await clients(1);
    await clients(1, OLAF);
    const refused = await server.connect();
    expect(await refused.command(LOGIN)).toMatchObject({
      code: 'LIMIT',
      text: 'Too many concurrent logins from 127.0.0.1 (2 of 2)',
    });
    expect(await loginFrom('127.0.0.2')).toMatch(/^a OK/);
    settings.set('imap4.advanced.limitExemptAddresses', ['127.0.0.0/30']);
    await refused.ok(LOGIN);
  });
});

/** What a client does whose laptop is closed while it sends. */
function resetInLiteral(client: RawImap): void {
  client.send('x APPEND INBOX {100+}\r\nabc');
  client.reset();
}

/** What the administrator may do. */
function disconnectAll(): void {
  const { sessions } = server.server;
  for (const { id } of sessions.sessions()) sessions.disconnect(id, 'Go');
}

describe('a slot', () => {
  const endings: readonly (readonly [string, (client: RawImap) => unknown])[] = [
    ['LOGOUT', (client) => client.logout()],
    ['a reset', (client) => client.reset()],
    ['a cut socket', (client) => client.destroy()],
    ['a half close', (client) => client.end()],
    ['a half close in IDLE', (client) => client.idle().then(() => client.end())],
    ['a reset in IDLE', (client) => client.idle().then(() => client.reset())],
    ['a reset in the middle of a literal', resetInLiteral],
    ['BYE for bad commands', (client) => client.send('x\r\n'.repeat(60))],
    ['BYE by the administrator', disconnectAll],
  ];

  it.each(endings)('is free again after %s', async (_, end) => {
    for (let round = 0; round < 2; round++) {
      for (const client of await clients(3)) await end(client);
      await expect.poll(held).toBe(0);
    }
    await clients(3);
    expect(held()).toBe(3);
  });

  it('is free before LOGOUT is answered: who logs in anew at once finds it', async () => {
    for (let round = 0; round < 5; round++) {
      const all = await clients(3);
      await Promise.all(all.map((client) => client.ok('LOGOUT')));
      expect(held()).toBe(0);
    }
  });

  it('is not taken by clients that have gone while their password was checked', async () => {
    for (let round = 0; round < 20; round++) {
      const socket = await openSocket(server.port);
      socket.write(`x ${LOGIN}${round}\r\ny ${LOGIN}\r\n`);
      if (round % 2 === 0) await new Promise((resolve) => setTimeout(resolve, round));
      socket.resetAndDestroy();
    }
    await expect.poll(() => server.server.sessions.sessions().length).toBe(0);
    expect(held()).toBe(0);
    await clients(3);
  });

  it('is not taken when the mail cannot be opened', async () => {
    await server.server.directory.add('anna', 'annas secret 3');
    const { store } = server.server;
    const account = store.account.bind(store);
    store.account = () => Promise.reject(new Error('the disk is gone'));
    const client = await server.connect();
    expect((await client.command('LOGIN anna "annas secret 3"')).code).toBe('SERVERBUG');
    // No bug, and where the files are is nothing for whoever logs in.
    const held = new FileHeld('/mail/anna/index.db', Object.assign(new Error(), { code: 'EBUSY' }), 5_000);
    store.account = () => Promise.reject(held);
    const refused = await client.command('LOGIN anna "annas secret 3"');
    expect(refused.code).toBe('UNAVAILABLE');
    expect(refused.text).not.toContain('/mail');
    expect(server.server.guards.logins.status().users).toEqual([]);
    store.account = account;
    (server.errors as string[]).splice(0);
    await client.ok('LOGIN anna "annas secret 3"');
  });

  it('belongs to TLS connections as to others', async () => {
    await clients(2);
    const secure = await RawImap.connect({ port: server.tlsPort, tls: true });
    await secure.ok(LOGIN);
    expect((await server.connect().then((client) => client.command(LOGIN))).code).toBe('LIMIT');
    secure.destroy();
    await expect.poll(held).toBe(2);
  });
});
