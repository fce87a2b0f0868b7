import type { ClientSettings } from './autoconfig.ts';
import type { EmailParts } from './email.ts';
import type { ClientServer } from './servers.ts';
import { element, type Xml, xmlDocument } from './xml.ts';

/** The schema of the answers that Outlook asks for. */
export const outlookSchema = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
const frameSchema = 'http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006';

/** Outlook's plain-old-XML Autodiscover answer ([MS-OXDSCLI] section 2.2.4). The name to log in with is the asker's own. */
export function autodiscoverXml(email: EmailParts, { incoming, outgoing, loginName }: ClientSettings): string {
  const { localPart, domain } = email;
  const userName = loginName === 'address' ? `${localPart}@${domain}` : localPart;
  const account = element('Account', [
    element('AccountType', 'email'),
    element('Action', 'settings'),
    ...incoming.slice(0, 1).map((server) => protocol('IMAP', server, userName)), // Outlook takes one of a kind
    ...(outgoing === undefined ? [] : [protocol('SMTP', outgoing, userName)]),
  ]);
  return framed(element('Response', [account], { xmlns: outlookSchema }));
}

function protocol(type: 'IMAP' | 'SMTP', { host, port, encryption }: ClientServer, userName: string): Xml {
  return element('Protocol', [
    element('Type', type),
    element('Server', host),
    element('Port', port),
    element('DomainRequired', 'off'),
    element('LoginName', userName),
    element('SPA', 'off'),
    // With SSL "on" alone Outlook would begin TLS at once, whatever the port.
    element('SSL', encryption === 'tls' ? 'on' : 'off'),
    element('Encryption', encryption === 'tls' ? 'SSL' : 'TLS'),
    element('AuthRequired', 'on'),
  ]);
}

/** 600: the request is wrong. 601: there is no answer of the kind that was asked for. */
export type AutodiscoverErrorCode = 600 | 601;

const messages: Readonly<Record<AutodiscoverErrorCode, string>> = {
  600: 'Invalid Request',
  601: 'Provider is not available',
};

/** [MS-OXDSCLI] section 2.2.4.1.1.2, the Error element. */
export function autodiscoverError(code: AutodiscoverErrorCode, now: number): string {
  const error = element(
    'Error',
    [element('ErrorCode', code), element('Message', messages[code]), element('DebugData', '')],
    { Time: new Date(now).toISOString().slice(11, 19), Id: '0' },
  );
  return framed(element('Response', [error]));
}

function framed(response: Xml): string {
  return xmlDocument(element('Autodiscover', [response], { xmlns: frameSchema }));
}
