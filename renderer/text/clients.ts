/** The words of "help for clients": what people type into their mail programs, and how programs find it by themselves. */
export const clientsText = {
  title: 'Mail Programs',
  tabs: { setUp: '&Set-up', automatic: 'A&utomatic settings', dns: '&DNS records' },
  dialogTitle: (user: string) => `Set Up Mail Programs of ${user}`,
  close: 'Close',
  reading: 'Asking the server…',
} as const;

/** What is typed, program by program. */
export const setUpText = {
  user: '&User',
  userHelp: 'The values below are for this user. His password is the one he was given; nobody can look it up.',
  noUsers: 'There are no users yet. Add them on the Users page; then their values are shown here.',
  programs: 'Mail program',
  values: (program: string) => `What to type into ${program}`,
  copy: 'Copy',
  copyOf: (what: string) => `Copy ${what}`,
  copied: (what: string) => `Copied: ${what}.`,
  notCopied: 'The clipboard does not let itself be written to here. Select the value and copy it with Ctrl+C.',
  password: 'Password',
  outgoing: 'Outgoing mail (SMTP)',
  outgoingServer: 'Outgoing server',
  outgoingPort: 'Outgoing port',
  outgoingEncryption: 'Outgoing encryption',
  noOutgoing:
    'Mailroom keeps mail and does not send it. For outgoing mail type the SMTP server of your provider; named under Services, Automatic settings for mail programs, it is shown here.',
  outgoingNames: { tls: 'SSL/TLS', starttls: 'STARTTLS' },
  notRunning:
    'The mail service cannot be reached at any port, so there is nothing to type yet. Start it on the Services page.',
  noHost:
    'This computer has no name that others could know. Give it one in the field "Server name for clients": without it there is nothing to type.',
  local: (host: string, addresses: readonly string[]) =>
    `${host} is known inside your own network only. Where a phone does not find it, type this computer’s IP address instead${addresses.length === 0 ? '' : `: ${addresses.join(' or ')}`}.`,
  qr: 'QR code',
  qrContent: 'QR &code for',
  qrLabel: (what: string) => `QR code: ${what}`,
} as const;

/** The programs, with the words of their own fields and the way to their forms. */
export const programsText = {
  outlook: {
    name: 'Outlook',
    server: 'Server',
    port: 'Port',
    encryption: 'Encryption method',
    authentication: 'Authentication',
    userName: 'User name',
    way: 'File, Add Account; type the mail address, tick "Let me set up my account manually" under Advanced options, choose IMAP.',
    remark:
      'Where Outlook does not ask for the user name it takes the mail address, which is taken here too if the mail domain is right. Windows’ Control Panel, Mail, Email Accounts, New, Manual setup does ask.',
    selfSigned:
      'With Mailroom’s own certificate Outlook says that the server’s certificate cannot be verified. Answer Yes; it asks again at every start until it is one that Windows trusts: of your own authority (Services, IMAP4 Server, Encryption), or imported.',
  },
  thunderbird: {
    name: 'Thunderbird',
    server: 'Hostname',
    port: 'Port',
    encryption: 'Connection security',
    authentication: 'Authentication method',
    userName: 'Username',
    way: 'New Account, Email; type name and mail address and choose Continue. Where nothing is found the form for these values comes; the password is asked for after it.',
    remark:
      'Shared folders and public ones show as soon as they are granted; leave the Subscribe dialog alone. OfflineIMAP copies them too, unless its configuration says: folderfilter = lambda name: not name.startswith("#")',
    selfSigned:
      'With Mailroom’s own self-signed certificate Thunderbird finds no server at port 993, and the set-up cannot be continued. At port 143 with STARTTLS it shows Add Security Exception after the password: compare the fingerprint, then choose Confirm Security Exception. With the certificate of your own authority, or an imported one, 993 works: Services, IMAP4 Server, Encryption.',
  },
  iphone: {
    name: 'iPhone',
    server: 'Host Name',
    port: 'Server Port',
    encryption: 'Encryption',
    authentication: 'Authentication',
    userName: 'User Name',
    way: 'Settings, Apps, Mail, Mail Accounts, Add Account, Other, Add Mail Account; choose IMAP. The port is asked for afterwards, in the account’s Advanced settings.',
    remark: undefined,
    selfSigned:
      'With Mailroom’s own certificate the iPhone says "Cannot Verify Server Identity". Choose Details, compare the fingerprint, then Trust. It asks no more once the profile of your own authority is installed.',
  },
  android: {
    name: 'Android',
    server: 'Server',
    port: 'Port',
    encryption: 'Security type',
    authentication: 'Authentication',
    userName: 'Username',
    way: 'In Gmail: Settings, Add account, Other; type the mail address, choose Personal (IMAP). Other mail apps ask for the same values.',
    remark: undefined,
    selfSigned:
      'With Mailroom’s own certificate Gmail and some other apps warn or refuse. Where that happens use a certificate of your own authority and install its root, or import one that phones trust.',
  },
} as const;

