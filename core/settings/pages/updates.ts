import { z } from 'zod';
import { setting } from '../setting.ts';
import { isUpdateFeed } from '../update-feed.ts';

/** Where the desktop app looks for newer versions of itself. */
export const updates = {
  'updates.feed': setting<string>({
    schema: z.string().refine((text) => text === '' || isUpdateFeed(text)),
    default: '',
    label: 'Look for updates at',
    help: 'The desktop app asks this address for newer versions, downloads them and installs them when you say so or quit. Left empty, it asks nobody. Give only an address of whom you trust: what comes from there is run.',
    range: 'an https address such as https://example.org/mailroom, or empty',
    needsListenerRestart: false,
    localOnly: true, // what comes from there is run
  }),
} as const;
