/** The words of the welcome at the first start. */
export const welcomeText = {
  title: 'Welcome to Mailroom',
  /** The heading of each page. */
  steps: ['Who are you?', 'Ports and certificate', 'Set up your mail programs'],
  step: (number: number, of: number, title: string) => `Step ${number} of ${of}: ${title}`,
  back: '&Back',
  next: '&Next',
  finish: '&Finish',
  later: 'La&ter',
  cancel: 'Cancel',
} as const;

export const firstUserText = {
  intro:
    'The first start made one user with a mailbox: you. Choose the name and the password that you will type into your mail program.',
  name: 'User na&me',
  nameHelp: 'Short and easy to type on a phone, such as karen; or your mail address.',
  password: 'Which password',
  choices: {
    new: 'Choose a password',
    printed: 'Keep the password that was printed in the terminal at the first start',
    set: 'Keep the password that you have just set',
  },
  printed: 'It stands in the terminal in which the server was started. It cannot be shown again.',
  sameAsName: 'The password must not be the user name: it is the first thing a stranger tries.',
  laterInApp:
    'Until a password is set here nobody can log in. Later asks again when the window is opened next; a password can also be set on the Users page at any time.',
  laterInBrowser:
    'Later asks again when the window is opened next. Name and password can also be changed on the Users page at any time.',
} as const;

export const portsText = {
  intro: 'Mail programs reach this computer by its name and a port. As a rule nothing has to be changed here.',
  ports: 'Ports',
  encryption: {
    tls: 'TLS',
    starttls: 'STARTTLS',
    starttlsRequired: 'STARTTLS required',
  },
  port: (encryption: string, address: string) =>
    address === '*' ? `Port with ${encryption}` : `Port with ${encryption} on ${address}`,
  listening: 'Mail programs can connect.',
  moved: (port: number) =>
    `Mail programs can connect at port ${port}. That works as well: they only have to be told ${port}, as the next page does.`,
  closed: 'Nobody can connect here.',
  untried: 'Will be tried when you choose Apply or Next.',
  stopped: 'The mail service does not run.',
  elsewhere: (encryption: string, address: string, port: number) =>
    `Besides, it listens on ${address} port ${port} (${encryption}), as the command line says.`,
  none: 'The service listens nowhere. Add a listener under Services, IMAP4 Server, General.',
  apply: '&Apply',
  more: 'More listeners, addresses and encryption: Services, IMAP4 Server.',
  name: 'Name of this computer',
  nameInUse: (host: string) => `Mail programs are told ${host}.`,
  certificate: 'Certificate',
  selfSignedUntil: (names: string, until: string) => `Mailroom made its own certificate, for ${names}, until ${until}.`,
  importedUntil: (issuer: string, names: string, until: string) => `Issued by ${issuer} for ${names}, until ${until}.`,
  selfSigned:
    'Connections are encrypted all the same, but every mail program asks its user whether to trust this server. Let people answer yes; those who want to be sure compare the fingerprint. Thunderbird asks at the port with STARTTLS only. Nobody is asked with a certificate of your office’s own authority, whose root is installed on computers and phones (later under Services, IMAP4 Server, Encryption), or of a public one.',
  fingerprint: 'SHA-256 fingerprint',
  import: '&Import a certificate…',
  imported: 'The certificate was imported and is used for new connections.',
} as const;

export const lastStepText = {
  intro: (user: string) =>
    `This is what ${user} types into a mail program. You find it again under Services: Automatic settings for mail programs, Properties…`,
  next: 'What next',
  others:
    'The others in the office get their mailboxes on the Users page: Add… for one, Add from CSV… for many at once.',
  addUsers: 'Finish and add &users',
} as const;
