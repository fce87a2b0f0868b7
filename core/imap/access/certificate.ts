import type { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import type { SecureContext } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { UserError } from '../../base/errors.ts';
import { certificateLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { TlsSource } from '../ports.ts';
import { CertificateFiles } from './certificate-files.ts';
import type { CertificateInfo } from './certificate-info.ts';
import {
  type CertificatePair,
  type ImportedCertificate,
  importedPair,
  type UsablePair,
  usablePair,
} from './certificate-pair.ts';
import { canSign, machineNames, newPrivateKey, selfSignedCertificate } from './self-signed.ts';

export interface CertificateDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names and addresses of this machine for the certificate made at first start. */
  readonly names?: readonly string[];
}

/** The certificate in use. Whoever asks gets the present one; connections that are there keep theirs. */
export class TlsCertificate implements TlsSource {
  readonly #files: CertificateFiles;
  readonly #dependencies: CertificateDependencies;
  readonly #listeners = new Set<() => void>();
  readonly #daily: NodeJS.Timeout;
  #pair: UsablePair;
  /** The replacement under way: each waits for the one before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(pair: UsablePair, files: CertificateFiles, dependencies: CertificateDependencies) {
    this.#pair = pair;
    this.#files = files;
    this.#dependencies = dependencies;
    this.#warnOfEnd();
    this.#daily = setInterval(() => this.#warnOfEnd(), certificateLimits.look).unref();
  }

  get secureContext(): SecureContext {
    return this.#pair.context;
  }

  get info(): CertificateInfo {
    return infoOf(this.#pair.x509, this.#dependencies.clock.now());
  }

  /**
   * Takes up a certificate from the next handshake on; it is on disk when this resolves.
   * @throws UserError for one that clients would refuse; then nothing has changed.
   */
  import(imported: ImportedCertificate): Promise<CertificateInfo> {
    return this.#inTurn(async () => importedPair(imported, this.#dependencies.clock.now()));
  }

  /** The same with a new one of our own, for the names this machine has now. */
  renewSelfSigned(): Promise<CertificateInfo> {
    return this.#inTurn(async () => usablePair(await selfSignedPair(await newPrivateKey(), this.#dependencies)));
  }

  /** Called when another one has been taken up, and daily while it is about to end. Returns how to stop listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits for a replacement under way, and looks at the certificate's end no more. */
  async close(): Promise<void> {
    clearInterval(this.#daily);
    await this.#last.catch(() => undefined); // whoever asked for it was told
  }

  #inTurn(make: () => Promise<UsablePair>): Promise<CertificateInfo> {
    const turn = this.#last.catch(() => undefined).then(async () => this.#replace(await make()));
    this.#last = turn;
    return turn;
  }

  async #replace(pair: UsablePair): Promise<CertificateInfo> {
    const { logger } = this.#dependencies;
    await this.#files.replace(pair);
    this.#pair = pair;
    // From here on it is the one in use, whatever happens.
    await this.#files.complete().catch((problem: unknown) => logger.warn({ err: problem }, String(problem)));
    logger.info({ subject: pair.x509.subject, validTo: this.info.validTo }, 'another TLS certificate is in use');
    this.#tell();
    return this.info;
  }

  #warnOfEnd(): void {
    const { warning, validTo } = this.info;
    if (warning === undefined) return;
    this.#dependencies.logger.warn({ file: this.#files.certificate, validTo }, warning);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/**
 * Loads `certificate.pem` and `private-key.pem` of the folder; the first start makes both.
 * @throws UserError when they cannot be used, naming the remedy. Nothing that is there is ever replaced.
 */
export async function openCertificate(folder: string, dependencies: CertificateDependencies): Promise<TlsCertificate> {
  const files = new CertificateFiles(folder);
  const { certificate, privateKey } = await files.read();
  if (certificate !== undefined && privateKey === undefined) {
    throw new UserError(
      `The key of ${files.certificate} is missing. Put it at ${files.privateKey}, or remove the certificate to have both made anew.`,
    );
  }
  const pair =
    certificate !== undefined && privateKey !== undefined
      ? { certificate, privateKey }
      : await makePair(files, privateKey, dependencies);
  return new TlsCertificate(tried(pair, folder), files, dependencies);
}

/** A key that is there already is used: somebody has put it there, or a first start was killed between the two files. */
async function makePair(
  files: CertificateFiles,
  oldKey: string | undefined,
  dependencies: CertificateDependencies,
): Promise<CertificatePair> {
  if (oldKey !== undefined && !isUsableKey(oldKey)) {
    throw new UserError(
      `The private key ${files.privateKey} cannot be used. Put its certificate beside it, or remove it to have both made anew.`,
    );
  }
  const pair = await selfSignedPair(oldKey ?? (await newPrivateKey()), dependencies);
  await files.replace(pair);
  await files.complete();
  dependencies.logger.info({ file: files.certificate }, 'made a self-signed certificate');
  return pair;
}

async function selfSignedPair(
  privateKey: string,
  { clock, names = [hostname()] }: CertificateDependencies,
): Promise<CertificatePair> {
  return { privateKey, certificate: await selfSignedCertificate(privateKey, machineNames(names), clock.now()) };
}

function isUsableKey(pem: string): boolean {
  try {
    return canSign(pem);
  } catch {
    return false;
  }
}

function tried(pair: CertificatePair, folder: string): UsablePair {
  try {
    return usablePair(pair);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${error.message} The files are in ${folder}; remove both to have new ones made.`);
  }
}

function infoOf(x509: X509Certificate, now: number): CertificateInfo {
  const validTo = x509.validToDate.getTime();
  return {
    subject: x509.subject,
    issuer: x509.issuer,
    names: (x509.subjectAltName ?? '').split(', ').flatMap((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1] ?? []),
    validFrom: x509.validFromDate.getTime(),
    validTo,
    fingerprint: x509.fingerprint256,
    // Not checkIssued: OpenSSL says no to it for a certificate that may not sign others, as ours may not.
    selfSigned: x509.subject === x509.issuer && x509.verify(x509.publicKey),
    warning: warningOf(validTo, now),
  };
}

function warningOf(validTo: number, now: number): string | undefined {
  const left = validTo - now;
  if (left > certificateLimits.warning) return undefined;
  const when = new Date(validTo).toISOString().slice(0, 10);
  const remedy = 'import its successor or have a new self-signed one made';
  return left > 0
    ? `The TLS certificate ends on ${when}: ${remedy} before that`
    : `The TLS certificate ended on ${when}, clients refuse it: ${remedy}`;
}
