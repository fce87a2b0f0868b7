import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import { UserError } from '../../base/errors.ts';
import { certificateLimits } from '../../base/limits.ts';
import { secureContextOf } from './tls-options.ts';

/** A certificate with its key, both in PEM. After the server's own certificate those of its issuers may follow. */
export interface CertificatePair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A pair that has been tried: handshakes can be made with it. */
export interface UsablePair extends CertificatePair {
  readonly x509: X509Certificate;
  readonly context: SecureContext;
}

/** What somebody wants to have taken up, as he got it from whoever issued it. */
export interface ImportedCertificate {
  /** The server's own certificate and its issuers', in any order. */
  readonly certificate: string;
  readonly key: string;
  readonly passphrase: string | undefined;
}

const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1'; // RFC 5280 section 4.2.1.12

/** @throws UserError when the two cannot be read, do not belong together, or no handshake can be made with them. */
export function usablePair(pair: CertificatePair): UsablePair {
  const x509 = attempt('The certificate is not one in PEM form', () => new X509Certificate(pair.certificate));
  const key = attempt('The private key is not one in PEM form without a pass phrase', () =>
    createPrivateKey(pair.privateKey),
  );
  if (!x509.checkPrivateKey(key)) throw new UserError('The private key does not belong to the certificate.');
  const context = attempt('The certificate and its key cannot be used for TLS', () => secureContextOf(pair));
  return { ...pair, x509, context };
}

/**
 * What is to be taken up, put in order: the server's own certificate first, then each one's issuer, the key without its
 * pass phrase.
 * @param now milliseconds since the epoch
 * @throws UserError for whatever would make clients refuse it, naming the remedy
 */
export function importedPair({ certificate, key, passphrase }: ImportedCertificate, now: number): UsablePair {
  const certificates = certificatesIn(certificate);
  const privateKey = keyIn(key, passphrase);
  needStrength(privateKey);
  const own = certificates.find((one) => one.checkPrivateKey(privateKey));
  if (own === undefined) {
    throw new UserError(
      'The private key does not belong to the certificate. Import the key that was made together with the request for this certificate.',
    );
  }
  needValidity(own, now);
  needPurpose(own);
  return usablePair({
    certificate: chainOf(own, certificates).map(String).join(''),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });
}

function certificatesIn(text: string): readonly X509Certificate[] {
  const blocks = text.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END [A-Z0-9 ]*-----/g) ?? [];
  if (blocks.length === 0) {
    throw new UserError(
      'There is no certificate in this text. A certificate in PEM form begins with "-----BEGIN CERTIFICATE-----"; .pfx and .p12 files must be converted first.',
    );
  }
  if (blocks.length > certificateLimits.chain) {
    throw new UserError(
      `These are ${blocks.length} certificates: import the server's own and those of its issuers, ${certificateLimits.chain} at most.`,
    );
  }
  return blocks.map((block, index) =>
    attempt(
      `Certificate ${index + 1} of ${blocks.length} is damaged; copy the file once more, whole`,
      () => new X509Certificate(block),
    ),
  );
}

function keyIn(text: string, passphrase: string | undefined): KeyObject {
  // The key alone: EC parameters stand before some, and the certificate may be in the same file.
  const block = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]*?-----END (?:[A-Z]+ )*PRIVATE KEY-----/.exec(text)?.[0];
  if (block === undefined) {
    throw new UserError(
      'There is no private key in this text. A key in PEM form begins with "-----BEGIN PRIVATE KEY-----".',
    );
  }
  const encrypted = block.includes('ENCRYPTED');
  if (encrypted && (passphrase === undefined || passphrase === '')) {
    throw new UserError('The private key is protected by a pass phrase: give it too. It is not kept.');
  }
  try {
    return createPrivateKey({ key: block, format: 'pem', ...(encrypted && { passphrase }) });
  } catch (error) {
    if (encrypted) throw new UserError('The pass phrase is wrong, or the private key is damaged.');
    throw new UserError(`The private key is damaged (${reasonOf(error)}); copy the file once more, whole.`);
  }
}

function needStrength({ asymmetricKeyType: type, asymmetricKeyDetails }: KeyObject): void {
  const bits = asymmetricKeyDetails?.modulusLength;
  if (type === 'rsa' || type === 'rsa-pss') {
    if (bits !== undefined && bits >= certificateLimits.rsaBits) return;
    throw new UserError(
      `The RSA key has ${bits} bits, which clients refuse: have a certificate issued for a key of ${certificateLimits.rsaBits} bits or more.`,
    );
  }
  const curve = asymmetricKeyDetails?.namedCurve;
  if (type === 'ec' && curve !== undefined && curves.has(curve)) return;
  throw new UserError(
    `Mail programs do not know keys of this kind (${curve ?? type}): have a certificate issued for an RSA key or an EC key on P-256.`,
  );
}

/** P-256, P-384, P-521 (RFC 8422 section 5.1.1): all that TLS libraries have in common. */
const curves: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

function needValidity({ validFromDate, validToDate }: X509Certificate, now: number): void {
  if (now >= validToDate.getTime()) {
    throw new UserError(`This certificate ended on ${dayOf(validToDate)}: import the one that was issued after it.`);
  }
  if (now < validFromDate.getTime()) {
    throw new UserError(
      `This certificate is not valid before ${dayOf(validFromDate)}: import it then, or set this computer's clock right.`,
    );
  }
}

function needPurpose({ keyUsage }: X509Certificate): void {
  // Node calls the extended key usages keyUsage. Without any the certificate is for everything.
  const usages = keyUsage as readonly string[] | undefined;
  if (usages === undefined || usages.includes(SERVER_AUTHENTICATION)) return;
  throw new UserError('This certificate was not issued for a server: have one issued for TLS server authentication.');
}

/** From the server's own up to the last issuer that is there (RFC 8446 section 4.4.2). What does not belong is left out. */
function chainOf(own: X509Certificate, all: readonly X509Certificate[]): readonly X509Certificate[] {
  const chain = [own];
  for (;;) {
    const last = chain.at(-1)!;
    const issuer = all.find(
      (other) => !chain.includes(other) && last.checkIssued(other) && last.verify(other.publicKey),
    );
    if (issuer === undefined) return chain;
    chain.push(issuer);
  }
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function attempt<Result>(problem: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    throw new UserError(`${problem} (${reasonOf(error)}).`);
  }
}

/** What a failed call of the system or of OpenSSL says. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
