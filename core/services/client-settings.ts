import type { ClientSettings } from '../clients/autoconfig.ts';
import { clientHost, clientServers, mailDomainOf } from '../clients/servers.ts';
import type { Settings } from '../settings/store.ts';
import type { Service } from './service.ts';

export interface ClientFactsDependencies {
  readonly settings: Pick<Settings, 'get'>;
  /** The mail service. */
  readonly imap4: Pick<Service, 'info'>;
  /** The names that the certificate is for. */
  readonly certificateNames: () => readonly string[];
}

/** What clients may be told at this moment. */
export interface ClientFacts extends ClientSettings {
  /** Undefined: this server has no name that others can know; then there are no servers to tell of either. */
  readonly host: string | undefined;
  readonly domain: string | undefined;
}

/** What this server is called by others, and what stands behind the @ of the mail addresses here. */
export function clientNames({
  settings,
  certificateNames,
}: Omit<ClientFactsDependencies, 'imap4'>): Pick<ClientFacts, 'host' | 'domain'> {
  const host = clientHost(certificateNames(), settings.get('clients.serverName'));
  return { host, domain: mailDomainOf(host, settings.get('clients.mailDomain')) };
}

/** Asks the settings, the certificate and the mail service; never who the users are. */
export function clientFacts(dependencies: ClientFactsDependencies): ClientFacts {
  const { settings, imap4 } = dependencies;
  const { host, domain } = clientNames(dependencies);
  const { name, listeners } = imap4.info();
  return {
    serviceName: name,
    host,
    domain,
    incoming: host === undefined ? [] : clientServers(host, listeners),
    outgoing: outgoingOf(settings),
    loginName: settings.get('clients.loginName'),
  };
}

function outgoingOf(settings: Pick<Settings, 'get'>): ClientSettings['outgoing'] {
  const host = settings.get('clients.outgoing.host');
  if (host === '') return undefined;
  return { host, port: settings.get('clients.outgoing.port'), encryption: settings.get('clients.outgoing.encryption') };
}
