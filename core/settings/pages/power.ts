import { z } from 'zod';
import { setting } from '../setting.ts';

/** What the desktop app asks of the computer's power. */
export const power = {
  'power.keepAwake': setting<boolean>({
    schema: z.boolean(),
    default: true,
    label: 'Keep the computer awake while mail is served',
    help: 'A computer that sleeps takes no mail and answers no phone. The screen may be turned off as it is set. The desktop app sees to it while it runs; whoever closes a notebook’s lid sends it to sleep all the same.',
    range: 'on or off',
    needsListenerRestart: false,
  }),
} as const;
