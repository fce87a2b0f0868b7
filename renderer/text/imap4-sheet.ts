import type { AccessRule } from '../../core/settings/access-rule.ts';
import type { Encryption } from '../../core/settings/binding.ts';

/** The words of the IMAP4 Server sheet. Labels and help of the settings come from the schema. */
export const imap4Text = {
  title: 'IMAP4 Server',
  tabs: { general: '&General', encryption: '&Encryption', access: '&IP Access Restrictions', advanced: 'Ad&vanced' },
  loading: 'Reading the settings…',
  tryAgain: 'Try again',
  /** What stands in the way of OK and Apply. */
  wrong: (labels: readonly string[]) => `Cannot be applied yet. Look at: ${labels.join(', ')}.`,
  undecided: (labels: readonly string[]) =>
    `Changed elsewhere meanwhile: ${labels.join(', ')}. Choose which value is to hold.`,
  restart: 'Applying this starts the listeners concerned anew; sessions on listeners that stay as they are go on.',
  elsewhere: {
    text: (label: string, value: string) => `"${label}" was changed elsewhere meanwhile. It is now: ${value}.`,
    theirs: 'Take that value',
    mine: 'Keep mine',
  },
  must: 'Must',
} as const;

/** The General tab. */
export const generalText = {
  service: 'Service',
  authentication: 'Authentication',
  sessions: 'Sessions',
  bindings: {
    list: 'Listeners',
    empty: 'The service listens nowhere, so nobody can connect. Choose Add to give it an address and a port.',
    columns: { line: 'Line', address: 'Address', port: 'Port', encryption: 'Encryption' },
    add: 'Add &listener',
    remove: '&Remove listener',
    selected: 'Selected listener',
    choose: 'Choose a listener in the list to change it.',
    address: 'Addre&ss',
    addressHelp: 'An address of this machine, or * for all of them.',
    addressWrong: 'Must be an address of this machine, such as 192.168.1.2 or ::1, or * for all of them',
    port: '&Port',
    portHelp: '143 is usual for STARTTLS, 993 for TLS.',
    portWrong: 'Must be a whole number from 1 to 65535',
    encryption: 'Encr&yption',
    encryptionHelp:
      'None/STARTTLS: begins readable, clients may switch TLS on. STARTTLS required: clients can do nothing before they have. TLS: encrypted from the first octet.',
    line: (line: number, problem: string) => `Line ${line}: ${problem}`,
  },
} as const;

export const encryptionNames: Readonly<Record<Encryption, string>> = {
  starttls: 'None/STARTTLS',
  starttlsRequired: 'STARTTLS required',
  tls: 'TLS',
};

/** The Encryption tab. */
export const encryptionText = {
  certificate: 'Certificate',
  loading: 'Reading the certificate…',
  facts: {
    subject: 'Issued to',
    issuer: 'Issued by',
    names: 'Names and addresses',
    validFrom: 'Valid from',
    validTo: 'Valid to',
    fingerprint: 'SHA-256 fingerprint',
  },
  selfSigned:
    'The server made this certificate itself. Clients ask once whether to trust it; compare the fingerprint there with this one.',
  atOnce: 'Import and renewal take effect at once, for new connections; they are not part of Apply and Cancel.',
  import: 'I&mport…',
  renew: 'Re&new self-signed…',
  imported: 'The certificate was imported and is used for new connections.',
  renewed: 'A new self-signed certificate was made and is used for new connections.',
  dialog: {
    title: 'Import Certificate',
    text: 'Choose the files your certificate authority gave you. On any error the present certificate stays.',
    certificate: 'Certificate file',
    certificateHelp: 'PEM, the whole chain, the server’s own certificate first (fullchain.pem, .crt).',
    key: 'Key file',
    keyHelp: 'PEM, the private key of that certificate (privkey.pem, .key).',
    passphrase: 'Passphrase',
    passphraseHelp: 'Only if the key file is encrypted.',
    confirm: 'Import',
    cancel: 'Cancel',
    tooLarge: 'This is no certificate or key: the file is too large. Choose a PEM file.',
    unreadable: 'The file cannot be read. Choose it again.',
  },
  authority: {
    group: 'Authority of your office',
    hint: 'Mailroom can be a certificate authority for your office alone. Computers and phones on which its root certificate is installed trust this server without a question, on port 993 too, and go on to when its certificate is renewed, which happens by itself.',
    name: 'Authority',
    permitted: 'Believed for',
    issue: 'Use a certificate of your o&wn authority…',
    issued: 'The certificate was issued by your own authority and is used for new connections.',
    saveCertificate: 'Save the &root certificate…',
    saveProfile: 'Save it for iP&hone and Mac…',
    install:
      'Windows: double click the file, Install Certificate, Local Machine, Trusted Root Certification Authorities; Outlook and Thunderbird (with its setting security.enterprise_roots.enabled, on by default in Windows and macOS) believe it then. In Thunderbird itself: Settings, Privacy & Security, Manage Certificates, Authorities, Import. iPhone: open the file, install the profile in Settings, then switch it on under General, About, Certificate Trust Settings. Mac: open it, install it under System Settings, Profiles. Android: Settings, Security, Encryption & credentials, Install a certificate, CA certificate; some apps do not take it.',
    confirm: {
      title: 'Use Your Own Authority',
      text: 'A certificate that your office’s own authority issues takes the place of the present one, also of an imported one. Where its root is not installed, mail programs ask again whether to trust the server.',
      confirm: 'Use it',
    },
  },
  confirmRenew: {
    title: 'Renew Self-Signed Certificate',
    text: 'A new certificate takes the place of the present one, also of an imported one. Clients will ask again whether to trust the server.',
    confirm: 'Renew',
  },
} as const;

