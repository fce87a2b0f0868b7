import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, TLSSocket } from 'node:tls';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../../base/errors.ts';
import { silentLogger } from '../../base/logger.ts';
import { lacks } from '../../base/testing-windows.ts';
import { openCertificate, type TlsCertificate } from './certificate.ts';
import { channelBinding, serverEndPoint } from './channel-binding.ts';
import { machineNames, newPrivateKey, selfSignedCertificate } from './self-signed.ts';

const day = 86_400_000;
const clock = { now: () => Date.now() };
const dependencies = { clock, logger: silentLogger, names: ['Karen-PC', 'mail.example.org', '192.168.1.7'] };

let folder: string;
let files: { certificate: string; privateKey: string };

beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'mailroom-certificate-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  folder = join(parent, 'tls');
  files = { certificate: join(folder, 'certificate.pem'), privateKey: join(folder, 'private-key.pem') };
});

describe('the certificate of the first start', () => {
  it('is good for every name of the machine, and for no longer than phones accept', async () => {
    const { info } = await openCertificate(folder, dependencies);
    expect(info.names).toEqual([
      'karen-pc',
      'karen-pc.local',
      'mail.example.org',
      '192.168.1.7',
      'localhost',
      '127.0.0.1',
      '0:0:0:0:0:0:0:1',
    ]);
    expect(info.selfSigned).toBe(true);
    expect(info.subject).toBe('CN=karen-pc');
    expect(info.validFrom).toBeLessThan(Date.now() - day / 2);
    expect((info.validTo - info.validFrom) / day).toBeLessThanOrEqual(825);
    expect((info.validTo - Date.now()) / day).toBeGreaterThan(2 * 365);
    expect(info.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  it('cannot vouch for other names when an office trusts it', async () => {
    await openCertificate(folder, dependencies);
    const x509 = new X509Certificate(await readFile(files.certificate));
    expect(x509.ca).toBe(false);
    expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  // Windows has no modes.
  it.skipIf(lacks('modes of files'))('has a key that nobody else can read', async () => {
    await openCertificate(folder, dependencies);
    expect((await stat(files.privateKey)).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o077).toBe(0);
  });

  it('is made once: clients that trust it need not be asked again', async () => {
    const first = await openCertificate(folder, dependencies);
    const second = await openCertificate(folder, { ...dependencies, names: ['another'] });
    expect(second.info).toEqual(first.info);
  });

  it('is made for the key that a kill between the two files left', async () => {
    const { info } = await openCertificate(folder, dependencies);
    const key = await readFile(files.privateKey, 'utf8');
    await rm(files.certificate);
    expect((await openCertificate(folder, dependencies)).info.names).toEqual(info.names);
    expect(await readFile(files.privateKey, 'utf8')).toBe(key);
  });

  it('can be had for an RSA key, for scanners that know nothing else', async () => {
    await openCertificate(folder, dependencies);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(files.privateKey, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await rm(files.certificate);
    await openCertificate(folder, dependencies);
    expect(new X509Certificate(await readFile(files.certificate)).publicKey.asymmetricKeyType).toBe('rsa');
  });
});

describe('the names of a machine', () => {
  it('leave out what no certificate may hold, and never come to nothing', () => {
    const always = ['localhost', '127.0.0.1', '::1'];
    expect(machineNames([])).toEqual(always);
    expect(
      machineNames(['', ' ', 'a b', 'a,CN=evil', 'a..b', '-x', `${'x'.repeat(64)}`, 'x'.repeat(300), '*.org']),
    ).toEqual(always);
    expect(machineNames(['müller', 'KAREN_PC.', 'localhost'])).toEqual([
      'xn--mller-kva',
      'xn--mller-kva.local',
      'karen_pc',
      'karen_pc.local',
      ...always,
    ]);
    expect(machineNames([`${'a.'.repeat(50_000)}!`])).toEqual(always); // and in no time
  });

  it('may all be too long to be the subject', async () => {
    const long = `${'x'.repeat(60)}.${'y'.repeat(60)}`;
    const certificate = await selfSignedCertificate(await newPrivateKey(), machineNames([long]), Date.now());
    expect(new X509Certificate(certificate).checkHost(long)).toBe(long);
  });
});

describe('certificate files that cannot be used', () => {
  const problem = async () => {
    const error = await openCertificate(folder, dependencies).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  };

  it('end the start with the remedy, and are left as they are', async () => {
    await openCertificate(folder, dependencies);
    const [certificate, key] = [await readFile(files.certificate), await readFile(files.privateKey)];

    await writeFile(files.certificate, 'no PEM');
    expect(await problem()).toMatch(/certificate is not one in PEM form.*remove both/s);
    expect(await readFile(files.certificate, 'utf8')).toBe('no PEM');

    await writeFile(files.certificate, certificate);
    await writeFile(files.privateKey, 'no PEM');
    expect(await problem()).toMatch(/private key is not one in PEM form/);

    await writeFile(files.privateKey, await newPrivateKey());
    expect(await problem()).toMatch(/does not belong to the certificate/);

    const locked = createPrivateKey(key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    });
    await writeFile(files.privateKey, locked);
    expect(await problem()).toMatch(/without a pass phrase/);

    await rm(files.privateKey);
    expect(await problem()).toMatch(/key of .* is missing/);
    expect(await readFile(files.certificate)).toEqual(certificate);

    await rm(files.certificate);
    await writeFile(files.privateKey, 'no PEM');
    expect(await problem()).toMatch(/cannot be used/);
    expect(await readFile(files.privateKey, 'utf8')).toBe('no PEM');
  });

  it.skipIf(process.getuid?.() === 0 || lacks('modes of files'))('say when they may not be read', async () => {
    await openCertificate(folder, dependencies);
    await chmod(files.privateKey, 0);
    expect(await problem()).toMatch(/cannot be read .*right to read/);
  });

  it('are told of in time before they end, and after', async () => {
    const { info } = await openCertificate(folder, dependencies);
    const warnings = async (now: number) => {
      const said: string[] = [];
      const logger = { ...silentLogger, warn: (_: object, message: string) => said.push(message) };
      await openCertificate(folder, { ...dependencies, clock: { now: () => now }, logger });
      return said.join();
    };
    expect(await warnings(info.validTo - 31 * day)).toBe('');
    expect(await warnings(info.validTo - 29 * day)).toMatch(/ends on \d{4}-\d\d-\d\d: import its successor/);
    expect(await warnings(info.validTo)).toMatch(/ended on/);
  });
});

describe('a TLS connection', () => {
  it('is TLS 1.3 or 1.2 with a certificate that a client who trusts it accepts, and nothing older', async () => {
    const certificate = await openCertificate(folder, dependencies);
    const server = await serve(certificate);
    const ca = await readFile(files.certificate, 'utf8');
    for (const [version, servername] of [
      ['TLSv1.3', 'localhost'],
      ['TLSv1.2', 'karen-pc.local'],
    ] as const) {
      const { client } = await server.handshake({ ca, servername, rejectUnauthorized: true, maxVersion: version });
      expect([client.authorized, client.getProtocol()]).toEqual([true, version]);
      expect(client.getCipher().name).toMatch(/GCM|CHACHA20/);
    }
    const old = { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(server.handshake(old)).rejects.toThrow(/protocol version|alert/i);
    await expect(
      server.handshake({ maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:ECDHE-ECDSA-AES128-SHA' }),
    ).rejects.toThrow();
  });

  it('keeps its certificate when another takes its place, and the next one gets that', async () => {
    const certificate = await openCertificate(folder, dependencies);
    const server = await serve(certificate);
    const before = await server.handshake({});
    const privateKey = await newPrivateKey();
    await certificate.import({
      key: privateKey,
      passphrase: undefined,
      certificate: await selfSignedCertificate(privateKey, ['new.example.org'], Date.now()),
    });
    const after = await server.handshake({});

    expect(after.client.getPeerCertificate().subject).toMatchObject({ CN: 'new.example.org' });
    expect(certificate.info.names).toEqual(['new.example.org']);
    before.client.write('still here');
    expect(String((await once(before.server, 'data'))[0])).toBe('still here');
    // SCRAM binds to what each connection really shows.
    for (const { client, server: end } of [before, after]) {
      const shown = new X509Certificate(client.getPeerCertificate().raw);
      expect(channelBinding(end, 'tls-server-end-point')).toEqual(serverEndPoint(shown));
    }
  });

  it('keeps the old certificate when the new one cannot be used', async () => {
    const certificate = await openCertificate(folder, dependencies);
    const { info } = certificate;
    const other = await selfSignedCertificate(await newPrivateKey(), ['x'], Date.now());
    const unusable = { certificate: other, key: 'no PEM', passphrase: undefined };
    await expect(certificate.import(unusable)).rejects.toThrow(UserError);
    expect(certificate.info).toEqual(info);
    const { client } = await (await serve(certificate)).handshake({});
    expect(client.getPeerX509Certificate()?.fingerprint256).toBe(info.fingerprint);
  });

  it('gives both ends the same channel binding data, other data than any other connection', async () => {
    const server = await serve(await openCertificate(folder, dependencies));
    const exported: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const { client, server: end } = await server.handshake({ minVersion: 'TLSv1.3' });
      const data = channelBinding(end, 'tls-exporter');
      expect(data).toEqual(client.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)));
      expect(channelBinding(end, 'tls-unique')).toBeUndefined(); // RFC 9266 section 3
      exported.push(Buffer.from(data!).toString('hex'));
    }
    expect(exported[0]).not.toBe(exported[1]);
  });

  it('with TLS 1.2 is bound by its first Finished message, of a resumed handshake too', async () => {
    const server = await serve(await openCertificate(folder, dependencies));
    const first = await server.handshake({ maxVersion: 'TLSv1.2' });
    expect(channelBinding(first.server, 'tls-unique')).toEqual(first.client.getFinished());
    expect(channelBinding(first.server, 'tls-exporter')).toBeUndefined();
    const again = await server.handshake({ maxVersion: 'TLSv1.2', session: first.client.getSession()! });
    expect(again.client.isSessionReused()).toBe(true);
    expect(channelBinding(again.server, 'tls-unique')).toEqual(again.client.getPeerFinished());
    expect(channelBinding(again.server, 'tls-server-end-point')).toEqual(
      channelBinding(first.server, 'tls-server-end-point'),
    );
  });

  it('has no binding of a type nobody knows, nor of a certificate whose signature names no hash', async () => {
    const { server } = await (await serve(await openCertificate(folder, dependencies))).handshake({});
    for (const type of ['', 'constructor', 'tls-server-end-point ', 'TLS-EXPORTER']) {
      expect(channelBinding(server, type)).toBeUndefined();
    }
    expect(serverEndPoint(undefined)).toBeUndefined();
  });
});

/** A server as the service makes its own: plain TCP, wrapped. */
async function serve(certificate: TlsCertificate) {
  const ends: TLSSocket[] = [];
  const waiting: ((end: TLSSocket) => void)[] = [];
  const listener = createServer((socket) => {
    const end = new TLSSocket(socket, { isServer: true, secureContext: certificate.secureContext });
    ends.push(end);
    end.on('error', () => end.destroy());
    end.once('secure', () => waiting.shift()?.(end));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  onTestFinished(() => {
    for (const end of ends) end.destroy();
    listener.close();
  });
  const { port } = listener.address() as AddressInfo;
  return {
    async handshake(options: ConnectionOptions) {
      const server = new Promise<TLSSocket>((resolve) => waiting.push(resolve));
      const client = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
      onTestFinished(() => void client.destroy());
      try {
        await once(client, 'secureConnect');
      } catch (error) {
        waiting.pop();
        throw error;
      }
      return { client, server: await server };
    },
  };
}
