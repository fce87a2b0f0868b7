import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { newPrivateKey, selfSignedCertificate } from '../../core/imap/access/self-signed.ts';
import { RawImap } from '../support/raw-imap.ts';
import { KAREN, startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

function isInstalled(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What s_client says of a connection, and what becomes of it. */
function client(args: readonly string[], port = server.tlsPort): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const all = ['s_client', '-connect', `127.0.0.1:${port}`, ...args];
    const child = execFile('openssl', all, { timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, text: stdout + stderr });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end('x LOGOUT\r\n');
  });
}

// Skipped where there is no openssl on the path, as on most Windows machines; the tests below show the same with Node.
describe.skipIf(!isInstalled())('openssl s_client', () => {
  it.each(['-tls1', '-tls1_1'])('cannot connect with %s', async (version) => {
    const { code, text } = await client([version, '-cipher', 'ALL:@SECLEVEL=0']);
    expect(code).toBe(1);
    expect(text).toMatch(/protocol version|no protocols available|unsupported protocol/);
    expect(text).not.toContain('* OK');
  });

  it.each([
    ['-tls1_2', 'TLSv1.2'],
    ['-tls1_3', 'TLSv1.3'],
  ])('connects with %s, without compression though it asks for it', async (version, name) => {
    for (const [port, more] of [
      [server.tlsPort, []],
      [server.port, ['-starttls', 'imap']],
    ] as const) {
      const { text } = await client([version, '-comp', '-ign_eof', ...more], port);
      expect(text).toMatch(new RegExp(`New, ${name}, Cipher is .*(GCM|CHACHA20)`));
      expect(text).toContain('Compression: NONE');
      expect(text).toContain('x OK');
    }
  });

  it('offers no cipher without forward secrecy and authentication', async () => {
    const { code, text } = await client(['-tls1_2', '-cipher', 'AES128-SHA:AES256-SHA256:ECDHE-ECDSA-AES128-SHA256']);
    expect(code).toBe(1);
    expect(text).toMatch(/handshake failure/);
  });

  it('is not given a second handshake, which makes the server work for nothing', async () => {
    const args = ['s_client', '-connect', `127.0.0.1:${server.tlsPort}`, '-tls1_2'];
    const child = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill());
    let text = '';
    const take = (chunk: Buffer) => {
      text += chunk.toString();
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', take);
    await expect.poll(() => text, { timeout: 10_000 }).toMatch(/\* OK .* ready/);
    child.stdin.on('error', () => {});
    child.stdin.write('R\n');
    await expect.poll(() => text, { timeout: 10_000 }).toMatch(/no renegotiation/);
  });
});

describe('TLS', () => {
  it('knows no second handshake', async () => {
    const socket = await handshake({ maxVersion: 'TLSv1.2' });
    const failure = await new Promise<Error | null>((resolve) => {
      socket.renegotiate({ rejectUnauthorized: false }, resolve);
      socket.once('error', resolve);
    });
    expect(failure?.message).toMatch(/no renegotiation/i);
  });

  it('shows an imported certificate to whoever comes next, while everybody stays connected', async () => {
    const inside = await RawImap.connect({ port: server.tlsPort, tls: true });
    await inside.login(KAREN.name, KAREN.password);
    await inside.ok('SELECT INBOX');
    await inside.idle();
    const stranger = await server.connect();
    const key = await newPrivateKey();
    const names = ['mail.example.org'];
    const certificate = await selfSignedCertificate(key, names, Date.now());
    await server.server.certificate.import({ certificate, key, passphrase: undefined });

    const next = await handshake({});
    expect(next.getPeerCertificate().subject).toMatchObject({ CN: 'mail.example.org' });
    await stranger.startTls();
    await stranger.login(KAREN.name, KAREN.password);
    await stranger.append('INBOX', Buffer.from('Subject: x\r\n\r\n'));
    await inside.expectUntagged(/^\* \d+ EXISTS/);
    expect((await inside.done()).status).toBe('OK');
    for (const each of [inside, stranger]) each.destroy();
  });

  async function handshake(options: { maxVersion?: 'TLSv1.2' }): Promise<TLSSocket> {
    const socket = connect({ host: '127.0.0.1', port: server.tlsPort, rejectUnauthorized: false, ...options });
    onTestFinished(() => void socket.destroy());
    socket.resume();
    await once(socket, 'secureConnect');
    return socket;
  }
});
