import { z } from 'zod';
import { setting } from '../setting.ts';

/** What every user may store who has no quota of his own. */
export const quota = {
  'quota.octets': setting<number>({
    schema: z.int().min(0).max(10_000_000),
    default: 0,
    label: 'Mail storage per user',
    help: 'What the messages of one user may take up, unless he has a quota of his own. Messages that are there stay; new ones are refused (OVERQUOTA) when there is no room for them.',
    range: 'a whole number from 0 to 10000000',
    unit: 'MiB',
    zero: 'no limit',
    needsListenerRestart: false,
  }),
  'quota.messages': setting<number>({
    schema: z.int().min(0).max(100_000_000),
    default: 0,
    label: 'Messages per user',
    help: 'How many messages one user may have, unless the user has a quota. 0 sets none: an account then holds a million, which is more than offices have; a number above that allows more.',
    range: 'a whole number from 0 to 100000000',
    unit: 'messages',
    zero: 'not set',
    needsListenerRestart: false,
  }),
} as const;
