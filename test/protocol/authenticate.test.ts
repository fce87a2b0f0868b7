import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawImap } from '../support/raw-imap.ts';
import { KAREN, startTestServer, type TestServer } from '../support/test-server.ts';

const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');

describe('AUTHENTICATE', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it.each([
    'AUTHENTICATE',
    'AUTHENTICATE ',
    'AUTHENTICATE PLAIN %%%',
    'AUTHENTICATE PLAIN YQ',
    'AUTHENTICATE PLAIN YQ== x',
  ])('answers BAD to %j', async (line) => {
    const client = await server.connect();
    expect((await client.command(line)).status).toBe('BAD');
  });

  it('refuses an unknown mechanism with NO, so that a client goes on to its next one instead of giving up', async () => {
    const client = await server.connect();
    const reply = await client.command('AUTHENTICATE SCRAM-SHA-1 biwsbj1rYXJlbg==');
    expect(reply.status).toBe('NO');
    expect(reply.code).toBe('CANNOT');
    await client.login(KAREN.name, KAREN.password);
  });

  it.each([
    ['PLAIN without a password', `AUTHENTICATE PLAIN ${base64(`\0${KAREN.name}\0`)}`],
    ['PLAIN without name and password', `AUTHENTICATE PLAIN ${base64('\0\0')}`],
    ['LOGIN without a password', `AUTHENTICATE LOGIN ${base64(KAREN.name)}`],
  ])(
    'calls %s wrong, not malformed, so that a client asks again instead of showing a protocol error',
    async (_, line) => {
      const client = await server.connect();
      client.send(`a ${line}\r\n`);
      if (line.includes(' LOGIN ')) {
        await client.expectContinuation();
        client.send('\r\n');
      }
      const reply = await client.reply('a');
      expect(reply.status).toBe('NO');
      expect(reply.code).toBe('AUTHENTICATIONFAILED');
      await client.login(KAREN.name, KAREN.password);
    },
  );

  it('takes PLAIN with an initial response, and with the response on a line of its own', async () => {
    const secret = base64(`\0${KAREN.name}\0${KAREN.password}`);
    const first = await server.connect();
    expect((await first.ok(`AUTHENTICATE PLAIN ${secret}`)).code).toMatch(/^CAPABILITY /);
    const second = await server.connect();
    second.send('a AUTHENTICATE PLAIN\r\n');
    expect(await second.expectContinuation()).toBe('');
    second.send(`${secret}\r\n`);
    expect((await second.reply('a')).status).toBe('OK');
  });

  it('takes LOGIN, as Outlook speaks it', async () => {
    const client = await server.connect();
    client.send('a AUTHENTICATE LOGIN\r\n');
    expect(Buffer.from(await client.expectContinuation(), 'base64').toString()).toMatch(/^Username:/i);
    client.send(`${base64(KAREN.name)}\r\n`);
    expect(Buffer.from(await client.expectContinuation(), 'base64').toString()).toMatch(/^Password:/i);
    client.send(`${base64(KAREN.password)}\r\n`);
    expect((await client.reply('a')).status).toBe('OK');
  });

  it('is answered to a client that sends everything at once and then only listens', async () => {
    const client = await server.connect();
    client.send(`a AUTHENTICATE LOGIN\r\n${base64(KAREN.name)}\r\n${base64(KAREN.password)}\r\nb NOOP\r\n`);
    client.end();
    expect((await client.reply('a')).status).toBe('OK');
    expect((await client.reply('b')).status).toBe('OK');
    await client.closed;
  });

  it('can be cancelled, and the connection goes on', async () => {
    const client = await server.connect();
    client.send('a AUTHENTICATE PLAIN\r\n');
    await client.expectContinuation();
    client.send('*\r\n');
    expect((await client.reply('a')).status).toBe('BAD');
    await client.login(KAREN.name, KAREN.password);
  });

  it('lets nobody act for another', async () => {
    const client = await server.connect();
    const reply = await client.command(`AUTHENTICATE PLAIN ${base64(`olaf\0${KAREN.name}\0${KAREN.password}`)}`);
    expect(reply.status).toBe('NO');
  });

  it('proves the password without sending it, and the server proves that it knows it (SCRAM-SHA-256)', async () => {
    const client = await server.connect();
    const outcome = await scram(client, KAREN.password);
    expect(outcome.status).toBe('OK');
    expect(outcome.serverProved).toBe(true);
  });

  it('takes the mail address for the name with every mechanism, also where the client names it twice', async () => {
    server.server.settings.set('clients.mailDomain', 'example.org');
    const address = 'karen@example.org';
    const proved = await scram(await server.connect(), KAREN.password, address);
    expect(proved).toEqual({ status: 'OK', serverProved: true });
    const plain = base64(`${address}\0${address}\0${KAREN.password}`);
    await (await server.connect()).ok(`AUTHENTICATE PLAIN ${plain}`);
    const other = base64(`olaf@example.org\0${address}\0${KAREN.password}`);
    expect((await (await server.connect()).command(`AUTHENTICATE PLAIN ${other}`)).status).toBe('NO');
    server.server.settings.set('clients.mailDomain', '');
  });

  it('refuses a wrong SCRAM proof as it refuses a wrong password', async () => {
    const client = await server.connect();
    expect((await scram(client, 'wrong')).status).toBe('NO');
  });

  it('offers SCRAM-SHA-256-PLUS under TLS only', async () => {
    const client = await server.connect();
    expect((await client.ok('CAPABILITY')).untagged[0]).not.toContain('SCRAM-SHA-256-PLUS');
    await client.startTls();
    expect((await client.ok('CAPABILITY')).untagged[0]).toContain('AUTH=SCRAM-SHA-256-PLUS');
  });
});

/** A SCRAM client after RFC 5802 section 3, without channel binding. */
async function scram(
  client: RawImap,
  password: string,
  name: string = KAREN.name,
): Promise<{ status: string; serverProved: boolean }> {
  const bare = `n=${name},r=${randomBytes(12).toString('hex')}`;
  client.send(`s AUTHENTICATE SCRAM-SHA-256 ${base64(`n,,${bare}`)}\r\n`);
  const serverFirst = Buffer.from(await client.expectContinuation(), 'base64').toString();
  const fields = Object.fromEntries(serverFirst.split(',').map((field) => [field[0], field.slice(2)]));
  const salted = pbkdf2Sync(password, Buffer.from(fields['s']!, 'base64'), Number(fields['i']), 32, 'sha256');
  const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const clientKey = hmac(salted, 'Client Key');
  const withoutProof = `c=${base64('n,,')},r=${fields['r']}`;
  const message = `${bare},${serverFirst},${withoutProof}`;
  const signature = hmac(createHash('sha256').update(clientKey).digest(), message);
  const proof = clientKey.map((octet, index) => octet ^ signature[index]!);
  client.send(`${base64(`${withoutProof},p=${base64(proof)}`)}\r\n`);
  const answer = await Promise.race([client.expectContinuation().catch(() => undefined), client.reply('s')]);
  if (typeof answer !== 'string') return { status: answer?.status ?? 'none', serverProved: false };
  const proved = hmac(hmac(salted, 'Server Key'), message).toString('base64');
  client.send('\r\n');
  const { status } = await client.reply('s');
  return { status, serverProved: Buffer.from(answer, 'base64').toString() === `v=${proved}` };
}
