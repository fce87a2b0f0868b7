import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { X509Certificate as MadeCertificate } from '@peculiar/x509';
import { certificateLimits } from '../../base/limits.ts';
import type { Random } from '../../base/random.ts';
import type { CertificatePair } from './certificate-pair.ts';
import { NAME_CONSTRAINTS, nameConstraints, permits, permittedFor } from './name-constraints.ts';
import { newPrivateKey } from './self-signed.ts';

/** A certificate authority of the office's own: its root certificate and its key, both in PEM. */
export interface Authority extends CertificatePair {
  /** What its certificates may be for: names, with all below them, and networks. */
  readonly permitted: readonly string[];
}

const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/**
 * An authority whose certificates are believed for these names and for private networks only (RFC 5280 section 4.2.1.10):
 * a thief of its key can pass for no bank on the office's computers.
 * @param names which `machineNames` has made fit
 * @param now milliseconds since the epoch
 */
export async function newAuthority(names: readonly string[], now: number, random: Random): Promise<Authority> {
  const x509 = await certificateMaker();
  const privateKey = await newPrivateKey();
  const keys = await cryptoKeys(privateKey);
  const permitted = permittedFor(names);
  const name = `CN=Mailroom of ${nameAmong(names)} ${serial(random).slice(1, 9)}`;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name,
      serialNumber: serial(random),
      ...validity(now, certificateLimits.authorityValidity),
      signingAlgorithm: SIGNATURE,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.Extension(NAME_CONSTRAINTS, true, nameConstraints(permitted)),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate), privateKey, permitted };
}

/** A certificate for the server, with a new key, for those of the names that the authority may vouch for. */
export async function issueCertificate(
  authority: Authority,
  names: readonly string[],
  now: number,
  random: Random,
): Promise<CertificatePair> {
  const x509 = await certificateMaker();
  const root = new x509.X509Certificate(authority.certificate);
  const signing = await cryptoKeys(authority.privateKey);
  const privateKey = await newPrivateKey();
  const { publicKey } = await cryptoKeys(privateKey);
  const permitted = names.filter((name) => permits(authority.permitted, name));
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: `CN=${nameAmong(permitted)}`,
      issuer: root.subject,
      serialNumber: serial(random),
      ...validity(now, certificateLimits.issuedValidity),
      signingAlgorithm: SIGNATURE,
      publicKey,
      signingKey: signing.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]), // Apple's systems want it
        new x509.SubjectAlternativeNameExtension(
          permitted.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
        ),
        await x509.AuthorityKeyIdentifierExtension.create(signing.publicKey, false, webcrypto),
        await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate), privateKey };
}

/** The first that is no address, and as long as a common name may be with some words around it. */
function nameAmong(names: readonly string[]): string {
  return names.find((name) => isIP(name) === 0 && name.length <= 40) ?? 'localhost';
}

/** Whether the certificate was issued by the authority. */
export function isIssuedBy(certificate: X509Certificate, authority: Authority | undefined): boolean {
  if (authority === undefined) return false;
  const root = new X509Certificate(authority.certificate);
  return certificate.issuer === root.subject && certificate.verify(root.publicKey);
}

async function cryptoKeys(privateKey: string): Promise<webcrypto.CryptoKeyPair> {
  const key = createPrivateKey(privateKey);
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const { subtle } = webcrypto;
  return {
    privateKey: await subtle.importKey('pkcs8', Uint8Array.from(pkcs8), CURVE, true, ['sign']),
    publicKey: await subtle.importKey('spki', Uint8Array.from(spki), CURVE, true, ['verify']),
  };
}

/** RFC 5280 section 4.1.2.2: positive, 20 octets at most. The first digit keeps it so. */
function serial(random: Random): string {
  return `4${Buffer.from(random(16)).toString('hex').slice(1)}`;
}

function validity(now: number, length: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const begin = now - certificateLimits.backdating;
  return { notBefore: new Date(begin), notAfter: new Date(begin + length) };
}

/** Loaded when a certificate is made, not at every start of a command: its modules take 150 ms. */
function certificateMaker() {
  return import('@peculiar/x509');
}

function pem(certificate: MadeCertificate): string {
  return `${certificate.toString('pem')}\n`;
}