/** The IP Access Restrictions tab. */
export const accessText = {
  rules: 'Restrictions',
  list: 'Lines, the first that fits decides',
  empty: 'Everybody may connect. Choose Add, or Default for your LAN to let only your own networks in.',
  columns: {
    line: 'Line',
    restrict: 'Restrict',
    type: 'Type',
    address: 'Address',
    prefix: 'Prefix',
    users: 'Users',
  },
  /** Of the selected line. */
  fields: { restrict: 'Restri&ct', type: 'T&ype', address: 'Addre&ss', prefix: 'Prefi&x', users: '&Users' },
  everyone: '(everyone)',
  nobody:
    'No line allows anybody, and what no line allows is refused: with these lines nobody can connect. Add a line that allows the others, such as Allow, Local Networks.',
  add: 'A&dd',
  remove: '&Remove',
  up: 'Move u&p',
  down: 'Move do&wn',
  lan: 'Default for your &LAN',
  import: 'I&mport…',
  selected: 'Selected line',
  choose: 'Choose a line in the list to change it.',
  addressHelp: 'The network’s address, such as 192.168.17.0 or 2001:db8::.',
  addressWrong: {
    ipv4: 'Must be an IPv4 address such as 192.168.17.0',
    ipv6: 'Must be an IPv6 address such as 2001:db8::',
  },
  prefixHelp: 'How many bits of the address count: 24 is like the netmask 255.255.255.0.',
  prefixWrong: (max: number) => `Must be a whole number from 0 to ${max}`,
  usersHelp:
    'User names with spaces or commas between. Empty: everyone. A line with users is looked at when one of them logs in.',
  usersWrong: 'Must be user names of at most 254 characters with spaces or commas between',
  line: (line: number, problem: string) => `Line ${line}: ${problem}`,
  test: {
    title: 'Test',
    address: 'Address t&o test',
    user: 'User to test (may &be empty)',
    help: 'Which of the lines above would decide. They need not have been applied.',
    run: '&Test',
    invalid: 'Put the lines in order first: they cannot be tested as they are.',
    verdict: (allowed: boolean, text: string) => `${allowed ? 'Allowed' : 'Refused'}. ${text}.`,
  },
  dialog: {
    title: 'Import IP Access Restrictions',
    text: 'One restriction a line: ! denies, then an address, a netmask and users, such as !192.168.17.0 255.255.255.0 karen. # begins a comment. Nothing is changed before Apply.',
    file: 'File',
    lines: 'Lines',
    replace: 'Replace all',
    append: 'Add below',
    cancel: 'Cancel',
    tooLarge: 'The file is too large to be a list of restrictions. Choose another.',
    unreadable: 'The file cannot be read. Choose it again.',
  },
} as const;

export const restrictNames: Readonly<Record<AccessRule['restrict'], string>> = { allow: 'Allow', deny: 'Deny' };

/** VPOP3's words. */
export const ruleTypeNames: Readonly<Record<AccessRule['type'], string>> = {
  any: 'Any',
  local: 'Local Networks',
  ipv4: 'IPv4',
  ipv6: 'IPv6',
};

/** The Advanced tab. */
export const advancedText = {
  options: 'IMAP4 options',
  more: 'More about limits and idling',
  use: {
    now: (sessions: number, name: string | undefined) =>
      name === undefined ? 'At this moment nobody is logged in.' : `At this moment the most is ${sessions} (${name}).`,
    peak: (sessions: number, name: string, at: string) =>
      `The most in the last 7 days was ${sessions} (${name}, ${at}).`,
    noPeak: 'Nobody was logged in in the last 7 days.',
    above: (peak: number, limit: number) =>
      `With a limit of ${limit}, logins like those of that hour (${peak}) would be refused.`,
    userChart: 'Most logins of one user, by hour',
    addressChart: 'Most logins from one address, by hour',
  },
} as const;
