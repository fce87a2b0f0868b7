import type { DataInfo } from '../../core/admin/contract.ts';
import { octetsText } from './format.ts';

/** The words of the General page. */
export const generalPageText = {
  server: 'This server',
  loading: 'Asking the server…',
  version: 'Version',
  dataFolder: 'Data folder',
  dataSize: 'Size',
  dataSizeHelp: 'All mail, indexes, settings and logs together. It is counted once a minute at most.',
  counting: 'Counting…',
  size: ({ octets, isComplete, freeOctets }: DataInfo) =>
    `${isComplete ? '' : 'more than '}${octetsText(octets)}${freeOctets === undefined ? '' : ` (${octetsText(freeOctets)} free)`}`,
  openFolder: 'Open data folder',
  openLogs: 'Open log folder',
  folderNotOpened: 'The folder could not be opened. Open it in the file manager by its path.',
  inBrowser: 'Folders can be opened from the desktop app; a browser may not.',
  start: 'Start',
  starts: 'Start with the computer',
  startsHelp:
    'The mail server starts when you log in to this computer, and waits in the tray. To have it start before anybody logs in, an administrator runs "mailroom autostart set boot".',
  startsNotInBrowser:
    'Starting with the computer is set in the desktop app, or with "mailroom autostart set boot" for a server that starts before anybody logs in.',
  startsFailed: 'The system did not take the change. Look into its own list of programs that start with it.',
  administrator: 'Administrator password',
  isSet: 'There is an administrator password.',
  isNotSet: 'There is no administrator password, so the server can be administered from this computer only.',
  logOut: 'Log out',
  setPassword: 'Set administrator password…',
  passwordTitle: 'Set Administrator Password',
  oldPassword: 'P&resent password',
  passwordHelp: 'For administering from other computers. Whoever is logged in with the old one is logged out.',
  administration: 'Administration',
  quota: 'What every user may store',
  about: 'About',
  aboutText: 'Mailroom is a mail server that a small office runs on an ordinary PC.',
  licence: 'Licence: MIT. You may use, change and pass it on; it comes without warranty.',
} as const;
