import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import type { SecureContext } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { DamagedFile, type DamagedFiles } from '../../base/damaged-files.ts';
import { UserError } from '../../base/errors.ts';
import { parseAddress } from '../../base/ip-network.ts';
import { certificateLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import { type Random, systemRandom } from '../../base/random.ts';
import type { TlsSource } from '../ports.ts';
import { type Authority, isIssuedBy, issueCertificate, newAuthority } from './authority.ts';
import { AuthorityFile } from './authority-files.ts';
import { CertificateFiles } from './certificate-files.ts';
import type { AuthorityInfo, CertificateInfo } from './certificate-info.ts';
import {
  type CertificatePair,
  type ImportedCertificate,
  importedPair,
  type UsablePair,
  usablePair,
} from './certificate-pair.ts';
import { permits } from './name-constraints.ts';
import { rootProfile } from './root-profile.ts';
import { canSign, machineNames, newPrivateKey, selfSignedCertificate } from './self-signed.ts';

export interface CertificateDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names and addresses of this machine for the certificate made at first start. */
  readonly names?: readonly string[];
  /** Names and addresses by which others reach it at this moment, for certificates that are renewed by themselves. */
  readonly presentNames?: () => readonly string[];
  readonly random?: Random;
  /** Takes files away that cannot be used; then a new certificate serves. */
  readonly damaged?: DamagedFiles | undefined;
}

