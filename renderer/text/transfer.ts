import type { Job, JobKind } from '../../core/admin/contract.ts';
import { count, octetsText } from './format.ts';

/** What every dialog about mail that comes or goes is called. */
const titles: Readonly<Record<JobKind, (user: string) => string>> = {
  import: (user) => `Import Mail for ${user}`,
  importFromServer: (user) => `Import from Another Server for ${user}`,
  export: (user) => `Export Mail of ${user}`,
};

/** The words for mail that comes and goes as a whole. */
export const transferText = {
  titles,
  begin: { import: 'Import', importFromServer: 'Import', export: 'Export' },
  mailboxesUnread: (reason: string) => `The mailboxes could not be listed: ${reason}`,
  newMailbox: 'A new mailbox…',
  newName: '&Name of the new mailbox',
  newNameHelp: 'It is made if it is missing. A / puts it below another: Archive/2019 is 2019 below Archive.',
} as const;

export const importText = {
  source: 'Wh&at to import',
  files: '&Files…',
  folder: 'F&older…',
  formats:
    'One path a line. Understood are mbox files (Thunderbird, Apple Mail, Google Takeout), Maildir folders, folders of Apple Mail, and .eml or .emlx files or a folder of them. Dates and flags come along where the files have them. Folders inside a folder are looked into when folders are kept.',
  formatsHelp:
    'A .pst file of Outlook is not understood. Choose “Import from another server…” for the server it came from, or add this server to Outlook as a second account and drag the folders over.',
  chosenFiles: 'From this computer',
  chosen: (files: number, octets: number) =>
    files === 0
      ? 'Choose files or a folder, or drop them here. They are sent to the server.'
      : `${count(files, 'file')}, ${octetsText(octets)}.`,
  notRead: 'What was dropped here could not be read. Choose it with Files or Folder instead.',
  tooMuch: (most: number) => `More than ${octetsText(most)} cannot be sent at once. Send it in parts.`,
  noRoom: (octets: number, free: number) =>
    `The server’s disk has no room for ${octetsText(octets)}: ${octetsText(free)} are free, and some of that is kept for mail. Make room there.`,
  givenUp: 'It was given up.',
  sendingLabel: 'Sending files',
  sending: (done: number, total: number) => `Sending the files: ${octetsText(done)} of ${octetsText(total)}.`,
  orPaths: 'Or by &path',
  inBrowser:
    'The server can read from its own disk: type whole paths as they are on its computer, such as D:\\Old mail\\Inbox.mbox or /home/karen/mail.mbox.',
  keepFolders: '&Keep folders: each into a mailbox called as it is',
  keepFoldersHelp:
    'Folders are looked into. What was exported with Everything comes back as it was; folders of Thunderbird, Apple Mail, Maildir and others keep their names, and mail of Google Takeout goes where its labels say.',
  mailbox: 'Into &mailbox',
  skipDuplicates: '&Leave out what is already there',
  skipDuplicatesHelp:
    'Messages that are in this mailbox to the last character are not imported again, so an import that was cut off can be run once more.',
  notChosen: (reason: string) => `The files could not be chosen: ${reason}. Type the path instead.`,
} as const;

export const serverImportText = {
  text: 'Brings all folders of one person’s mail from another mail server. Names of folders, dates and flags are kept, and nothing is changed there. It can be run again: what is here already is left out. The password is used for this import and kept nowhere.',
  elsewhere:
    'From another computer only servers on the internet are asked, on ports 143 and 993. For one in the server’s own network, do this on the computer that Mailroom runs on.',
  host: '&Server',
  hostHelp: 'The name that his mail program has as incoming mail server (IMAP), such as imap.example.org.',
  tls: '&Encryption',
  choices: { tls: 'TLS (usual)', starttls: 'STARTTLS', none: 'None' },
  none: 'Without encryption everybody on the way can read the password and the mail. Choose it for a server in your own network only.',
  fingerprint: '&Certificate to trust (optional)',
  fingerprintHelp:
    'Empty: certificates that this computer trusts. When an import fails because of its certificate, the reason names its SHA-256 fingerprint. Ask who runs that server whether it is the right one, then paste it here. It is trusted for this import only.',
  port: '&Port',
  userName: '&User name there',
  password: 'Pass&word there',
  passwordHelp: 'Gmail, Yahoo and iCloud want an app password, which is made on their web pages.',
  under: 'P&ut below mailbox (optional)',
  underHelp:
    'Empty: folders come beside those that are here, INBOX into INBOX, Sent into Sent. With a name, such as Old server, all of them are put below it.',
} as const;

