import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { UserError } from '../../base/errors.ts';
import { certificateLimits } from '../../base/limits.ts';
import { silentLogger } from '../../base/logger.ts';
import { openCertificate, type TlsCertificate } from './certificate.ts';
import type { ImportedCertificate } from './certificate-pair.ts';
import { newPrivateKey, selfSignedCertificate } from './self-signed.ts';

const day = 86_400_000;
const PASSPHRASE = 'pass phrase';
/** In the middle of the validity of what `issue` makes, unless a test says otherwise. */
const NOW = Date.UTC(2026, 5, 1);

interface Issued {
  readonly certificate: string;
  readonly key: string;
}

let root: Issued;
let middle: Issued;
let own: Issued;

beforeAll(async () => {
  root = await issue('Root', {});
  middle = await issue('Middle', { by: root });
  own = await issue('mail.example.org', { by: middle, isAuthority: false });
});

async function issue(
  name: string,
  { by, isAuthority = true, from = NOW - 100 * day, to = NOW + 100 * day, usage }: IssueOptions,
): Promise<Issued> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(to),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      ...(usage === undefined ? [] : [{ name: 'extKeyUsage' as const, [usage]: true }]),
    ],
    ...(by !== undefined && { ca: { key: by.key, cert: by.certificate } }),
  });
  return { certificate: made.cert, key: made.private };
}

interface IssueOptions {
  readonly by?: Issued;
  readonly isAuthority?: boolean;
  readonly from?: number;
  readonly to?: number;
  readonly usage?: 'clientAuth' | 'serverAuth';
}

let folder: string;
let now: number;
let warned: string[];
let certificate: TlsCertificate;
const open = () =>
  openCertificate(folder, {
    clock: { now: () => now },
    logger: { ...silentLogger, warn: (_, message) => warned.push(message) },
    names: ['karen-pc'],
  });

beforeEach(async () => {
  now = NOW;
  warned = [];
  const parent = await mkdtemp(join(tmpdir(), 'mailroom-import-'));
  folder = join(parent, 'tls');
  certificate = await open();
  onTestFinished(async () => {
    await certificate.close();
    await rm(parent, { recursive: true });
  });
});

function imported(parts: Partial<ImportedCertificate>): ImportedCertificate {
  return { certificate: own.certificate, key: own.key, passphrase: undefined, ...parts };
}

function locked(key: string, format: 'pkcs8' | 'sec1'): string {
  return createPrivateKey(key)
    .export({ type: format, format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE })
    .toString();
}

describe('a certificate that is imported', () => {
  it('is in use at once, and after a restart; nobody else can read its key', async () => {
    const info = await certificate.import(imported({}));
    expect(info).toMatchObject({ subject: 'CN=mail.example.org', issuer: 'CN=Middle', selfSigned: false });
    expect(certificate.info).toEqual(info);
    const again = await open();
    expect(again.info).toEqual(info);
    await again.close();
    if (process.platform !== 'win32') {
      expect((await stat(join(folder, 'private-key.pem'))).mode & 0o777).toBe(0o600);
    }
    expect((await readdir(folder)).sort()).toEqual(['certificate.pem', 'private-key.pem']);
  });

  it.each([
    ['its issuers behind it', () => own.certificate + middle.certificate + root.certificate],
    ['its issuers before it, in any order', () => middle.certificate + root.certificate + own.certificate],
    [
      'text between, and CRLF',
      () => `Bag Attributes\r\n${[own, root, middle].map((each) => each.certificate).join('\r\nsubject=x\r\n')}`,
    ],
    ['itself twice', () => own.certificate + own.certificate + middle.certificate + root.certificate],
  ])('has %s, and clients get the chain from it upwards', async (_, text) => {
    await certificate.import(imported({ certificate: text() }));
    const sent =
      (await readFile(join(folder, 'certificate.pem'), 'utf8')).match(
        /-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\n/g,
      ) ?? [];
    expect(sent.map((pem) => new X509Certificate(pem).subject)).toEqual([
      'CN=mail.example.org',
      'CN=Middle',
      'CN=Root',
    ]);
  });

  it('leaves out certificates that have nothing to do with it: clients would be sent them at every handshake', async () => {
    const stranger = await issue('Stranger', {});
    await certificate.import(imported({ certificate: stranger.certificate + own.certificate }));
    expect(await readFile(join(folder, 'certificate.pem'), 'utf8')).not.toContain(stranger.certificate.slice(100, 200));
  });

  it.each(['pkcs8', 'sec1'] as const)(
    'may have a key with a pass phrase (%s), which is needed once',
    async (format) => {
      await certificate.import(imported({ key: locked(own.key, format), passphrase: PASSPHRASE }));
      const again = await open();
      expect(again.info.subject).toBe('CN=mail.example.org');
      await again.close();
    },
  );

  it('may come with its key in one file', async () => {
    const all = own.key + own.certificate + middle.certificate;
    await certificate.import(imported({ certificate: all, key: all }));
    expect(certificate.info.subject).toBe('CN=mail.example.org');
  });
});

