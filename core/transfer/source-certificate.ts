import type { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect, getCACertificates } from 'node:tls';
import { UserError } from '../base/errors.ts';
import { fetchedMailLimits } from '../base/limits.ts';

interface SecurePlace {
  readonly host: string;
  readonly address?: string | undefined;
  readonly port: number;
  readonly tls: 'tls' | 'starttls' | 'none';
  /** SHA-256 of a certificate that is trusted whoever issued it and whatever names are in it; colons may be missing. */
  readonly fingerprint?: string | undefined;
  readonly signal: AbortSignal;
}

/** Failures that end when the certificate is trusted by its fingerprint. */
const untrusted: readonly unknown[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];

/**
 * Whom a connection trusts: the bundled roots, those of this computer's store, and the certificate of the fingerprint.
 * That one is compared in each handshake, before the password is sent.
 * @throws UserError when the server has another certificate. @throws any failure to ask it for its certificate
 */
export async function trustOf(place: SecurePlace): Promise<ConnectionOptions> {
  if (place.tls === 'none') return {};
  const roots = [...getCACertificates('default'), ...getCACertificates('system')];
  if (place.fingerprint === undefined) return { ca: roots };
  const wanted = bare(place.fingerprint);
  const certificate = await certificateOf(place);
  if (bare(certificate.fingerprint256) !== wanted) {
    throw new UserError(
      `${place.host}:${place.port}: its certificate is not the one to trust: ${described(certificate)}`,
    );
  }
  return {
    ca: [...roots, certificate.toString()],
    allowPartialTrustChain: true, // it need not be a root
    checkServerIdentity: (_, { fingerprint256 }) =>
      bare(fingerprint256) === wanted ? undefined : new UserError('its certificate is not the one to trust any more'),
  };
}

/** What to add to a failure: the certificate that was not trusted, if that is why. Empty: it is not, or cannot be had. */
export async function untrustedCertificate(failure: unknown, place: SecurePlace): Promise<string> {
  if (!untrusted.includes((failure as { code?: unknown } | undefined)?.code)) return '';
  const certificate = await certificateOf(place).catch(() => undefined);
  if (certificate === undefined) return '';
  return `. It is ${described(certificate)}. If its administrator names the same fingerprint, give it as the one to trust`;
}

function described({ subject, validFrom, validTo, fingerprint256 }: X509Certificate): string {
  const name = JSON.stringify(subject.replace(/\p{Cc}+/gu, ', ').slice(0, fetchedMailLimits.text));
  return `${name}, valid from ${validFrom} to ${validTo}, SHA-256 fingerprint ${fingerprint256}`;
}

function bare(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toUpperCase();
}

/** The certificate that the server shows, trusted or not. Nothing but STARTTLS is said to it. */
async function certificateOf({
  host,
  address = host,
  port,
  tls,
  signal: ended,
}: SecurePlace): Promise<X509Certificate> {
  const signal = AbortSignal.any([ended, AbortSignal.timeout(fetchedMailLimits.connect)]);
  const plain = connectPlain({ host: address, port });
  plain.on('error', () => {}); // whoever waits is told
  try {
    await once(plain, 'connect', { signal });
    if (tls === 'starttls') await startTls(plain, signal);
    const name = isIP(host) === 0 ? { servername: host } : {};
    const secure = connect({ socket: plain, rejectUnauthorized: false, ...name });
    secure.on('error', () => {});
    await once(secure, 'secureConnect', { signal });
    const certificate = secure.getPeerX509Certificate();
    if (certificate === undefined) throw new UserError(`${host}:${port}: it shows no certificate`);
    return certificate;
  } finally {
    plain.destroy();
  }
}

/** RFC 9051 section 6.2.1 */
async function startTls(socket: Socket, signal: AbortSignal): Promise<void> {
  await lineThat(/^\* [^\n]*\n/, socket, signal);
  socket.write('a STARTTLS\r\n');
  await lineThat(/^a OK[^\n]*\n/im, socket, signal);
}

async function lineThat(fits: RegExp, socket: Socket, signal: AbortSignal): Promise<void> {
  let said = '';
  while (!fits.test(said)) {
    if (said.length > fetchedMailLimits.line) throw new UserError('the server does not speak IMAP');
    const [more] = (await once(socket, 'data', { signal })) as [Buffer];
    said += more.toString('latin1');
  }
}
