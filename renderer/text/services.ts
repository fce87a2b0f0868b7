import type { ServiceId } from '../../core/admin/contract.ts';
import { count } from './format.ts';

/** The words of the Services page. */
export const servicesText = {
  group: 'Services',
  list: 'Services',
  columns: { name: 'Service', state: 'State', since: 'Since', listeners: 'Listeners' },
  reading: 'Asking the server…',
  empty: 'The server has no services. Look at the log for what went wrong when it started.',
  start: 'S&tart',
  stop: 'St&op…',
  restart: '&Restart…',
  properties: '&Properties…',
  hint: 'Double click a service to change its settings.',
  listensAt: (address: string, port: number) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`),
  nowhere: 'none',
  confirmStop: {
    title: 'Stop the service',
    text: (name: string, id: ServiceId) =>
      `Stop ${name}? ${
        id === 'imap4'
          ? 'All its sessions are ended, and nobody can reach his mail until it is started again.'
          : 'Mail programs that ask for their settings get no answer until it is started again.'
      }`,
    confirm: 'Stop',
  },
  confirmRestart: {
    title: 'Restart the service',
    text: (name: string, id: ServiceId) =>
      `Restart ${name}?${id === 'imap4' ? ' All its sessions are ended; mail programs connect again by themselves.' : ''}`,
    confirm: 'Restart',
  },
} as const;

/** The words of the Security page. */
export const securityText = {
  lockOuts: 'Locked out at this moment',
  list: 'Lock-outs',
  columns: { who: 'Who', address: 'From', reason: 'Why', since: 'Since', until: 'Until' },
  everybody: 'Everybody',
  reading: 'Asking the server…',
  empty:
    'Nobody is locked out. Whoever gives too many wrong passwords appears here and can be unlocked; the rules are below.',
  unlock: 'Unl&ock…',
  confirm: {
    title: 'Unlock',
    pair: (user: string, address: string) => `Let ${user} log in from ${address} again?`,
    address: (address: string) => `Let everybody log in from ${address} again?`,
    confirm: 'Unlock',
  },
  rules: 'Rules that lock',
} as const;

/** The words of the Logs page. */
export const logsText = {
  group: 'Log',
  list: 'Log lines, the newest first',
  columns: { at: 'Time', level: 'Level', message: 'Message', fields: 'Details' },
  levels: { debug: 'Debug', info: 'Information', warn: 'Warning', error: 'Error' },
  level: 'Sho&w',
  levelChoices: {
    debug: 'Everything',
    info: 'Information and above',
    warn: 'Warnings and errors',
    error: 'Errors only',
  },
  find: 'Fi&nd',
  findHelp: 'Lines with this text in the message or the details, in whatever case.',
  pause: '&Pause',
  goOn: 'C&ontinue',
  copy: 'Cop&y',
  copied: (lines: number) => `${count(lines, 'line')} copied.`,
  notCopied:
    'The lines could not be copied: the clipboard does not let itself be written to. Select and copy them by hand.',
  clear: 'Clea&r view',
  folder: 'Open the &folder',
  notOpened: (why: string) => `The folder could not be opened: ${why}`,
  paused: 'Paused: new lines are not shown until you continue.',
  newest: (lines: number) =>
    `The newest ${count(lines, 'line')} are shown. Older ones are in the files of the log folder.`,
  empty: 'No line fits. Lines appear as they are written; choose "Everything" or empty the text to see more.',
} as const;