describe('what cannot be used', () => {
  let weak: Issued;
  let foreign: Issued;
  beforeAll(async () => {
    const pem = (key: ReturnType<typeof createPrivateKey>) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
    const short = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey);
    weak = { key: short, certificate: await selfSignedCertificate(short, ['weak'], NOW) };
    foreign = { key: pem(generateKeyPairSync('ed25519').privateKey), certificate: own.certificate };
  });

  it.each([
    [
      'a certificate and the key of another',
      async () => imported({ key: await newPrivateKey() }),
      /does not belong.*Import the key/,
    ],
    [
      'an expired one',
      async () => imported(await issue('old', { to: NOW - 1 })),
      /ended on 2026-05-31: import the one that was issued after it/,
    ],
    [
      'one for later',
      async () => imported(await issue('new', { from: NOW + 2 * day })),
      /not valid before 2026-06-03: import it then/,
    ],
    [
      'a key with a pass phrase and none given',
      async () => imported({ key: locked(own.key, 'pkcs8') }),
      /pass phrase: give it too/,
    ],
    [
      'an empty pass phrase',
      async () => imported({ key: locked(own.key, 'sec1'), passphrase: '' }),
      /pass phrase: give it too/,
    ],
    [
      'a wrong pass phrase',
      async () => imported({ key: locked(own.key, 'pkcs8'), passphrase: 'x' }),
      /pass phrase is wrong/,
    ],
    [
      'a wrong pass phrase of an old format',
      async () => imported({ key: locked(own.key, 'sec1'), passphrase: 'x' }),
      /pass phrase is wrong/,
    ],
    ['a weak key', async () => imported(weak), /RSA key has 1024 bits.*2048 bits or more/],
    [
      'a key no mail program knows',
      async () => imported(foreign),
      /do not know keys of this kind \(ed25519\): have a certificate issued for an RSA key/,
    ],
    [
      'a certificate for clients',
      async () => imported(await issue('client', { usage: 'clientAuth' })),
      /not issued for a server/,
    ],
    [
      'no PEM at all',
      async () => imported({ certificate: 'x' }),
      /no certificate in this text.*BEGIN CERTIFICATE.*\.pfx/,
    ],
    [
      'a key where the certificate should be',
      async () => imported({ certificate: own.key }),
      /no certificate in this text/,
    ],
    [
      'a certificate where the key should be',
      async () => imported({ key: own.certificate }),
      /no private key in this text/,
    ],
    [
      'a damaged certificate',
      async () => imported({ certificate: own.certificate.replace(/^MII/m, 'MIX') }),
      /Certificate 1 of 1 is damaged; copy the file once more/,
    ],
    [
      'a damaged key',
      async () => imported({ key: own.key.replace(/^MI/m, 'MX') }),
      /private key is damaged.*copy the file once more/,
    ],
    [
      'far too many certificates',
      async () => imported({ certificate: own.certificate.repeat(certificateLimits.chain + 1) }),
      /11 certificates: import the server's own/,
    ],
    [
      'a flood of dashes',
      async () =>
        imported({
          certificate: '-----BEGIN CERTIFICATE-----'.repeat(5_000),
          key: '-----BEGIN A A A A PRIVATE KEY-----'.repeat(5_000),
        }),
      /no certificate/,
    ],
  ] as const)('is refused with the remedy and changes nothing: %s', async (_, make, message) => {
    const { info } = certificate;
    const before = await readFile(join(folder, 'certificate.pem'), 'utf8');
    const failure = await certificate.import(await make()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as Error).message).toMatch(message);
    expect(certificate.info).toEqual(info);
    expect(await readFile(join(folder, 'certificate.pem'), 'utf8')).toBe(before);
    expect((await readdir(folder)).sort()).toEqual(['certificate.pem', 'private-key.pem']);
  });

  it('a folder that cannot be written is said, and the old one stays', async () => {
    const { info } = certificate;
    await rm(folder, { recursive: true });
    await writeFile(folder, 'a file where the folder was');
    await expect(certificate.import(imported({}))).rejects.toThrow(/cannot be written.*Make room/s);
    expect(certificate.info).toEqual(info);
  });
});

