/** How the way to another server is encrypted. */
export type Encryption = 'tls' | 'starttls' | 'none';

/** Where IMAP is found (RFC 8314 section 3.2, RFC 9051 section 2.1). */
export const usualPorts: Readonly<Record<Encryption, number>> = { tls: 993, starttls: 143, none: 143 };

/** The port after the encryption was changed: the usual one, unless somebody has typed one of his own. */
export function portAfter(port: number | undefined, before: Encryption, now: Encryption): number | undefined {
  return port === undefined || port === usualPorts[before] ? usualPorts[now] : port;
}
