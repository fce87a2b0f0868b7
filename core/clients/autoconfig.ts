import type { LoginName } from '../settings/pages/clients.ts';
import type { ClientServer } from './servers.ts';
import { element, type Xml, xmlDocument } from './xml.ts';

/** All that mail programs are told, whoever asks. */
export interface ClientSettings {
  /** What the mail service calls itself. */
  readonly serviceName: string;
  /** The best first. */
  readonly incoming: readonly ClientServer[];
  /** Undefined: nobody said which it is. */
  readonly outgoing: ClientServer | undefined;
  readonly loginName: LoginName;
}

/**
 * Thunderbird's config-v1.1.xml. It refuses one without an outgoing server; without one in the settings it is left out
 * all the same, since a made-up one would lose mail. Thunderbird replaces the placeholders by itself.
 */
export function autoconfigXml(domain: string, settings: ClientSettings): string {
  const { serviceName, incoming, outgoing } = settings;
  const userName = settings.loginName === 'address' ? '%EMAILADDRESS%' : '%EMAILLOCALPART%';
  const provider = [
    element('domain', domain),
    element('displayName', serviceName),
    element('displayShortName', serviceName),
    ...incoming.map((server) => serverElement('incomingServer', 'imap', server, userName)),
    ...(outgoing === undefined ? [] : [serverElement('outgoingServer', 'smtp', outgoing, userName)]),
  ];
  return xmlDocument(element('clientConfig', [element('emailProvider', provider, { id: domain })], { version: '1.1' }));
}

function serverElement(name: string, type: string, { host, port, encryption }: ClientServer, userName: string): Xml {
  return element(
    name,
    [
      element('hostname', host),
      element('port', port),
      element('socketType', encryption === 'tls' ? 'SSL' : 'STARTTLS'),
      element('authentication', 'password-cleartext'), // inside TLS, as both socket types have it
      element('username', userName),
    ],
    { type },
  );
}
