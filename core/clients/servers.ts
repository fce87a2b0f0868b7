import type { Binding } from '../settings/binding.ts';
import { isHostName } from '../settings/host-name.ts';

/** A place where a mail program can reach a server. */
export interface ClientServer {
  readonly host: string;
  readonly port: number;
  /** From the first octet, or by STARTTLS; without encryption nothing is ever recommended. */
  readonly encryption: 'tls' | 'starttls';
}

/** A listener as a service tells of it. */
export interface ListeningPlace extends Binding {
  /** Undefined: it does not listen. */
  readonly boundPort: number | undefined;
}

/**
 * The name that mail programs are told: the one wished for, else of the certificate's the first that other computers can
 * know, whole names before short ones; undefined when there is none but localhost and addresses.
 */
export function clientHost(names: readonly string[], wished: string): string | undefined {
  if (wished !== '') return wished;
  const known = names.filter((name) => isHostName(name) && !/^localhost(\.|$)/i.test(name));
  return known.find((name) => name.includes('.')) ?? known[0];
}

/** The domain behind the @: the one wished for, else the host's name without its first part if a domain is left. */
export function mailDomainOf(host: string | undefined, wished: string): string | undefined {
  if (wished !== '') return wished;
  if (host === undefined || !host.includes('.')) return undefined;
  const parent = host.slice(host.indexOf('.') + 1);
  return parent.includes('.') ? parent : host;
}

/**
 * The places to recommend, TLS from the first octet before STARTTLS (RFC 8314 section 3), each port once. Listeners that
 * only this computer reaches come last.
 */
export function clientServers(host: string, listeners: readonly ListeningPlace[]): readonly ClientServer[] {
  const servers = listeners
    .flatMap(({ boundPort, address, encryption }) =>
      boundPort === undefined ? [] : [{ port: boundPort, isTls: encryption === 'tls', isLocal: isLoopback(address) }],
    )
    .sort((one, other) => rank(one) - rank(other))
    .map(({ port, isTls }): ClientServer => ({ host, port, encryption: isTls ? 'tls' : 'starttls' }));
  return servers.filter(({ port }, index) => servers.findIndex((one) => one.port === port) === index);
}

function rank({ isTls, isLocal }: { readonly isTls: boolean; readonly isLocal: boolean }): number {
  return (isLocal ? 2 : 0) + (isTls ? 0 : 1);
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
