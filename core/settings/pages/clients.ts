import { z } from 'zod';
import { isHostName } from '../host-name.ts';
import { setting } from '../setting.ts';

/** What mail programs are told so that people need not type it. */
const hostOrNothing = z.string().refine((text) => text === '' || isHostName(text));
const hostRange = 'a host name such as mail.example.org, or empty';

/** The user name that a mail program is told to log in with. */
export const loginNames = ['localPart', 'address'] as const;
export type LoginName = (typeof loginNames)[number];

/** How mail is handed in: TLS from the first octet, or STARTTLS. */
export const outgoingEncryptions = ['tls', 'starttls'] as const;
export type OutgoingEncryption = (typeof outgoingEncryptions)[number];

/** Help for clients. */
export const clients = {
  'clients.serverName': setting<string>({
    schema: hostOrNothing,
    default: '',
    label: 'Server name for clients',
    help: 'The name under which mail programs reach this server. It should be one that the certificate is for; left empty, the first such name is taken.',
    range: hostRange,
    needsListenerRestart: false,
  }),
  'clients.mailDomain': setting<string>({
    schema: hostOrNothing,
    default: '',
    label: 'Mail domain',
    help: 'What stands behind the @ of the mail addresses here. A user karen may also log in as karen@ and this domain. Left empty, it is the server name without its first part: example.org for mail.example.org.',
    range: 'a domain such as example.org, or empty',
    needsListenerRestart: false,
  }),
  'clients.loginName': setting<LoginName>({
    schema: z.enum(loginNames),
    default: 'localPart',
    label: 'User name for clients',
    help: 'What mail programs are told to log in with. It must be what the users here are called: karen, or karen@example.org.',
    range: 'localPart or address',
    choices: [
      { value: 'localPart', label: 'The part of the mail address before the @' },
      { value: 'address', label: 'The whole mail address' },
    ],
    needsListenerRestart: false,
  }),
  'clients.outgoing.host': setting<string>({
    schema: hostOrNothing,
    default: '',
    label: 'Outgoing mail server',
    help: 'The SMTP server by which people here send mail. Mailroom does not send; it only passes the name on. Thunderbird takes automatic settings only when they name one.',
    range: hostRange,
    needsListenerRestart: false,
  }),
  'clients.outgoing.port': setting<number>({
    schema: z.int().min(1).max(65_535),
    default: 465,
    label: 'Outgoing mail port',
    help: 'The port of the outgoing mail server: usually 465 with TLS, 587 with STARTTLS.',
    range: 'a whole number from 1 to 65535',
    needsListenerRestart: false,
  }),
  'clients.outgoing.encryption': setting<OutgoingEncryption>({
    schema: z.enum(outgoingEncryptions),
    default: 'tls',
    label: 'Outgoing mail encryption',
    help: 'How the connection to the outgoing mail server is encrypted.',
    range: 'tls or starttls',
    choices: [
      { value: 'tls', label: 'TLS' },
      { value: 'starttls', label: 'STARTTLS' },
    ],
    needsListenerRestart: false,
  }),
  'clients.autoconfig.enabled': setting<boolean>({
    schema: z.boolean(),
    default: false,
    label: 'Automatic settings for mail programs',
    help: 'Answers Thunderbird and Outlook over HTTP when they ask for the server of a mail address. The names autoconfig and autodiscover of the mail domain must lead to this computer. The answers do not tell who has an account.',
    range: 'on or off',
    needsListenerRestart: true,
  }),
  'clients.autoconfig.address': setting<string>({
    schema: z.union([z.literal('*'), z.ipv4(), z.ipv6()]),
    default: '*',
    label: 'Address for automatic settings',
    help: 'The address of this machine on which mail programs are answered. * means all addresses.',
    range: 'an address of this machine, or *',
    needsListenerRestart: true,
  }),
  'clients.autoconfig.port': setting<number>({
    schema: z.int().min(1).max(65_535),
    default: 80,
    label: 'Port for automatic settings',
    help: 'Mail programs ask on port 80. Another port makes sense only behind a web server or router that passes their requests on.',
    range: 'a whole number from 1 to 65535',
    needsListenerRestart: true,
  }),
  'clients.autoconfig.tlsPort': setting<number>({
    schema: z.int().min(0).max(65_535),
    default: 0,
    label: 'TLS port for automatic settings',
    help: 'Outlook asks over TLS only, on port 443, and demands a certificate that it trusts; the one of the mail services is used.',
    range: 'a whole number from 0 to 65535',
    zero: 'not over TLS',
    needsListenerRestart: true,
  }),
} as const;