describe('a replacement', () => {
  it('that a power cut interrupts between its two files is completed at the next start, never mixed up', async () => {
    await certificate.import(imported({}));
    const { info } = certificate;
    const key = await newPrivateKey();
    const next = { privateKey: key, certificate: await selfSignedCertificate(key, ['next'], NOW) };
    await writeFile(join(folder, 'replacement.json'), JSON.stringify(next));
    await writeFile(join(folder, 'private-key.pem'), key);
    const again = await open();
    expect(again.info.subject).toBe('CN=next');
    expect(again.info).not.toEqual(info);
    expect((await readdir(folder)).sort()).toEqual(['certificate.pem', 'private-key.pem']);
    await again.close();
  });

  it('by one of our own is new in every way, and tells whoever listens', async () => {
    const told = vi.fn();
    certificate.onChange(told);
    const before = certificate.info;
    const key = await readFile(join(folder, 'private-key.pem'), 'utf8');
    now += 200 * day;
    const info = await certificate.renewSelfSigned();
    expect(info).toMatchObject({ selfSigned: true, names: before.names });
    expect(info.fingerprint).not.toBe(before.fingerprint);
    expect(info.validTo - before.validTo).toBe(200 * day);
    expect(await readFile(join(folder, 'private-key.pem'), 'utf8')).not.toBe(key);
    expect(told).toHaveBeenCalledOnce();
  });

  it('comes after the one before, however they are asked for: the last one is in use and on disk', async () => {
    const all = [
      certificate.renewSelfSigned(),
      certificate.import(imported({ key: 'x' })),
      certificate.import(imported({})),
    ];
    const [, failed] = await Promise.allSettled(all);
    expect(failed!.status).toBe('rejected');
    expect(certificate.info.subject).toBe('CN=mail.example.org');
    expect(
      (await readFile(join(folder, 'certificate.pem'), 'utf8')).startsWith(own.certificate.trim().slice(0, 200)),
    ).toBe(true);
  });
});

describe('the end of a certificate', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterAll(() => void vi.useRealTimers());

  it('is warned of daily from 30 days ahead on, for a server that runs for years', async () => {
    await certificate.close();
    certificate = await open();
    const { validTo } = certificate.info;
    expect(certificate.info.warning).toBeUndefined();
    now = validTo - 31 * day;
    vi.advanceTimersByTime(day);
    expect(warned).toEqual([]);
    now = validTo - 30 * day;
    vi.advanceTimersByTime(day);
    now = validTo;
    vi.advanceTimersByTime(day);
    expect(warned).toEqual([
      expect.stringMatching(/^The TLS certificate ends on .*: import its successor/),
      expect.stringMatching(/^The TLS certificate ended on .*, clients refuse it/),
    ]);
    expect(certificate.info.warning).toBe(warned[1]);
    vi.useRealTimers();
  });
});
