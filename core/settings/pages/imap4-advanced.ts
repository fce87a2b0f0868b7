import { z } from 'zod';
import { networkListSchema, networkListText } from '../network-list.ts';
import { setting } from '../setting.ts';

/** What becomes of a login that would be one too many. */
export const limitActions = ['refuse', 'closeIdlest'] as const;
export type LimitAction = (typeof limitActions)[number];

/** IMAP4 Server, the Advanced tab. */
export const imap4Advanced = {
  'imap4.advanced.fakeInaccessibleMailboxes': setting<boolean>({
    schema: z.boolean(),
    default: false,
    label: 'Fake access to inaccessible mailboxes',
    help: 'Levels of the folder tree above a shared folder, such as #users and #users/Karen, are no mailboxes. Older clients are upset when they cannot open them; switched on, they open as empty mailboxes that nobody can write to. No real mail is ever shown through this.',
    range: 'on or off',
    needsListenerRestart: false,
  }),
  'imap4.advanced.keepDateAndFlagsOnCopy': setting<boolean>({
    schema: z.boolean(),
    default: true,
    label: 'Keep Internal Date and Message Flags when messages are copied',
    help: 'Copied and moved messages keep their date of arrival, flags and keywords. Off: the copy arrives at the moment of copying and has no flags.',
    range: 'on or off',
    needsListenerRestart: false,
  }),
  'imap4.advanced.supportIdle': setting<boolean>({
    schema: z.boolean(),
    default: true,
    label: "Support IMAP 'IDLE' command",
    help: 'Clients learn of changes at once. Off: IDLE is an unknown command, and IMAP4rev2, which includes it, is not offered either; sessions that idle already finish normally.',
    range: 'on or off',
    needsListenerRestart: false,
  }),
  'imap4.advanced.idleHeartbeat': setting<number>({
    schema: z.union([z.literal(0), z.int().min(10).max(1_740)]),
    default: 120,
    label: 'Sign of life while idling every',
    help: '"* OK Still here" keeps routers from forgetting the connection and finds clients that are gone. More often costs phones their battery.',
    range: '0 or a whole number from 10 to 1740',
    unit: 'seconds',
    zero: 'never',
    needsListenerRestart: false,
  }),
  'imap4.advanced.maxFailedLogins': setting<number>({
    schema: z.int().min(0).max(100),
    default: 3,
    label: 'Max failed login attempts',
    help: 'Wrong user names or passwords on one connection before it is closed.',
    range: 'a whole number from 0 to 100',
    zero: 'no limit',
    needsListenerRestart: false,
  }),
  'imap4.advanced.concurrentLoginsPerUser': setting<number>({
    schema: z.int().min(0).max(10_000),
    default: 20,
    label: 'Concurrent logins for a user',
    help: 'Sessions that one user may have at once, on all devices together. Mail clients open several each, some of them dozens. Beyond it a login is refused with the reason; no password was wrong and nothing is locked.',
    range: 'a whole number from 0 to 10000',
    unit: 'sessions',
    zero: 'no limit',
    needsListenerRestart: false,
  }),
  'imap4.advanced.concurrentLoginsPerAddress': setting<number>({
    schema: z.int().min(0).max(10_000),
    default: 200,
    label: 'Concurrent logins from an IP address',
    help: 'Sessions that may come from one address at once. Behind the address of a router may be a whole office, so this is usually much higher than the limit for a user. An IPv6 network of 64 bits counts as one address.',
    range: 'a whole number from 0 to 10000',
    unit: 'sessions',
    zero: 'no limit',
    needsListenerRestart: false,
  }),
  'imap4.advanced.whenLimitReached': setting<LimitAction>({
    schema: z.enum(limitActions),
    default: 'refuse',
    label: 'When a limit is reached',
    help: "Refuse the new login, or close that user's session that has been idle for longest to make room. Closing suits clients that forget their connections; but clients that open too many then take them from each other.",
    range: 'refuse or closeIdlest',
    choices: [
      { value: 'refuse', label: 'Refuse the new login' },
      { value: 'closeIdlest', label: "Close that user's longest-idle session" },
    ],
    needsListenerRestart: false,
  }),
  'imap4.advanced.limitExemptAddresses': setting<readonly string[]>({
    schema: networkListSchema,
    default: [],
    label: 'Addresses exempt from the limits',
    help: 'Sessions from these addresses and networks are neither counted nor limited: a webmail host or a reverse proxy logs in for everybody.',
    range: 'up to 1000 addresses or networks with commas between, such as 10.0.0.5, 192.168.1.0/24, 2001:db8::/32',
    text: networkListText,
    needsListenerRestart: false,
  }),
} as const;