export const exportText = {
  what: '&Mailbox',
  everything: 'Everything',
  format: 'Format',
  formats: {
    mbox: 'mbox: one file for each mailbox. For Thunderbird, Apple Mail and most other programs.',
    maildir: 'Maildir: a folder with a file for each message. For other mail servers such as Dovecot.',
    eml: '.eml: a file for each message that opens with a double click. For handing on single messages.',
  },
  path: '&To',
  choose: '&Choose…',
  toFile: 'The file must not be there yet; nothing is overwritten.',
  toFolder: 'A folder that is not there yet, or is empty; nothing is overwritten.',
  pathOptional: '&To (optional)',
  toBrowser:
    'When it is done, Save file gives it to your browser: one mailbox in mbox format as it is, anything else as one archive (.tar), which every system unpacks.',
  inBrowser:
    'The server can write to its own disk as well: type a whole path as it is on its computer, such as D:\\Mail of karen or /home/karen/mail.',
  notChosen: (reason: string) => `No place could be chosen: ${reason}. Type the path instead.`,
  suggested: {
    everything: (user: string) => `Mail of ${user}`,
    mailbox: (user: string, mailbox: string) => `${user} ${mailbox}`,
  },
} as const;

export const jobText = {
  group: 'Mail jobs',
  list: 'Mail jobs',
  empty: 'No mail is being imported or exported. Select a user and choose Mail.',
  columns: { user: 'User', what: 'What', state: 'State', progress: 'Messages', started: 'Started' },
  kinds: { import: 'Import', importFromServer: 'Import from another server', export: 'Export' },
  states: { running: 'Running', done: 'Done', failed: 'Failed', cancelled: 'Cancelled' },
  running: (percent: number) => `Running, ${percent} %`,
  doneWithout: 'Done, some left out',
  details: 'Deta&ils…',
  cancelJob: 'Cancel &job',
  cancel: { import: 'Cancel import', importFromServer: 'Cancel import', export: 'Cancel export' },
  cancelling: 'Cancelling…',
  background: 'Go on in the background',
  backgroundHint: 'It goes on in the server when this window is closed; the Users page lists it under Mail jobs.',
  close: 'Close',
  reading: 'Asking the server how far it is…',
  starting: 'Looking at what there is to do…',
  lost: 'The server was restarted, which ends every job. What was done by then is kept; start it again for the rest.',
  /** Of a file it is not known how many messages are in it. */
  ofFile: (messages: number, octets: number, percent: number) =>
    `${count(messages, 'message')}, ${octetsText(octets)} (${percent} % of the files read)`,
  ofMessages: (done: number, total: number, octets: number) =>
    `${done.toLocaleString('en')} of ${count(total, 'message')}, ${octetsText(octets)}`,
  transferred: {
    import: (messages: number, octets: number) => `${count(messages, 'message')} imported, ${octetsText(octets)}.`,
    importFromServer: (messages: number, octets: number) =>
      `${count(messages, 'message')} imported, ${octetsText(octets)}.`,
    export: (messages: number, octets: number) => `${count(messages, 'message')} exported, ${octetsText(octets)}.`,
  },
  duplicates: (messages: number) => `${count(messages, 'message')} left out as already there.`,
  leftOut: (number: number) => (number === 0 ? 'Nothing was skipped.' : `${number.toLocaleString('en')} skipped:`),
  lineEnds: (messages: number) => `In ${count(messages, 'message')} line ends were corrected, as mail needs them.`,
  waits: (name: string, octets: number) =>
    `${name} (${octetsText(octets)}) waits on the server until it is saved from a browser, for a day at most.`,
  save: '&Save file',
  took: (length: string) => `It took ${length}.`,
  cancelled: {
    import: 'It was cancelled. What came by then stays; run it again for the rest, leaving out what is already there.',
    importFromServer: 'It was cancelled. What came by then stays; run it again for the rest.',
    export:
      'It was cancelled. Mailboxes that were finished stay in the folder; the one under way left nothing behind. To run it again, name another place or remove them.',
  },
  failed: (reason: string) => `It failed. ${/[.!?]$/.test(reason) ? reason : `${reason}.`}`,
  skipped: 'Skipped',
  skippedColumns: { what: 'What', why: 'Why' },
  nothingSkipped: 'Nothing was skipped.',
  several: (what: string, messages: number) => `${what} (${count(messages, 'message')})`,
  firstOnly: (shown: number, all: number) =>
    `The list has the first ${shown.toLocaleString('en')} of ${all.toLocaleString('en')}.`,
  copy: 'C&opy list',
  copied: (lines: number) => `${count(lines, 'line')} copied.`,
  notCopied:
    'The list could not be copied: the clipboard does not let itself be written to. Select the lines and copy them by hand.',
} as const satisfies Record<string, unknown> & { states: Record<Job['state'], string> };
