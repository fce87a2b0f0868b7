import { createHash, type X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/**
 * Channel binding data of the server's end of a TLS connection whose handshake is done; undefined for a type that is
 * not known or does not apply to this connection.
 */
export function channelBinding(socket: TLSSocket, type: string): Uint8Array | undefined {
  const modern = socket.getProtocol() === 'TLSv1.3';
  switch (type) {
    case 'tls-exporter': // RFC 9266 2. With TLS 1.2 only if the master secret is unique, which Node does not tell.
      return modern ? socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)) : undefined;
    case 'tls-unique': // RFC 5929 3: the first Finished message of the handshake; RFC 9266 3: not defined for TLS 1.3
      return modern ? undefined : socket.isSessionReused() ? socket.getFinished() : socket.getPeerFinished();
    case 'tls-server-end-point':
      return serverEndPoint(socket.getX509Certificate());
    default:
      return undefined;
  }
}

/** RFC 5929 section 4.1: the certificate hashed with the hash function of its own signature, SHA-256 for the broken ones. */
export function serverEndPoint(certificate: X509Certificate | undefined): Uint8Array | undefined {
  const hash = /(md5|sha1|sha224|sha256|sha384|sha512)/.exec(certificate?.signatureAlgorithm?.toLowerCase() ?? '')?.[1];
  // Ed25519 and RSASSA-PSS name no single hash here: the binding is undefined for them.
  if (certificate === undefined || hash === undefined) return undefined;
  return createHash(hash === 'md5' || hash === 'sha1' ? 'sha256' : hash)
    .update(certificate.raw)
    .digest();
}
