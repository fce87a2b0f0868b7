/** All words of the app outside its window: tray, notifications, dialogs. The window's are in renderer/text. */

export const trayText = {
  name: 'Mailroom',
  open: 'Open Settings…',
  start: 'Start',
  stop: 'Stop',
  restart: 'Restart',
  quit: 'Quit',
  users(count: number): string {
    if (count === 0) return 'No users connected';
    return count === 1 ? '1 user connected' : `${count} users connected`;
  },
} as const;

/** What the server does, in the tray. */
export const stateText = {
  running: 'Running',
  stopped: 'Stopped',
  starting: 'Starting…',
  stopping: 'Stopping…',
  doesNotRun: 'The server does not run',
  serviceDoesNotRun: (name: string) => `${name} does not run`,
  startedAnew: (reason: string) => `${reason} It is being started anew.`.trim(),
} as const;

export const noticeText = {
  engine: 'The mail server does not run',
  service: (name: string) => `${name} has a problem`,
  certificate: 'The certificate is about to end',
  disk: {
    title: 'The disk is nearly full',
    body: (mebibytes: number) => `${mebibytes} MB are left for mail. Make room, or mail cannot be stored.`,
  },
  quota: {
    title: (user: string) => `The mail of ${user} needs room`,
    body(percent: number): string {
      const used = percent >= 100 ? 'No more mail can be stored.' : `${percent} % are used.`;
      return `${used} Give more room under Users, Quota, or ask for old mail to be deleted.`;
    },
  },
  lockOut: {
    title: 'An account was locked',
    /** @param others how many more were locked with the first */
    body(user: string | undefined, address: string, reason: string, others: number): string {
      const who = user === undefined ? `Everybody at ${address}` : `${user} at ${address}`;
      const more = others === 0 ? '' : others === 1 ? ' So is 1 other.' : ` So are ${others} others.`;
      return `${who} is locked out: ${reason}.${more} Security has a button to unlock.`;
    },
  },
  update: {
    title: (version: string) => `Mailroom ${version} is ready`,
    body: 'It is installed when Mailroom quits. The page General has a button to do it at once.',
  },
} as const;

export const dialogText = {
  importMail: 'Import mail',
  exportMail: 'Export mail',
  noWindow: (reason: string) => `The window cannot be shown: ${reason}`,
  noFolder: (reason: string) => `The folder cannot be shown: ${reason}`,
} as const;

/** Why there is no update, for whoever set the address. */
export const updateText = {
  failed: (reason: string) => `The update failed: ${reason}`,
  nothingToInstall: 'There is no update to install. Look for one first.',
  notInstalled:
    'This Mailroom cannot update itself: it was not installed by its installer. Get the new version the way you got this one.',
  checksum:
    'What was downloaded is not what was announced, so it is not installed. Look again later; if it stays so, tell whoever keeps the update address.',
  signature:
    'What was downloaded is not signed by the maker of this Mailroom, so it is not installed. Tell whoever keeps the update address.',
  certificate:
    'The update address has a certificate that is not trusted. Check that the address is right, and the date of this computer.',
  noList: 'There is no list of versions at the update address. Check that the address is right.',
  httpError: 'The update address answers with an error. Look again later.',
  badList: 'What the update address answers is no list of versions. Check the address.',
  diskFull: 'The disk is full. Make room, then look again.',
  unreachable: 'The update address cannot be reached. Check the address and the connection to the internet.',
} as const;
