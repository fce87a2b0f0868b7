import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';

/**
 * Forward secrecy and authenticated encryption only. ECDHE_RSA with AES-128-GCM is the one that TLS 1.2 must have
 * (RFC 9051 section 11.1); ECDSA serves the certificate made at first start.
 */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** What handshakes are made with. `certificate` and `privateKey` are PEM and belong together. */
export function secureContextOf(pair: { readonly certificate: string; readonly privateKey: string }): SecureContext {
  return createSecureContext({
    cert: pair.certificate,
    key: pair.privateKey,
    minVersion: 'TLSv1.2', // RFC 9051 11.1, RFC 8996
    maxVersion: 'TLSv1.3',
    ciphers,
    // No mail client renegotiates; those that would make the server work for nothing do.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  });
}
