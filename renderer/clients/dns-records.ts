import type { ClientsInfo } from '../../core/admin/contract.ts';
import { dnsText } from '../text/clients.ts';

/** A name that no DNS server knows: one without a dot, or one of the office's own network (RFC 6762 section 3). */
export function isLocalName(host: string): boolean {
  return !host.includes('.') || host.toLowerCase().endsWith('.local');
}

/** What a mail program's automatic settings are asked at. */
export const askedNames = { thunderbird: 'autoconfig', outlook: 'autodiscover' } as const;

/**
 * The record by which a program that asks `autoconfig` or `autodiscover` of the domain comes to this server. Undefined
 * when there is no domain, when DNS does not know the server, or when it has that very name.
 */
export function askedRecord(
  asked: 'autoconfig' | 'autodiscover',
  host: string | undefined,
  domain: string | undefined,
): string | undefined {
  if (host === undefined || domain === undefined || isLocalName(host) || isLocalName(domain)) return undefined;
  const name = `${asked}.${domain}`;
  // A CNAME that leads to itself leads nowhere.
  return name === host.toLowerCase() ? undefined : `${name}. 3600 IN CNAME ${host}.`;
}

/** All lines for the zone: those of RFC 6186, and those that lead programs to their automatic settings. */
export function allRecords({ srvRecords, host, domain }: RecordFacts): {
  readonly srv: readonly string[];
  readonly asked: readonly string[];
} {
  const asked = Object.values(askedNames).map((name) => askedRecord(name, host, domain));
  return { srv: srvRecords, asked: asked.filter((record) => record !== undefined) };
}

type RecordFacts = Pick<ClientsInfo, 'srvRecords' | 'host' | 'domain'>;

/** What has to be done before there can be records; undefined when there are. */
export function whyNoRecords({ host, domain, srvRecords }: RecordFacts): string | undefined {
  const { missing } = dnsText;
  if (host === undefined) return missing.host;
  if (isLocalName(host)) return missing.local(host);
  if (domain === undefined) return missing.domain;
  return srvRecords.length === 0 ? missing.running : undefined;
}
