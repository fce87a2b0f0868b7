import { z } from 'zod';
import { setting } from '../setting.ts';

/** How the settings window in a browser, and programs, reach the server. */
export const administration = {
  'admin.address': setting<string>({
    schema: z.union([z.literal('*'), z.ipv4(), z.ipv6()]),
    default: '127.0.0.1',
    label: 'Administration address',
    help: 'Where the server can be administered. 127.0.0.1 is this computer alone; any other address needs TLS and an administrator password. * means all addresses.',
    range: 'an address of this machine, or *',
    needsListenerRestart: true,
  }),
  'admin.port': setting<number>({
    schema: z.int().min(0).max(65_535),
    default: 8143,
    label: 'Administration port',
    help: 'The port of the settings window in a browser. The desktop window and the command line find it by themselves.',
    range: 'a whole number from 0 to 65535',
    zero: 'any free port',
    needsListenerRestart: true,
  }),
  'admin.tls': setting<boolean>({
    schema: z.boolean(),
    default: false,
    label: 'Administration over TLS',
    help: 'Encrypts the administration with the certificate of the mail services. Other computers are let in with it only.',
    range: 'on or off',
    needsListenerRestart: true,
  }),
} as const;
