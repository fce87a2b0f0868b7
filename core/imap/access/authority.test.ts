import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, TLSSocket } from 'node:tls';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { UserError } from '../../base/errors.ts';
import { silentLogger } from '../../base/logger.ts';
import { systemRandom } from '../../base/random.ts';
import { lacks } from '../../base/testing-windows.ts';
import { issueCertificate, newAuthority } from './authority.ts';
import { openCertificate, type TlsCertificate } from './certificate.ts';
import { secureContextOf } from './tls-options.ts';

const day = 86_400_000;
const NAMES = ['Karen-PC', 'mail.example.org', '192.168.1.7'];

let folder: string;
let now: number;
let present: readonly string[];

beforeEach(async () => {
  const parent = await mkdtemp(join(tmpdir(), 'mailroom-authority-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  folder = join(parent, 'tls');
  now = Date.now();
  present = ['10.1.2.3'];
});

async function opened(): Promise<TlsCertificate> {
  const dependencies = { clock: { now: () => now }, logger: silentLogger, names: NAMES, presentNames: () => present };
  const certificate = await openCertificate(folder, dependencies);
  onTestFinished(() => certificate.close());
  return certificate;
}

/** What a client that trusts only this root makes of the server under a name: undefined, or why it refuses. */
async function refusal(
  context: ReturnType<typeof secureContextOf>,
  root: string,
  name: string,
): Promise<string | undefined> {
  const server = createServer((socket) => {
    new TLSSocket(socket, { isServer: true, secureContext: context }).on('error', () => {});
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const isAddress = /^[\d.]+$/.test(name);
  // An address cannot be asked for by name: what is compared is the host.
  const client = connect({ port, host: '127.0.0.1', ca: root, ...(!isAddress && { servername: name }) });
  try {
    await once(client, 'secureConnect');
    return undefined;
  } catch (problem) {
    return (problem as Error).message;
  } finally {
    client.destroy();
    server.close();
  }
}

describe('the own authority', () => {
  it('makes clients that have its root trust the server, by every name and address, and nobody else', async () => {
    const certificate = await opened();
    expect(certificate.authority).toBeUndefined();
    const info = await certificate.issue();
    const root = certificate.authority!.certificate;
    expect(info).toMatchObject({ selfSigned: false, ownAuthority: true, warning: undefined, subject: 'CN=karen-pc' });
    expect(info.issuer).toMatch(/^CN=Mailroom of karen-pc [0-9a-f]{8}$/);
    expect(info.names).toEqual(
      expect.arrayContaining(['karen-pc', 'karen-pc.local', 'mail.example.org', '192.168.1.7']),
    );
    for (const name of ['karen-pc', 'karen-pc.local', 'mail.example.org', 'localhost', '127.0.0.1']) {
      expect([name, await refusal(certificate.secureContext, root, name)]).toEqual([name, undefined]);
    }
    expect(await refusal(certificate.secureContext, root, 'www.example.org')).toMatch(/does not match/);
    const other = await newAuthority(['karen-pc'], now, systemRandom);
    expect(await refusal(certificate.secureContext, other.certificate, 'karen-pc')).toMatch(/unable to|self.signed/);
  });

  it('is believed for the office’s names and private networks only, also where its key was stolen', async () => {
    const authority = await newAuthority(['karen-pc', 'mail.example.org'], now, systemRandom);
    const stolen = { ...authority, permitted: ['bank.example', '8.8.8.8', 'karen-pc'] };
    for (const [names, name, why] of [
      [['bank.example'], 'bank.example', /permitted subtree violation/],
      [['karen-pc', '8.8.8.8'], 'karen-pc', /permitted subtree violation/],
      [['karen-pc'], 'karen-pc', undefined],
    ] as const) {
      const context = secureContextOf(await issueCertificate(stolen, names, now, systemRandom));
      const said = await refusal(context, authority.certificate, name);
      if (why === undefined) expect(said).toBeUndefined();
      else expect(said).toMatch(why);
    }
  });

  it('is a root that can issue servers’ certificates and nothing that issues further ones', async () => {
    const certificate = await opened();
    await certificate.issue();
    const root = new X509Certificate(certificate.authority!.certificate);
    const own = new X509Certificate(await readFile(join(folder, 'certificate.pem')));
    expect([root.ca, own.ca, own.checkIssued(root), own.verify(root.publicKey)]).toEqual([true, false, true, true]);
    expect((own.validToDate.getTime() - own.validFromDate.getTime()) / day).toBeLessThanOrEqual(825);
    const { profile } = certificate.authority!;
    expect(profile).toContain(root.raw.toString('base64'));
    expect(profile).toMatch(/<string>com\.apple\.security\.root<\/string>/);
  });

  // Windows has no modes.
  it.skipIf(lacks('modes of files'))('has a key that nobody else can read', async () => {
    await (await opened()).issue();
    expect((await stat(join(folder, 'authority.json'))).mode & 0o777).toBe(0o600);
  });
});

describe('what it issued', () => {
  it('is renewed before its end, at a start and day by day, under the same root', async () => {
    const certificate = await opened();
    const first = await certificate.issue();
    const root = certificate.authority!.fingerprint;
    now += 300 * day;
    await certificate.look();
    expect(certificate.info.fingerprint).toBe(first.fingerprint);
    now += 50 * day;
    await certificate.look();
    const second = certificate.info;
    expect(second.fingerprint).not.toBe(first.fingerprint);
    now += 350 * day;
    const again = await opened();
    expect(again.info.fingerprint).not.toBe(second.fingerprint);
    expect(again.info.validTo).toBeGreaterThan(now + 300 * day);
    expect(again.authority?.fingerprint).toBe(root);
  });

  it('is renewed when the server is reached by other names, as far as the root allows them', async () => {
    const certificate = await opened();
    await certificate.issue();
    present = ['192.168.1.99', 'imap.mail.example.org', 'elsewhere.example'];
    await certificate.look();
    const { names, fingerprint } = certificate.info;
    expect(names).toEqual(expect.arrayContaining(['192.168.1.99', 'imap.mail.example.org', 'mail.example.org']));
    expect(names).not.toContain('elsewhere.example');
    await certificate.look();
    expect(certificate.info.fingerprint).toBe(fingerprint);
    await certificate.issue(true);
    expect(certificate.info.names).toContain('elsewhere.example');
  });

  it('is left alone once another certificate is in use', async () => {
    const certificate = await opened();
    await certificate.issue();
    const { fingerprint } = await certificate.renewSelfSigned();
    now += 350 * day;
    await certificate.look();
    expect(certificate.info).toMatchObject({ fingerprint, ownAuthority: false });
  });

  it('serves on when the authority’s file is damaged, which is replaced only when somebody says so', async () => {
    await (await opened()).issue();
    await writeFile(join(folder, 'authority.json'), '{');
    const certificate = await opened();
    expect(certificate.authority).toBeUndefined();
    await expect(certificate.issue()).rejects.toThrow(UserError);
    expect(await readFile(join(folder, 'authority.json'), 'utf8')).toBe('{');
    await certificate.issue(true);
    expect(certificate.info.ownAuthority).toBe(true);
  });
});