/** What a QR code may hold, and what a phone does with it. */
export const qrText = {
  thunderbird: {
    choice: 'Thunderbird for Android: the whole account',
    use: 'In Thunderbird on the phone choose to import settings from a QR code and scan this: the account is set up, only the password is asked for.',
  },
  text: {
    choice: 'Any phone: the values as text',
    use: 'Scan it with the camera to have the values on the phone and copy them there. No phone sets up its mail by itself from it.',
  },
  address: {
    choice: 'Mail apps that read imaps:// addresses',
    use: 'Few apps understand this address; an iPhone does nothing with it. Take the values as text where nothing happens.',
  },
  textLines: { server: 'IMAP server', port: 'Port', encryption: 'Security', userName: 'User name' },
} as const;

/** The tab "Automatic settings". */
export const automaticText = {
  told: 'What mail programs are told',
  outgoing: 'Outgoing mail',
  answering: 'Answering Thunderbird and Outlook',
  inUse: (host: string | undefined, domain: string | undefined) =>
    `In use now: server ${host ?? '(none)'}, mail domain ${domain ?? '(none)'}.`,
  checklist: (program: string) => `${program} finds its settings when`,
  off: 'It is switched off: people type the values by hand, as the tab Set-up shows them. Everything below is needed only for programs that ask by themselves.',
  signs: { done: 'Done', missing: 'Missing', unknown: 'To be looked at' },
  items: {
    enabled: { done: 'it is switched on.', missing: 'it is switched on. It is off.', mend: 'Switch it on' },
    host: {
      done: (host: string) => `the server has a name: ${host}.`,
      missing: 'the server has a name that others know. It has none.',
      mend: 'Enter the server name',
    },
    domain: {
      done: (domain: string) => `the mail domain is known: ${domain}.`,
      missing: 'the mail domain is known. Neither the setting nor the server’s name says.',
      mend: 'Enter the mail domain',
    },
    wholeName: {
      missing: (host: string) =>
        `the server’s name is in the DNS. ${host} is known in your own network only, so there is nothing the records could lead to.`,
      mend: 'Enter the server name',
    },
    outgoing: {
      done: (host: string) => `the outgoing server is named: ${host}.`,
      missing: 'the outgoing server is named. Without one Thunderbird refuses the settings.',
      mend: 'Enter the outgoing server',
    },
    port: {
      done: 'it is answered on port 80.',
      missing: (port: number) =>
        `it is answered on port 80. It is ${port} now, which is right only behind a web server or router that passes requests on.`,
      mend: 'Use port 80',
    },
    tlsPort: {
      done: 'it is answered over TLS on port 443.',
      off: 'it is answered over TLS on port 443. There is no TLS port now.',
      missing: (port: number) =>
        `it is answered over TLS on port 443. It is ${port} now, which is right only behind a web server or router that passes requests on.`,
      mend: 'Use port 443',
    },
    certificate: {
      done: 'the certificate is not self-signed.',
      missing: 'the certificate is one that Windows trusts. It is self-signed, and Outlook refuses it.',
      mend: 'Import a certificate…',
    },
    certificateName: {
      done: (name: string) => `the certificate is for ${name} too.`,
      missing: (name: string) => `the certificate is for ${name} too. It is not.`,
      mend: 'Import a certificate…',
    },
    record: {
      text: (record: string) => `the DNS has this record (Mailroom does not look): ${record}`,
      mend: 'Copy the record',
    },
  },
  imported: 'The certificate was imported and is used for new connections.',
  answers: (port: number, tls: boolean) => `Mail programs are answered on port ${port}${tls ? ' over TLS' : ''}.`,
} as const;

/** The tab "DNS records". */
export const dnsText = {
  asApplied: 'Made of the settings that are applied.',
  automatic: 'Names that mail programs ask for automatic settings',
  automaticHelp:
    'Thunderbird asks autoconfig, Outlook autodiscover. Both names must lead to this computer, from wherever people set up their programs.',
  srv: 'Services of the mail domain (RFC 6186)',
  srvHelp: 'Apple Mail and some others look for the mail server of a domain in these records.',
  list: 'DNS records',
  copyAll: 'Copy all',
  copied: 'The records were copied.',
  paste: (domain: string) =>
    `Give them to whoever looks after the DNS of ${domain}; in a zone file they are pasted as they are.`,
  missing: {
    host: 'There are none: this computer has no name that others could know. Enter "Server name for clients" under Automatic settings, such as mail.example.org, and choose Apply.',
    local: (host: string) =>
      `There are none: ${host} is known in your own network only. Enter the whole name of the server under Automatic settings, such as mail.example.org, and choose Apply.`,
    domain: 'There are none: the mail domain is not known. Enter it under Automatic settings and choose Apply.',
    running: 'There are none while the mail service cannot be reached at any port. Start it on the Services page.',
  },
} as const;