/** The certificate in use. Whoever asks gets the present one; connections that are there keep theirs. */
export class TlsCertificate implements TlsSource {
  readonly #files: CertificateFiles;
  readonly #dependencies: CertificateDependencies;
  readonly #listeners = new Set<() => void>();
  readonly #daily: NodeJS.Timeout;
  readonly #authorityFile: AuthorityFile;
  #authority: Authority | undefined;
  /** Why the authority that is there cannot be used: only somebody who says so replaces it. */
  #authorityProblem: UserError | undefined;
  #pair: UsablePair;
  /** The replacement under way: each waits for the one before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    pair: UsablePair,
    authority: Authority | UserError | undefined,
    files: CertificateFiles,
    dependencies: CertificateDependencies,
  ) {
    this.#pair = pair;
    if (authority instanceof UserError) this.#authorityProblem = authority;
    else this.#authority = authority;
    this.#files = files;
    this.#authorityFile = new AuthorityFile(files.folder);
    this.#dependencies = dependencies;
    this.#daily = setInterval(() => void this.look(), certificateLimits.look).unref();
  }

  get secureContext(): SecureContext {
    return this.#pair.context;
  }

  get info(): CertificateInfo {
    return infoOf(this.#pair.x509, this.#authority, this.#dependencies.clock.now());
  }

  /** Undefined: no authority was made yet. */
  get authority(): AuthorityInfo | undefined {
    return this.#authority && authorityInfoOf(this.#authority);
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

  /**
   * The same with one that the office's own authority issues; it is renewed by itself from then on.
   * @param newRoot another authority is made, also where there is one: its root certificate is to be installed again
   * @throws UserError when the authority that is there cannot be used; then nothing has changed
   */
  issue(newRoot = false): Promise<CertificateInfo> {
    return this.#inTurn(async () => {
      const { clock, random = systemRandom } = this.#dependencies;
      if (this.#authorityProblem !== undefined && !newRoot) throw this.#authorityProblem;
      const authority = newRoot || this.#authority === undefined ? await this.#makeAuthority() : this.#authority;
      return usablePair(await issueCertificate(authority, this.#presentNames(), clock.now(), random));
    });
  }

  /** Renews what the own authority issued when its end comes near or this machine has other names; else warns of the end. */
  async look(): Promise<void> {
    try {
      if (this.#isRenewalDue()) await this.issue();
    } catch (problem) {
      this.#dependencies.logger.warn(
        { err: problem },
        'the TLS certificate could not be renewed; it is tried again tomorrow',
      );
    }
    this.#warnOfEnd();
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
    this.#dependencies.damaged?.mended(this.#files.certificate);
    this.#tell();
    return this.info;
  }

  async #makeAuthority(): Promise<Authority> {
    const { clock, logger, random = systemRandom } = this.#dependencies;
    const authority = await newAuthority(this.#presentNames(), clock.now(), random);
    await this.#authorityFile.write(authority);
    this.#authority = authority;
    this.#authorityProblem = undefined;
    logger.info({ fingerprint: this.authority?.fingerprint }, 'made a certificate authority');
    return authority;
  }

  #isRenewalDue(): boolean {
    const authority = this.#authority;
    const { names, validTo, ownAuthority } = this.info;
    if (authority === undefined || !ownAuthority) return false;
    const wanted = this.#presentNames().filter((name) => permits(authority.permitted, name));
    const isNear = validTo - this.#dependencies.clock.now() < certificateLimits.renewal;
    return isNear || !new Set(wanted.map(comparable)).isSubsetOf(new Set(names.map(comparable)));
  }

  #presentNames(): readonly string[] {
    const { names = [hostname()], presentNames = () => [] } = this.#dependencies;
    return machineNames([...names, ...presentNames()]);
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
 * Loads `certificate.pem` and `private-key.pem` of the folder; the first start makes both. Nothing that is there is ever
 * replaced: what cannot be used is put aside.
 * @throws UserError when they cannot be used and nobody puts them aside, naming the remedy.
 */
export async function openCertificate(folder: string, dependencies: CertificateDependencies): Promise<TlsCertificate> {
  const files = new CertificateFiles(folder);
  const pair = await wholePair(files, dependencies);
  const opened = new TlsCertificate(pair, await readAuthority(folder, dependencies), files, dependencies);
  await opened.look();
  return opened;
}

/** @throws DamagedFile when what is in the folder cannot be used; UserError when it may not be read. Nothing is made. */
export async function checkCertificate(folder: string): Promise<void> {
  await readPair(new CertificateFiles(folder));
}

const NEW_CERTIFICATE =
  'A new self-signed certificate serves: mail programs ask once whether to trust it. Import the one you had if you have it elsewhere.';

/** The pair that is there, or a new one. */
async function wholePair(files: CertificateFiles, dependencies: CertificateDependencies): Promise<UsablePair> {
  try {
    const { pair, key } = await readPair(files);
    return pair ?? (await makePair(files, key, dependencies));
  } catch (error) {
    const { damaged } = dependencies;
    if (!(error instanceof DamagedFile) || damaged === undefined) throw error;
    await damaged.setAside(files.all, error.problem, NEW_CERTIFICATE);
    return makePair(files, undefined, dependencies);
  }
}

/** The pair, if it is there; or a key without its certificate. @throws DamagedFile */
async function readPair(files: CertificateFiles): Promise<{ readonly pair?: UsablePair; readonly key?: string }> {
  const { certificate, privateKey } = await files.read();
  if (certificate !== undefined && privateKey === undefined) {
    throw new DamagedFile(
      'its key is missing',
      `The key of ${files.certificate} is missing. Put it at ${files.privateKey}, or remove the certificate to have both made anew.`,
    );
  }
  if (privateKey === undefined) return {};
  if (certificate !== undefined) return { pair: tried({ certificate, privateKey }, files.folder) };
  if (isUsableKey(privateKey)) return { key: privateKey };
  throw new DamagedFile(
    'the private key cannot be used',
    `The private key ${files.privateKey} cannot be used. Put its certificate beside it, or remove it to have both made anew.`,
  );
}

/** One that cannot be read stops no mail: the certificate it issued last is good for a while. */
async function readAuthority(
  folder: string,
  { logger }: CertificateDependencies,
): Promise<Authority | UserError | undefined> {
  try {
    return await new AuthorityFile(folder).read();
  } catch (problem) {
    if (!(problem instanceof UserError)) throw problem;
    logger.error({ err: problem }, problem.message);
    return problem;
  }
}

/** A name, or an address however it is written. */
function comparable(name: string): string {
  return parseAddress(name)?.join() ?? name;
}

/** A key that is there already is used: somebody has put it there, or a first start was killed between the two files. */
async function makePair(
  files: CertificateFiles,
  oldKey: string | undefined,
  dependencies: CertificateDependencies,
): Promise<UsablePair> {
  const pair = usablePair(await selfSignedPair(oldKey ?? (await newPrivateKey()), dependencies));
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
    const { message } = error;
    throw new DamagedFile(message, `${message} The files are in ${folder}; remove both to have new ones made.`);
  }
}

function authorityInfoOf({ certificate, permitted }: Authority): AuthorityInfo {
  const x509 = new X509Certificate(certificate);
  return {
    subject: x509.subject,
    validFrom: x509.validFromDate.getTime(),
    validTo: x509.validToDate.getTime(),
    fingerprint: x509.fingerprint256,
    permitted,
    certificate,
    profile: rootProfile(x509),
  };
}

function infoOf(x509: X509Certificate, authority: Authority | undefined, now: number): CertificateInfo {
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
    ownAuthority: isIssuedBy(x509, authority),
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
