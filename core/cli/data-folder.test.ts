import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultDataFolder } from './data-folder.ts';

describe('the data folder when nobody names one', () => {
  const home = '/home/karen';

  it.each([
    ['linux', {}, join(home, '.local/share/mailroom')],
    ['linux', { XDG_DATA_HOME: '/srv/data' }, join('/srv/data/mailroom')],
    ['darwin', {}, join(home, 'Library/Application Support/Mailroom')],
    ['win32', { LOCALAPPDATA: 'C:\\Local' }, join('C:\\Local', 'Mailroom')],
    ['win32', {}, join(home, 'AppData/Local/Mailroom')],
    ['darwin', { MAILROOM_DATA: '/srv/mail' }, '/srv/mail'],
  ] as const)('is on %s with %o at %s', (platform, env, folder) => {
    expect(defaultDataFolder({ platform, env, home })).toBe(folder);
  });
});
