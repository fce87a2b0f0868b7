import type { RefusalReason, ServiceInfo, SessionInfo } from '../../core/admin/contract.ts';
import type { Encryption } from '../../core/settings/binding.ts';
import { count } from './format.ts';

/** The words of a service's state, on every page that shows it. */
export const serviceStates: Readonly<Record<ServiceInfo['state'], string>> = {
  running: 'Running',
  starting: 'Starting…',
  stopping: 'Stopping…',
  stopped: 'Stopped',
  problem: 'Problem',
};

const encryptions: Readonly<Record<Encryption, string>> = {
  starttls: 'None/STARTTLS',
  starttlsRequired: 'STARTTLS required',
  tls: 'TLS',
};

const sessionStates: Readonly<Record<SessionInfo['state'], string>> = {
  notAuthenticated: 'Not logged in',
  authenticated: 'Logged in',
  selected: 'In a mailbox',
  idling: 'Waiting for mail',
  logout: 'Leaving',
};

const reasons: Readonly<Record<RefusalReason, string>> = {
  userLimit: 'Too many logins of the user',
  addressLimit: 'Too many logins from the address',
  accessRule: 'Not allowed by the IP access restrictions',
  lockedOut: 'Locked out',
  wrongPassword: 'Wrong user name or password',
  disabled: 'The user is disabled',
  tooManyConnections: 'Too many connections that do not log in',
};

/** The words of the Status page. */
export const statusText = {
  service: {
    server: (version: string) => `Mailroom ${version}`,
    since: (state: string, passed: string) => `${state} for ${passed}`,
    up: (passed: string) => `The server has been up for ${passed}.`,
    exactly: (moment: string) => `Since ${moment}`,
    reading: 'Asking the server…',
    listeners: 'Listeners',
    columns: { address: 'Address', port: 'Port', encryption: 'Encryption', state: 'State' },
    allAddresses: 'All addresses',
    listens: 'Listening',
    listensElsewhere: (port: number) => `Listening on port ${port} instead`,
    closed: 'Not listening',
    empty: {
      imap4: 'Nobody can connect: there is no listener. Add one under Services, IMAP4 Server, General.',
      autoconfig:
        'Off: mail programs that ask for their settings get no answer. Switch it on under Services, Automatic settings for mail programs, Properties.',
    },
    encryptions,
  },
  logins: {
    group: 'Concurrent logins',
    users: 'Logins by user',
    addresses: 'Logins by address',
    columns: { user: 'User', address: 'Address', sessions: 'Logins', limit: 'Limit' },
    noLimit: 'No limit',
    noneUsers: 'Nobody is logged in. Users appear here as soon as their mail programs connect.',
    noneAddresses: 'No address has a login. Addresses appear here as soon as mail programs connect.',
    userPeak: (name: string, sessions: number) =>
      `The most of one user in the last 7 days: ${count(sessions, 'login')} (${name}).`,
    addressPeak: (name: string, sessions: number) =>
      `The most from one address in the last 7 days: ${count(sessions, 'login')} (${name}).`,
    noPeak: 'Nobody has logged in during the last 7 days.',
    full: (names: string) => `At the limit: ${names}. Further logins are dealt with as the Advanced tab says.`,
  },
  sessions: {
    group: 'Sessions',
    list: 'Live sessions',
    columns: {
      user: 'User',
      address: 'Address',
      client: 'Client',
      tls: 'TLS',
      state: 'State',
      mailbox: 'Mailbox',
      idle: 'Idle (min)',
      in: 'In (kB)',
      out: 'Out (kB)',
      command: 'Last command',
    },
    states: sessionStates,
    nobody: '(not logged in)',
    plain: 'None',
    filter: 'F&ind sessions',
    filterHelp: 'Part of a user, an address, a client, a mailbox or a state.',
    order: 'Show &first',
    orders: {
      user: 'Users by name',
      idle: 'Idle for longest',
      newest: 'Connected last',
      out: 'Most octets sent',
      in: 'Most octets received',
    },
    shown: (shown: number, found: number) =>
      `${shown} of ${count(found, 'session')} shown. Type in the filter to find others, or choose which come first.`,
    empty: 'Nobody is connected. Set up a mail program with the name of this computer to see its sessions here.',
    nothingFound: 'No session fits the filter. Change it or empty it to see all of them.',
    details: (user: string, connected: string, idle: string, received: string, sent: string) =>
      `${user}: connected ${connected}, idle for ${idle}, ${received} received, ${sent} sent.`,
    connected: (moment: string) => `Connected ${moment}`,
    disconnect: '&Disconnect…',
    confirm: {
      title: 'Disconnect session',
      text: (user: string, address: string) =>
        `Disconnect the session of ${user} from ${address}? The mail program will most likely connect again by itself; to keep a user out, disable him on the Users page.`,
      confirm: 'Disconnect',
    },
  },
  refusals: {
    group: 'Recent refusals',
    list: 'Recent refusals',
    columns: { at: 'When', user: 'User', address: 'Address', reason: 'Reason', text: 'Details' },
    reasons,
    unknown: '(unknown)',
    filter: 'Find &refusals',
    shown: (shown: number, found: number) =>
      `The newest ${shown} of ${found} shown. Type in the filter to find others.`,
    empty: 'Nobody has been refused since the server was started. There is nothing to do.',
    nothingFound: 'No refusal fits the filter. Change it or empty it to see all of them.',
    showSetting: 'Show the se&tting',
    selected: (when: string, text: string) => `${when}: ${text}`,
    client: (client: string) => `Client: ${client}.`,
    holders: 'Who held the logins at that moment',
    holderColumns: { user: 'User', address: 'Address', client: 'Client', since: 'Since' },
    noHolders: 'Nobody held a login.',
    decidedBy: (label: string) => `Decided by the setting "${label}".`,
  },
} as const;
