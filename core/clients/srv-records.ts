import type { ClientServer } from './servers.ts';

/**
 * SRV records for the mail domain's zone (RFC 6186 section 3), ready to paste: TLS from the first octet is preferred to
 * STARTTLS, and a service that is not offered is said not to be there. Empty when the host is no whole name, for DNS
 * could not find it.
 */
export function srvRecords(domain: string | undefined, servers: readonly ClientServer[]): readonly string[] {
  const [first] = servers;
  if (domain === undefined || first === undefined || !first.host.includes('.')) return [];
  return (['tls', 'starttls'] as const).map((encryption, priority) => {
    const name = `${encryption === 'tls' ? '_imaps' : '_imap'}._tcp.${domain}.`;
    const server = servers.find((one) => one.encryption === encryption);
    const data = server === undefined ? '0 0 0 .' : `${priority} 1 ${server.port} ${server.host}.`;
    return `${name} 3600 IN SRV ${data}`;
  });
}
