import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

describe('LOGIN', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startTestServer();
  });
  afterEach(() => server.stop());

  it.each(['LOGIN', 'LOGIN ', 'LOGIN karen', 'LOGIN karen ', 'LOGIN (a) b', 'LOGIN karen "a" c', 'LOGIN karen "a'])(
    'answers BAD to the malformed %j',
    async (line) => {
      const client = await server.connect();
      expect((await client.command(line)).status).toBe('BAD');
    },
  );

  it('takes atoms, quoted strings with escapes and literals of both kinds', async () => {
    const { directory } = server.server;
    await directory.add('quoter', 'a "quoted" \\ secret');
    const client = await server.connect();
    await client.ok('LOGIN quoter "a \\"quoted\\" \\\\ secret"');
    for (const style of ['sync', 'plus'] as const) {
      const other = await server.connect();
      await other.ok(['LOGIN ', Buffer.from(KAREN.name), ' ', Buffer.from(KAREN.password)], style);
    }
  });

  it('says the same for an unknown user and a wrong password', async () => {
    const client = await server.connect();
    const unknown = await client.command('LOGIN nobody secret');
    const wrong = await client.command('LOGIN karen wrong');
    expect(unknown).toMatchObject({ status: 'NO', code: 'AUTHENTICATIONFAILED' });
    expect({ ...wrong, tag: '' }).toEqual({ ...unknown, tag: '' });
  });

  it('is not possible twice, and unknown commands stay unknown', async () => {
    const client = await server.client();
    expect((await client.command('LOGIN karen x')).status).toBe('BAD');
    expect((await client.command('XYZZY')).status).toBe('BAD');
  });

  it('takes the mail address for the name where the program gives nothing else, or its user is locked out with the right password', async () => {
    const { directory, settings } = server.server;
    settings.set('clients.mailDomain', 'example.org');
    await directory.add('olaf@example.org', 'another olafs secret');
    const login = async (name: string, password: string) =>
      (await (await server.connect()).command(`LOGIN "${name}" "${password}"`)).status;
    expect(await login('karen@example.org', KAREN.password)).toBe('OK');
    expect(await login('Karen@Example.ORG', KAREN.password)).toBe('OK');
    expect(await login('karen@example.com', KAREN.password)).toBe('NO');
    expect(await login('@example.org', KAREN.password)).toBe('NO');
    // Whoever is called like the address is meant by it.
    expect(await login('olaf@example.org', 'another olafs secret')).toBe('OK');
    expect(await login('olaf@example.org', OLAF.password)).toBe('NO');
  });

  it('counts wrong passwords for one user under both of his names: the address is no second row of guesses', async () => {
    const { settings, admin } = server.server;
    settings.set('clients.mailDomain', 'example.org');
    for (const name of ['karen', 'karen@example.org', 'karen']) {
      const client = await server.connect();
      await client.command(`LOGIN "${name}" "wrong for ${name} ${Math.random()}"`);
    }
    expect(await admin.call('lockouts.list', {})).toMatchObject({ ok: true, value: [{ user: 'karen' }] });
  });

  it('closes a connection that keeps guessing', async () => {
    const client = await server.connect();
    for (const guess of ['one', 'two', 'three']) {
      expect((await client.command(`LOGIN karen ${guess}`)).status).toBe('NO');
    }
    await client.closed;
  });

  it('takes no password in the clear where that is forbidden, before any password is looked at', async () => {
    const strict = await startTestServer({ allowPlaintext: false });
    try {
      strict.server.settings.set('imap4.general.exceptLoopback', false);
      const client = await strict.connect();
      const [line] = (await client.ok('CAPABILITY')).untagged;
      expect(line).toContain('LOGINDISABLED');
      expect(line).not.toContain('AUTH=PLAIN');
      expect(line).not.toContain('AUTH=LOGIN');
      expect(line).toContain('AUTH=SCRAM-SHA-256');
      expect(await client.command(`LOGIN karen "${KAREN.password}"`)).toMatchObject({
        status: 'NO',
        code: 'PRIVACYREQUIRED',
      });
      await client.startTls();
      expect((await client.ok('CAPABILITY')).untagged[0]).not.toContain('LOGINDISABLED');
      await client.ok(`LOGIN karen "${KAREN.password}"`);
    } finally {
      await strict.stop();
    }
  });

  it('closes after three commands that are not IMAP, so that a web browser or a probe costs nothing', async () => {
    const client = await server.connect();
    client.send('GET / HTTP/1.1\r\nHost: mail.example.com\r\nUser-Agent: x\r\n\r\n');
    await client.closed;
  });

  it('turns away a user who was disabled, only after the right password', async () => {
    await server.server.directory.disable('karen');
    const client = await server.connect();
    expect(await client.command('LOGIN karen wrong')).toMatchObject({ status: 'NO', code: 'AUTHENTICATIONFAILED' });
    expect(await client.command(`LOGIN karen "${KAREN.password}"`)).toMatchObject({
      status: 'NO',
      code: 'CONTACTADMIN',
    });
  });
});
