import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SecureContext } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { writeFileDurably } from '../../base/durable-file.ts';
import { UserError } from '../../base/errors.ts';
import { certificateLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { TlsSource } from '../ports.ts';
import { canSign, machineNames, newPrivateKey, selfSignedCertificate } from './self-signed.ts';
import { secureContextOf } from './tls-options.ts';

/** A certificate with its key, both in PEM. After the server's own certificate those of its issuers may follow. */
export interface CertificatePair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What people want to know of a certificate. */
export interface CertificateInfo {
  readonly subject: string;
  /** DNS names and addresses it is good for. */
  readonly names: readonly string[];
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly validFrom: number;
  readonly validTo: number;
  /** SHA-256, as pairs of hexadecimal digits with colons. */
  readonly fingerprint: string;
  readonly selfSigned: boolean;
}

export interface CertificateDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names and addresses of this machine for the certificate made at first start. */
  readonly names?: readonly string[];
}

/** The certificate in use. Whoever asks gets the present one; connections that are there keep theirs. */
export class TlsCertificate implements TlsSource {
  #context: SecureContext;
  #x509: X509Certificate;

  /** @throws UserError when the two do not belong together or cannot be read. */
  constructor(pair: CertificatePair) {
    this.#x509 = checkPair(pair);
    this.#context = secureContextOf(pair);
  }

  get secureContext(): SecureContext {
    return this.#context;
  }

  get info(): CertificateInfo {
    return infoOf(this.#x509);
  }

  /** From the next handshake on. Nothing changes when it throws. @throws UserError as the constructor. */
  replace(pair: CertificatePair): void {
    const x509 = checkPair(pair);
    this.#context = secureContextOf(pair);
    this.#x509 = x509;
  }
}

/**
 * Loads `certificate.pem` and `private-key.pem` of the folder; the first start makes both.
 * @throws UserError when they cannot be used, naming the remedy. Nothing that is there is ever replaced.
 */
export async function openCertificate(folder: string, dependencies: CertificateDependencies): Promise<TlsCertificate> {
  const files = { certificate: join(folder, 'certificate.pem'), privateKey: join(folder, 'private-key.pem') };
  const certificate = await readText(files.certificate);
  const privateKey = await readText(files.privateKey);
  if (certificate !== undefined && privateKey === undefined) {
    throw new UserError(
      `The key of ${files.certificate} is missing. Put it at ${files.privateKey}, or remove the certificate to have both made anew.`,
    );
  }
  const pair =
    certificate !== undefined && privateKey !== undefined
      ? { certificate, privateKey }
      : await makePair(folder, files, privateKey, dependencies);
  const opened = openPair(pair, folder);
  warnOfEnd(opened.info, files.certificate, dependencies);
  return opened;
}

/** The key first: a kill between the two leaves a key, for which the next start makes the certificate. */
async function makePair(
  folder: string,
  files: CertificatePair,
  oldKey: string | undefined,
  { clock, logger, names = [hostname()] }: CertificateDependencies,
): Promise<CertificatePair> {
  if (oldKey !== undefined && !isUsableKey(oldKey)) {
    throw new UserError(
      `The private key ${files.privateKey} cannot be used. Put its certificate beside it, or remove it to have both made anew.`,
    );
  }
  const privateKey = oldKey ?? (await newPrivateKey());
  const certificate = await selfSignedCertificate(privateKey, machineNames(names), clock.now());
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (oldKey === undefined) await writeFileDurably(files.privateKey, privateKey);
    await writeFileDurably(files.certificate, certificate, { mode: 0o644 });
  } catch (error) {
    throw new UserError(
      `The certificate cannot be written to ${folder} (${reason(error)}). Make room on the disk or give this account the right to write there.`,
    );
  }
  logger.info({ file: files.certificate, names: machineNames(names) }, 'made a self-signed certificate');
  return { certificate, privateKey };
}

function isUsableKey(pem: string): boolean {
  try {
    return canSign(pem);
  } catch {
    return false;
  }
}

function openPair(pair: CertificatePair, folder: string): TlsCertificate {
  try {
    return new TlsCertificate(pair);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message} The files are in ${folder}; remove both to have new ones made.`);
  }
}

function checkPair({ certificate, privateKey }: CertificatePair): X509Certificate {
  const x509 = attempt('The certificate is not one in PEM form', () => new X509Certificate(certificate));
  const key = attempt('The private key is not one in PEM form without a pass phrase', () =>
    createPrivateKey(privateKey),
  );
  if (!x509.checkPrivateKey(key)) throw new UserError('The private key does not belong to the certificate.');
  return x509;
}

function attempt<Result>(problem: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    throw new UserError(`${problem} (${reason(error)}).`);
  }
}

function infoOf(x509: X509Certificate): CertificateInfo {
  return {
    subject: x509.subject,
    names: (x509.subjectAltName ?? '').split(', ').flatMap((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1] ?? []),
    validFrom: x509.validFromDate.getTime(),
    validTo: x509.validToDate.getTime(),
    fingerprint: x509.fingerprint256,
    // Not checkIssued: OpenSSL says no to it for a certificate that may not sign others, as ours may not.
    selfSigned: x509.subject === x509.issuer && x509.verify(x509.publicKey),
  };
}

function warnOfEnd({ validTo }: CertificateInfo, file: string, { clock, logger }: CertificateDependencies): void {
  const left = validTo - clock.now();
  if (left > certificateLimits.warning) return;
  const when = new Date(validTo).toISOString().slice(0, 10);
  const remedy = 'replace it with its key, or remove both files to have new ones made at the next start';
  logger.warn(
    { file, validTo },
    left > 0
      ? `The TLS certificate ends on ${when}: ${remedy}`
      : `The TLS certificate ended on ${when}, clients refuse it: ${remedy}`,
  );
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new UserError(`${file} cannot be read (${reason(error)}). Give this account the right to read it.`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
