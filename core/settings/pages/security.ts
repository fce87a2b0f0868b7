import { z } from 'zod';
import { setting } from '../setting.ts';

/** The Security page: lock-outs. */
export const security = {
  'security.lockouts.wrongPasswords': setting<number>({
    schema: z.int().min(0).max(100),
    default: 3,
    label: 'Lock a user after',
    help: 'So many different wrong passwords for a user from one address keep this user from logging in from there for a while; other addresses and other users are not concerned. The same wrong password tried again, by a phone that has an old one, does not count twice.',
    range: 'a whole number from 0 to 100',
    zero: 'never',
    needsListenerRestart: false,
  }),
  'security.lockouts.lockMinutes': setting<number>({
    schema: z.int().min(1).max(10_080),
    default: 30,
    label: 'Lock the user for',
    help: 'How long the user stays locked for that address. The right password is refused as well meanwhile; the administrator can unlock.',
    range: 'a whole number from 1 to 10080',
    unit: 'minutes',
    needsListenerRestart: false,
  }),
  'security.lockouts.addressFailures': setting<number>({
    schema: z.int().min(0).max(1_000),
    default: 10,
    label: 'Block an address after',
    help: 'So many failed logins from one address, with whatever user names, block everybody from there for a while. The same wrong password of the same user counts once, and nothing counts for a user who is locked already, so that one phone with a wrong password never blocks an office.',
    range: 'a whole number from 0 to 1000',
    zero: 'never',
    needsListenerRestart: false,
  }),
  'security.lockouts.windowMinutes': setting<number>({
    schema: z.int().min(1).max(1_440),
    default: 30,
    label: 'Count failures of the last',
    help: 'Failed logins that are older count no more, neither for the user nor for the address.',
    range: 'a whole number from 1 to 1440',
    unit: 'minutes',
    needsListenerRestart: false,
  }),
  'security.lockouts.blockMinutes': setting<number>({
    schema: z.int().min(1).max(10_080),
    default: 30,
    label: 'Block the address for',
    help: 'How long nobody can log in from a blocked address. The administrator can unlock it.',
    range: 'a whole number from 1 to 10080',
    unit: 'minutes',
    needsListenerRestart: false,
  }),
  'security.lockouts.blockLocalNetworks': setting<boolean>({
    schema: z.boolean(),
    default: false,
    label: 'Block addresses of local networks too',
    help: 'Off: addresses of this computer and its local networks are never blocked as a whole, only single users are locked.',
    range: 'on or off',
    needsListenerRestart: false,
  }),
} as const;
