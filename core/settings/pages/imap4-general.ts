import { z } from 'zod';
import { type Binding, bindingsSchema, bindingsText } from '../binding.ts';
import { setting } from '../setting.ts';

/** IMAP4 Server, the General tab. */
export const imap4General = {
  'imap4.general.serviceName': setting<string>({
    // Goes into the greeting: one line, and no `]` that would look like the end of a response code (RFC 9051 section 7.1).
    schema: z.string().regex(/^[^\p{C}\]]{1,64}$/u),
    default: 'Mailroom IMAP4',
    label: 'Service Name',
    help: 'Shown in the log and in the greeting that every client gets.',
    range: '1 to 64 characters on one line, without "]"',
    needsListenerRestart: false,
  }),
  'imap4.general.enabled': setting<boolean>({
    schema: z.boolean(),
    default: true,
    label: 'Enabled',
    help: 'Whether the IMAP4 service runs at all. Switching it off ends all sessions.',
    range: 'on or off',
    needsListenerRestart: true,
  }),
  'imap4.general.bindings': setting<readonly Binding[]>({
    schema: bindingsSchema,
    default: [
      { address: '*', port: 143, encryption: 'starttls' },
      { address: '*', port: 993, encryption: 'tls' },
    ],
    label: 'Bindings',
    help: 'The addresses and ports the service listens on, each with its encryption: None/STARTTLS, STARTTLS required or TLS. An address of * means all addresses of this machine.',
    text: bindingsText,
    range:
      'up to 16 different places ADDRESS:PORT/ENCRYPTION with commas between, ENCRYPTION one of starttls, starttlsRequired, tls',
    needsListenerRestart: true,
  }),
  'imap4.general.requireEncryptedAuthentication': setting<boolean>({
    schema: z.boolean(),
    default: true,
    label: 'Require Encrypted Authentication',
    help: 'Passwords are never accepted readable on the wire: without TLS clients see LOGINDISABLED. SCRAM, which does not send the password, stays allowed.',
    range: 'on or off',
    needsListenerRestart: false,
  }),
  'imap4.general.exceptLoopback': setting<boolean>({
    schema: z.boolean(),
    default: true,
    label: 'Except connections from this computer',
    help: 'Programs on this very computer may send readable passwords without TLS: no wire lies between.',
    range: 'on or off',
    needsListenerRestart: false,
  }),
  'imap4.general.autoLogout': setting<number>({
    schema: z.int().min(30).max(1_440), // RFC 9051 5.4: MUST be at least 30 minutes
    default: 30,
    label: 'Auto-logout after',
    help: 'A session that sends nothing for this long is ended.',
    range: 'a whole number from 30 to 1440',
    unit: 'minutes',
    needsListenerRestart: false,
  }),
  'imap4.general.maxMessageSize': setting<number>({
    schema: z.int().min(1).max(256), // messageLimits: what all connections together may be sending must hold several
    default: 100,
    label: 'Maximum message size',
    help: 'Larger messages are refused before they are sent (APPENDLIMIT). Messages already stored stay.',
    range: 'a whole number from 1 to 256',
    unit: 'MiB',
    needsListenerRestart: false,
  }),
  'imap4.general.bandwidthLimit': setting<number>({
    schema: z.int().min(0).max(1_000_000),
    default: 0,
    label: 'Bandwidth limit per session',
    help: 'One session is sent no more than this in a second, so that a client that fetches everything leaves the line to others.',
    range: 'a whole number from 0 to 1000000',
    unit: 'KiB/s',
    zero: 'no limit',
    needsListenerRestart: false,
  }),
} as const;
