import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KAREN, startTestServer, type TestServer } from '../support/test-server.ts';

describe('STARTTLS', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('refuses arguments and a second start', async () => {
    const client = await server.connect();
    expect((await client.command('STARTTLS now')).status).toBe('BAD');
    await client.startTls();
    expect((await client.command('STARTTLS')).status).toBe('BAD');
  });

  it('is not there after login', async () => {
    const client = await server.client();
    expect((await client.command('STARTTLS')).status).toBe('BAD');
  });

  it('throws away commands glued behind it: nobody in the middle may speak for the user (RFC 9051 section 6.2.1)', async () => {
    const client = await server.connect();
    client.send(`a STARTTLS\r\nb LOGIN karen "${KAREN.password}"\r\nc LIST "" *\r\n`);
    expect((await client.reply('a')).status).toBe('OK');
    await client.upgradeToTls();
    // Still not logged in, and no reply to b or c comes before this one.
    const reply = await client.command('LIST "" *');
    expect(reply).toMatchObject({ status: 'BAD', untagged: [] });
    await client.ok(`LOGIN karen "${KAREN.password}"`);
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('does not speak %s', async (version) => {
    await expect(handshake(version)).rejects.toThrow();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    expect(await handshake(version)).toBe(version);
  });

  function handshake(version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: '127.0.0.1',
        port: server.tlsPort,
        rejectUnauthorized: false,
        minVersion: version,
        maxVersion: version,
        // The client's own OpenSSL must be willing, so that the refusal is the server's.
        ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('closed')));
      socket.on('data', () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
    });
  }
});
