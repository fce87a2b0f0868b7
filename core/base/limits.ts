/**
 * Every number that bounds something, with the attack or the client it is there for. Sizes are octets, times are
 * milliseconds, unless the name says otherwise.
 */

const KiB = 1024;
const MiB = 1024 * KiB;
const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/** Files that another program has open for a moment (Windows). Antivirus looks at a file for milliseconds, backup for seconds. */
export const fileLimits = {
  /** How long it is tried again, while somebody waits for the answer, … */
  held: 5 * second,
  /** … and at the start, when nobody does. */
  heldAtStart: 10 * second,
  /** One file of many that are imported: a folder of files that nobody may read must not take hours. */
  heldMessage: 1 * second,
  /** Between the first two tries; then twice as long each time, up to the longest. */
  firstPause: 10,
  longestPause: 500,
} as const;

/** What one IMAP connection may send. */
export const wireLimits = {
  /** A command line without its literals. RFC 7162 section 4 asks for 8,192 at least; Thunderbird sends UID sets of 30 kB. */
  line: 64 * KiB,
  /** Before login the longest is an ID with 30 values of 1,024 octets (RFC 2971 section 3.3). */
  lineBeforeLogin: 40 * KiB,
  /** A literal other than a message (names, search strings). Longer ones are nobody's mailbox name. */
  literal: 64 * KiB,
  literalBeforeLogin: 4 * KiB,
  /** A user name and a password; each literal costs more memory than its octets. */
  literalsBeforeLogin: 2,
  /**
   * A refused literal that does not wait for our word is read and dropped up to here, so that a client with too large a
   * message keeps its connection; beyond it BYE. No mail is that large: whoever sends 4 GB wants to keep us busy.
   */
  swallowed: 256 * MiB,
  /** The same for a stranger, who has nothing large to send. */
  swallowedBeforeLogin: 256 * KiB,
  /** Literals of one command other than APPEND: a command of 10,000 small literals must not add up to gigabytes. */
  literalsPerCommand: 1_000,
  /** Messages in one MULTIAPPEND: they become visible together, so all are held until the last has come. */
  messagesPerAppend: 1_000,
  /** Octets in one MULTIAPPEND, for the same reason. Never less than the largest message. */
  octetsPerAppend: 256 * MiB,
  /** Nested parentheses (SEARCH). A parser that calls itself must never be led to the end of the stack. */
  nesting: 50,
  /** Search keys in one SEARCH: each costs work per message. */
  searchKeys: 1_000,
  /** Ranges in one sequence set. Thunderbird's sets of 30 kB have 5,000; a set is merged before it meets messages. */
  setRanges: 20_000,
  /** Patterns in one LIST: every name is held against each. */
  listPatterns: 100,
  /** An atom, quoted string or flag. Longer ones are refused before anything is built from them. */
  atom: 8 * KiB,
  /** Characters of what a client says of itself (ID) that go to the log. */
  clientId: 200,
  /** What is kept of a line that is too long: enough for the tag to be named in the BAD. */
  head: 256,
  /** Octets received ahead of the command that runs; then the socket is not read until it is done. */
  sentAhead: 256 * KiB,
  /** The same before login, where a few commands are all there is to send. */
  sentAheadBeforeLogin: 16 * KiB,
  /** Strings we send quoted; longer ones go as literals, which clients with small line buffers read safely. */
  quotedReply: 1 * KiB,
} as const;

export const messageLimits = {
  /** The default of the largest message (APPENDLIMIT, RFC 7889); Gmail's and Microsoft's limits lie below. */
  append: 100 * MiB,
  /**
   * Literals of messages that have arrived, of all connections together, whose commands have not run yet; beyond it
   * NO [LIMIT]. Twice as much memory may be set aside for them.
   */
  literalsInFlight: 1024 * MiB,
  /** Of these one user's: what they send and never end must not keep others from sending. */
  literalsPerUser: 512 * MiB,
  /** Counted with what has arrived: the most that comes before it is looked at again. */
  literalStep: 64 * KiB,
  /**
   * Octets of a command's literals that are not counted at all, so that names, searches and ordinary mail go on when there
   * is no room for large messages. All connections together: 5,000 times this.
   */
  literalUncounted: 64 * KiB,
} as const;

export const connectionLimits = {
  /** Connections in all, logged in or not: what the open-file limit of an ordinary PC bears with room for files. */
  total: 5_000,
  /** Files and sockets for which there is room in the process's table from the start: a storm of a thousand clients. */
  expected: 1_500,
  /** Of the files a process may open so many are not for sockets: mail must be written, however many are connected. */
  filesKept: 256,
  /**
   * Not yet logged in, in all and from one address (IPv6: one network of 64 bits). Beyond it whoever has waited longest
   * without doing anything is put out: thousands of half-open connections must leave room for users, who log in at once.
   */
  beforeLogin: 1_500,
  beforeLoginPerAddress: 1_200,
  /** From connect to login, whatever is sent meanwhile. RFC 9051 section 5.4 speaks of the time after login only. */
  loginTime: 3 * minute,
  /** Commands before login: a client needs five, a person with telnet some more. */
  commandsBeforeLogin: 50,
  /** Unknown or malformed commands before login in all, then BYE: no mail client sends three. */
  badCommandsBeforeLogin: 3,
  /** Malformed commands in a row after login, then BYE: a client in a loop must not burn a core. */
  badCommandsInARow: 50,
  /** Failed LOGIN/AUTHENTICATE on one connection, then BYE. */
  failedLogins: 3,
  /** Without any command (RFC 9051 section 5.4 asks for 30 minutes at least). */
  autoLogout: 30 * minute,
  /**
   * A literal under way of which nothing more comes, or of a large one not another `literalStep`: the memory set aside for
   * it is others'. Radio gaps are shorter, and 218 octets a second were slow thirty years ago.
   */
  literalStall: 5 * minute,
  /** A client that does not read what it asked for is cut after this long without progress. */
  writeStall: 2 * minute,
  /** Octets queued for a client that does not read, before its command waits. */
  writeBuffer: 256 * KiB,
  /** The same where a rate is set, for rates smaller than this: replies are made in lines. */
  pacedBuffer: 1 * KiB,
  /** Under a rate octets go out in steps of this length: short enough to look steady, long enough to cost nothing. */
  paceStep: 50,
  /** Pieces of reply memory (64 KiB each) kept for the next reply, by all connections together. */
  spareChunks: 64,
  /** `* OK Still here` in IDLE: keeps NAT entries alive and finds dead peers. */
  idleHeartbeat: 2 * minute,
  /**
   * TCP keep-alive probes start after this long in silence; Node has ten of them sent, one a second (libuv, on Windows,
   * macOS and Linux alike). So a client that vanished while nothing was on its way to it is gone after 70 s.
   */
  keepAlive: 60 * second,
  /**
   * While something is on its way, the system repeats it instead of probing, on Linux for 15 minutes and more. There we
   * look for repetitions this often, …
   */
  vanishedLook: 15 * second,
  /**
   * … and cut connections whose clients acknowledge nothing for so long. What was sent last went out at most 70 s after
   * the client vanished; two looks and this later its slot is free: less than 3 minutes in all.
   */
  vanished: 60 * second,
  /**
   * Each repetition waits twice as long as the one before: a minute is four of them on the slowest line (3 s at first) and
   * eight in an office. A line that loses much but gets on never has so many in a row.
   */
  vanishedRepetitions: 4,
  /** What a session gets to read its BYE before its socket is closed. */
  farewell: 2 * second,
  /** What commands get to end in whose clients have gone when the server stops: the longest SEARCH takes some seconds. */
  lastCommands: 10 * second,
  /** Deadlines of connections are looked at this often: no timer per connection, and none needs to be finer. */
  watchInterval: 1 * second,
  /** Whoever looks at the sessions is told at most this often that they have changed: a storm is 1,000 logins in a second. */
  sessionNews: 250,
  /** A storm of clients arrives at once; what does not fit here is refused by the operating system. */
  listenBacklog: 1024,
} as const;

export const serviceLimits = {
  /** A place that could not be listened at is tried again this often. */
  listenAgain: 30 * second,
  /** How long a program that has our port is listened to: mail servers greet at once, and nobody must wait for one that does not. */
  greeting: 500,
  /** Characters of what it says that people are shown: its name is among them. */
  greetingShown: 60,
} as const;

/** Automatic settings for mail programs: anybody may ask, and a question is small. */
export const autoconfigLimits = {
  /** A connection carries one question and is cut after this: slow senders must not hold connections. */
  connectionTime: 15 * second,
  /** Connections to each listener. */
  connections: 128,
  /** Octets of a request's header fields. */
  headers: 8 * KiB,
  /** Octets of Outlook's question, which has some 400; … */
  body: 16 * KiB,
  /** … and what is read and dropped beyond, since whoever is cut in the middle of sending does not read why. */
  dropped: 64 * KiB,
} as const;

export const settingLimits = {
  /** Characters of an address for updates: what is longer is no address that anybody types, and is shown in one field. */
  updateFeed: 2_000,
} as const;

export const mailboxLimits = {
  /** UIDVALIDITY has 32 bits (RFC 9051 section 9, nz-number): a clock in 2107 must leave a million for later mailboxes. */
  uidValidityByClock: 2 ** 32 - 2 ** 20,
  /** Octets of a mailbox name in UTF-8, all levels. */
  name: 1_000,
  /** Levels of the hierarchy: clients walk the tree recursively. */
  depth: 20,
  /** Mailboxes of one account: LIST is answered from memory. */
  perAccount: 20_000,
  /** Different keywords in one account: each stays in memory for good. */
  keywords: 1_000,
  /** Flags in one STORE or APPEND. */
  flagsPerCommand: 200,
  /** Flags of one message, however many commands they came by. */
  flagsPerMessage: 200,
} as const;

/** What one user can put into the list of all that is shared, which is in memory and written as a whole. */
export const sharingLimits = {
  /** Entries of one access control list. */
  entries: 100,
  /** Mailboxes of one account that have a list. */
  mailboxes: 1_000,
} as const;

export const mimeLimits = {
  /** Levels of multipart and message/rfc822; deeper parts are shown as one body. */
  depth: 50,
  /** Parts of one message; what follows belongs to the last one. */
  parts: 5_000,
  /** Octets of header in one part that are looked at; the rest still belongs to the message. */
  header: 1 * MiB,
  /** The same for all parts together: taking addresses and parameters apart costs most of all, up to 100 ns an octet. */
  headers: 4 * MiB,
  /**
   * Different charsets that one message may name in its text; all others are taken for unknown. To see that nobody knows a
   * name takes 50 µs, and a header has room for fifty thousand names; real messages have three.
   */
  charsets: 100,
  /** Octets of a message attached in base64 that is decoded for its structure, at every FETCH of a part of it once more. */
  encodedMessage: 4 * MiB,
  /** Addresses that ENVELOPE shows of one field. */
  addresses: 5_000,
  /**
   * Octets of a message with NULs whose bodies are put into base64 when it comes: it is taken apart at once, on the thread
   * that serves everybody, in 10 to 30 ms whatever it is made of. Clients send such mail encoded.
   */
  binaryMessage: 512 * KiB,
  /** Bodies of it that are put into base64. */
  binaryBodies: 200,
} as const;

export const passwordLimits = {
  /** Characters of a new password. NIST SP 800-63B section 3.1.1 asks for 8 at least where a second factor is missing. */
  shortest: 8,
  /** Characters of a new password; longer input at login is never right, and never prepared at length. */
  longest: 512,
  /** Characters of a generated password: 16 of an alphabet of 31 are 79 bits, and fit on a slip of paper. */
  generated: 16,
  /**
   * scrypt (RFC 7914): 32 MiB and some 60 ms for each guess at a stolen verifier, and two at once never take more than
   * 64 MiB here. Dearer would gain nothing: the SCRAM keys beside it are what a thief would attack.
   */
  scrypt: { cost: 32_768, blockSize: 8, parallelization: 1 },
  /** RFC 7677 section 4 asks for 4,096 at least and hints at 15,000; clients on Cyrus SASL refuse more than 65,536. */
  scramIterations: 60_000,
  salt: 16,
  /** scrypt computations at once. libuv has four threads, and two of them must stay free to flush disks. */
  computations: 2,
  /** Password checks waiting for one user from one address; different passwords only, the same ones share one. */
  waitingPerUser: 20,
  /** Password checks waiting in all: some 8 s of work. Beyond, whoever has most of them waiting is refused. */
  waiting: 256,
  /** A verified password stays known as a keyed digest this long: a client that opens ten connections pays once. */
  remembered: 10 * minute,
  /** The same for a wrong one: a phone with an old password tries it every minute, all day. */
  failureRemembered: 10 * minute,
  /** Wrong passwords remembered in all: 200 octets each, and what falls out is merely computed again. */
  failures: 2_000,
} as const;

export const directoryLimits = {
  /** Characters of a user name: an address has no more (RFC 5321 section 4.5.3.1.3). */
  name: 254,
  /** Groups, and members of one: they are gone through when somebody's rights are asked for. */
  groups: 1_000,
  members: 10_000,
} as const;

/** Who may come from where. */
export const accessLimits = {
  /** Lines of the access rules: all are gone through at every connect. */
  rules: 1_000,
  /** User names in one of them. */
  usersPerRule: 1_000,
  /** Addresses and networks that no login limit holds for: gone through at every login. */
  exemptAddresses: 1_000,
  /** The machine's own networks are looked at anew after this time: a laptop changes them. */
  interfacesKnown: 1 * minute,
} as const;

/** What is remembered of failed logins. Whatever falls out is counted anew: a stranger gains some guesses, not memory. */
export const lockOutLimits = {
  /** Failures remembered in all: at most 1 KiB each. */
  failures: 20_000,
  /** Failures of one address, where the address itself is never blocked. */
  failuresPerAddress: 1_000,
  /** Pairs and addresses locked at one time. */
  locks: 10_000,
} as const;

/** Refused logins and connections, as the administrator sees them. */
export const refusalLimits = {
  /** The newest are remembered. */
  remembered: 1_000,
  /** Sessions named as holders of the slots in one of them: more than anybody reads. */
  holders: 50,
  /** Lines a minute in the log; the rest of a storm is one line with a number. */
  linesPerMinute: 60,
  /** Characters of what a stranger called himself. */
  name: 254,
} as const;

/** The most who were logged in at once, hour by hour. */
export const peakLimits = {
  hours: 7 * 24,
  /** Written to the disk at most this often: losing the last minutes in a crash is harmless. */
  writeAfter: 5 * minute,
} as const;

/** TLS certificates, our own and imported ones. */
export const certificateLimits = {
  /** Apple's systems refuse a server certificate that is valid for more than 825 days, one trusted by hand too. */
  validity: 824 * day,
  /** Of the office's own authority: its root is installed on every computer by hand. */
  authorityValidity: 10 * 365 * day,
  /** Of what it issues, which is renewed by itself `renewal` before its end: those who trust the root notice nothing. */
  issuedValidity: 397 * day,
  renewal: 60 * day,
  /** A client whose clock is behind must not find the certificate not yet valid. */
  backdating: 1 * day,
  /** From here on its end is warned of, at every start and once a day. */
  warning: 30 * day,
  look: 1 * day,
  /** Certificates in a chain: all of them are sent with every handshake. Public issuers have two above the server's. */
  chain: 10,
  /** RSA keys below are refused by clients (CA/Browser Forum baseline requirements section 6.1.5, OpenSSL level 2). */
  rsaBits: 2_048,
} as const;

/** What the mail store holds, writes ahead and waits for. */
export const storeLimits = {
  /**
   * An account that nobody has used for this long is closed: each open one takes some megabytes and a dozen open files.
   * A program that connects every few seconds finds it open; opening it again takes some milliseconds.
   */
  accountIdle: 20 * second,
  /**
   * A thread of which nothing is asked for this long ends and gives some dozens of megabytes back. Starting it again takes a
   * tenth of a second of another core, when somebody logs in.
   */
  threadIdle: 15 * second,
  /**
   * After a flush that failed the account is closed and opened again, first after this time, then after twice as long, up to
   * the last: a disk that is full is given room by people, in minutes.
   */
  reopenAfter: 1 * minute,
  reopenAtLast: 10 * minute,
  /**
   * An account that could only be read is opened for writing when the disk takes so much: twice what that needs for the
   * -wal and the -shm file, so that its sessions do not have to leave for nothing.
   */
  roomToWrite: 2.5 * MiB,
  /** Its sessions get so long to leave: their BYE takes two seconds at most. */
  leaveBeforeReopening: 4 * second,
  /** An APPEND of more messages flushes the index too, which then costs less than a note of them all. */
  notedMessages: 20,
  /** A segment file is closed at this size: small enough that compaction rewrites little, large enough for few files. */
  segment: 64 * MiB,
  /** Zeros written ahead of the records, so that a flush changes no file length; the share grows with the segment. */
  zerosAheadLeast: 128 * KiB,
  zerosAheadMost: 4 * MiB,
  /** After writes larger than this none are written ahead: the flush of so much does not feel a changed file length. */
  zerosFor: 256 * KiB,
  /** The -wal file is written ahead to this size for the same reason. */
  walAhead: 1 * MiB,
  /**
   * Where blocks are smaller than a page the -shm file gets so much at once: SQLite's index of a log of some 32,000 pages,
   * 64 MiB, which no checkpoint lets grow so long. No database is opened for writing there without this much room, …
   */
  sharedMemoryAhead: 256 * KiB,
  /** … and the -wal file's, which comes right after it. */
  sharedMemoryRoom: 1.5 * MiB,
  /** Octets written at once instead of on another thread: they go to the system's cache in some microseconds. */
  writeAtOnce: 32 * KiB,
  /** Octets of records gathered into one write; a longer message is written alone. */
  recordWrite: 4 * MiB,
  /** Octets fetched in one read when messages lie side by side. */
  contentRead: 2 * MiB,
  /** Octets, and messages, in memory while mail is copied into another account; a larger message is there by itself. */
  copiedAtOnce: 8 * MiB,
  copiedMessages: 1_000,
  /** Open segment files of one account that are kept for the next read. */
  openSegments: 16,
  /** Records whose place is remembered, in pages of `placesPerPage`, per account. */
  placesPerPage: 1_024,
  placePages: 256,
  /** Different sets of flags in one account. A client that stores random sets of keywords must not fill the memory. */
  flagSets: 50_000,
  /** Octets of the flags in all these sets together: they are in memory as text, and read when the account is opened. */
  flagSetOctets: 4 * MiB,
  /** Messages in mailboxes that no session has open but that stay in memory for the next SELECT (48 octets each). */
  idleMessages: 500_000,
  /** Rows that one SQL statement reads or changes before the event loop gets its turn. */
  rowsPerStatement: 5_000,
  /**
   * A STORE that changes so many messages is noted in a few octets first and written to their rows later. Below, writing
   * the rows at once costs a fraction of a millisecond.
   */
  bulkFlags: 256,
  /** Bulk changes are written to the rows when no other has come for this long. */
  settleFlagsAfter: 1 * second,
  /** So many of them wait per account; then rows are written at once, so that opening a mailbox stays quick. */
  waitingFlagChanges: 64,
  /** A flag change may be lost by a power cut this long after its OK, not later. */
  flagFlush: 500,
  /** New messages that wait to be summarised, per account; more are summarised when somebody asks for them. */
  summaryQueue: 100_000,
  /** Milliseconds without a delivery before new messages are summarised, … */
  summaryQuiet: 50,
  /** … and after which they are all the same. */
  summaryOverdue: 2 * second,
  /** A message above this is summarised by the maintenance thread, also when somebody waits for it. */
  largeMessage: 1 * MiB,
  /** Messages summarised in one task: some milliseconds, so that a checkpoint need not wait long. */
  summariesPerTask: 128,
  /** So many new messages go into their pack together; with fewer, packs would be written anew too often. */
  summariesToPack: 16,
  /** Octets of a summary that keeps a row of its own: a pack is read whole, whatever is asked of it. Most have 1,500. */
  packedSummary: 16 * KiB,
  /**
   * Octets of pages that SQLite keeps of the index of an open account: the rows of some 10,000 messages. What is not kept is
   * read from the system's cache, in microseconds a page.
   */
  indexPageCache: 1 * MiB,
  /** The same for every other connection to a database: each page is read once there, or hardly ever. */
  smallPageCache: 256 * KiB,
  /** Connections that the maintenance thread keeps to indexes, and to summaries; the longest unused are closed. */
  maintenanceDatabases: 8,
  /**
   * Octets of packs kept in memory, of all accounts: the header fields of 60,000 messages. A mailbox that several clients
   * list is read from the disk once.
   */
  packCache: 32 * MiB,
  /** A thread of the store that is to end has this long for the task under way. */
  threadEnd: 5 * second,
  /** MiB for young objects in each thread of the store: they work on octets, and three times 16 would be kept for nothing. */
  threadYoungHeap: 12,
  /** After so many commits the -wal file is copied into the database, so that it is used over and stays small. */
  commitsPerCheckpoint: 500,
  /** The same after this time, for the few commits of a quiet account. */
  checkpointAfter: 5 * second,
  /** Octets of expunged messages after which an account looks for segments worth compacting, … */
  compactAfter: 16 * MiB,
  /** … this long after, when whoever expunged is probably done. */
  compactDelay: 30 * second,
  /** A file that another program keeps open cannot be removed on Windows; it is tried again after this. */
  removeAgain: 1 * minute,
  /** It is told of at the first failure and then at every so-manieth: every hour, and not every minute. */
  remindEvery: 60,
  /** Share of dead octets from which a segment is rewritten in the background: what is copied stays less than what is gained. */
  deadShare: 0.5,
  /**
   * Messages that are read in pieces are verified in the background, so many octets of an account while it is open: a
   * client that looks at the beginning of each of many large messages must not have all of them read from the disk.
   */
  verifiedInPieces: 1024 * MiB,
  /** The pages of an index are verified this often, … */
  verifyEvery: 7 * day,
  /** … so long after the account was opened: who opened it waits for the same thread first. */
  verifyAfter: 5 * second,
  /** Pages of the -wal file above which commits wait for a moment until it can be started over. */
  walPages: 1_000,
} as const;

export const quotaLimits = {
  /**
   * Messages of an account for which nobody has set how many it may hold. One COPY of all doubles them, and while their
   * mailbox is open each costs some 190 octets of memory: this many are 190 MB, four million brought down a small PC. The
   * largest mailboxes of offices have half of it. Who needs more sets a quota that says so.
   */
  messagesWithoutQuota: 1_000_000,
  /*
   * What may go over a quota by being copied into the Trash of the same account, so that a full mailbox can be emptied.
   */
  /** Share of the quota; a client deletes some messages at a time and expunges the originals before the next. */
  trashShare: 0.1,
  /** At least so many octets and messages: a small quota has messages of the usual size, too. */
  trashOctets: 25 * MiB,
  trashMessages: 1_000,
} as const;

/** The search index: how it is laid out, and how it is made beside everything else that goes on. */
export const searchLimits = {
  /** So few messages are looked at themselves: asking the search thread would cost as much. */
  scanned: 16,
  /** Octets of messages that are looked at in the thread that serves everybody: a millisecond's work, whatever is in them. */
  scannedOctets: 16 * KiB,
  /** Messages that the search thread is asked to look into at once; it stops after `batch` milliseconds. */
  scannedAtOnce: 1_000,
  /** Summaries read at once by a scan, which may be over before it needs them all: a pack is read whole. */
  summariesRead: 128,
  /** A block is full with so many messages, or so many octets of text: what is unpacked to look into one message of it. */
  blockMessages: 16,
  blockText: 64 * KiB,
  /** Blocks whose signatures are stored slice by slice: the slices of 1,000 messages are a page or two each. */
  chunkBlocks: 64,
  /** Slices of a chunk that a search reads at most. Six bits that are all there by chance: one message in 30,000. */
  slices: 6,
  /** Octets of one signature: 100,000 different runs of three octets, more than any language's mail has. */
  signature: 64 * KiB,
  /** A message with more text than this is not indexed but scanned: a log file somebody mailed must not fill the index. */
  text: 8 * MiB,
  /**
   * Octets that are looked at of the bodies of one message, transfer encodings taken off, and of the headers of its parts:
   * half a second's work, for which others wait who search, and a third of the heap. What is behind them is not found; what is
   * indexed is looked at whole.
   */
  bodies: 8 * MiB,
  headers: 4 * MiB,
  /** An octet of a charset that the platform does not know, or of HTML, counts for so many: reading it takes longer. */
  slowCharset: 32,
  html: 4,
  /** Characters of one text when normalised: one letter can become eighteen (U+FDFA). */
  normalised: 8 * MiB,
  /** Characters that are normalised at once: all forms of them that are made on the way are in memory together. */
  normalisedAtOnce: 64 * KiB,
  /** Before a larger message is indexed, a mark is left: should it kill the thread, it does so once. */
  risky: 1 * MiB,
  /** Time for one piece of indexing. A search waits for the one under way. */
  batch: 10,
  /** Nothing was delivered for this long: now indexing takes no processor from deliveries. */
  quiet: 200,
  /** After a search that the index could answer, the thread stays free for the next one. */
  afterSearch: 50,
  /** When deliveries never cease, a piece is indexed now and then from here on. */
  overdue: 30 * second,
  /** After a failure: the disk is full, the thread died. */
  retryAfter: 30 * second,
  /** A thread that died is started anew after this time, then after twice as long, up to the last. */
  restartAfter: 1 * second,
  /** A search waits so long for it; beyond, people are told to try later. */
  waitedFor: 5 * second,
  restartAtLast: 10 * minute,
  /** MiB of JavaScript heap the thread may take: eight times the largest text that is indexed, decoded and normalised. */
  heap: 256,
  /** Octets of header fields and the like kept in memory, of all accounts: what 200,000 messages need. */
  cache: 32 * MiB,
  /** Accounts whose index stays open: some hundred kilobytes and four open files each. */
  openAccounts: 16,
} as const;

/** What a FETCH holds in memory: twice a batch, however large the messages and however slow the client. */
export const fetchLimits = {
  /** Items of one FETCH, each a piece of work per message. Clients that fetch part by part ask for some dozens. */
  items: 1_000,
  /** Messages whose summaries or contents are asked of the store at once: one query, some milliseconds of replies. */
  batchMessages: 256,
  /** Octets of messages read at once. */
  batchOctets: 1 * MiB,
  /**
   * Octets that the replies of one FETCH may have beyond `timesSize` times the size of its messages and `perMessage`, for what is
   * told of them. The whole of a message, its parts and its header are within that; a hundred times the same large header
   * field is not.
   */
  replyOctets: 64 * MiB,
  timesSize: 4,
  perMessage: 8 * KiB,
  /** A larger message is not read whole but in pieces. */
  wholeMessage: 256 * KiB,
  /** The first of them: nearly every header is shorter, and many a FETCH asks for no more. */
  head: 64 * KiB,
  /** The others. */
  piece: 256 * KiB,
} as const;

/** How much of an import is in memory, and how often it waits for the disk. */
export const importLimits = {
  /** Keywords whose other spelling is told. */
  keywordsNoted: 100,
  /** Messages, and octets, that go to the store at once: large enough that flushes do not count. */
  batchMessages: 200,
  batchOctets: 8 * MiB,
} as const;

/** Files of mail that people bring. */
export const archiveLimits = {
  /** Octets of the list of keywords beside a million messages, some each. */
  keywordList: 64 * MiB,
  /** Octets of the list of mailboxes in an export: many thousands of them, with long names. */
  manifest: 16 * MiB,
  /** Files and folders that are looked at in a whole tree, and levels of it: more is a disk and no mail. */
  treeEntries: 1_000_000,
  treeDepth: 64,
} as const;

/** Mail that is fetched from another IMAP server, which may be slow, broken or hostile. */
export const fetchedMailLimits = {
  /** Messages whose flags, dates and sizes are asked for at once; the messages themselves go by importLimits. */
  described: 500,
  /** Without a connection, a greeting, an answer: servers behind slow lines take some seconds. */
  connect: 20 * second,
  silence: 2 * minute,
  /**
   * Before each attempt to connect again, while no message comes: a restart or another network takes seconds, what a server
   * allows in an hour or a day (Gmail: 2.5 GB) is allowed again after at most a day. So it ends after 26 hours.
   */
  pauses: [
    ...[0.5 * second, 1 * second, 2 * second, 4 * second, 8 * second, 30 * second],
    ...[1 * minute, 2 * minute, 5 * minute, 10 * minute, 20 * minute, 30 * minute],
    ...Array.from({ length: 25 }, () => 60 * minute),
  ],
  /** From pauses of this length on somebody who looks is told why nothing moves. */
  pauseToTell: 30 * second,
  /** Octets of a line without messages: names and flags only. */
  line: 16 * MiB,
  /** Octets above a message's own in the reply that carries it. */
  replyFrame: 1 * MiB,
  /** Characters of what the other server says that people are shown. */
  text: 300,
} as const;

/** Names of files that are made after mailboxes. */
export const fileNameLimits = {
  /** Octets in UTF-8. Disks take 255 (Windows 255 UTF-16 units, never more than octets); `(2)`, `.mbox` and `.part`
   * may follow. */
  octets: 200,
  /** Hex digits behind a name that was cut: 32 bits tell apart the mailboxes of one user. */
  digest: 8,
} as const;

/** Long work that the administrator started: imports and exports. */
export const jobLimits = {
  /** At one time: each holds a batch of messages in memory and takes its turn at the disk. */
  running: 4,
  /** Ended ones that are remembered, so that a window opened later sees what came of them. */
  remembered: 50,
  /** Left-out messages that are named; more are counted. Nobody reads a thousand. */
  skipped: 1_000,
  /** Remarks on the whole. */
  notes: 100,
  /** Characters of one of these texts. */
  text: 500,
  /** A job changes with every message; whoever shows it asks anew not more often than this. */
  events: 250,
} as const;

/** Files that are sent to the server for an import. */
export const uploadLimits = {
  /** Octets of one upload: more than anybody's mail. What holds it on most computers is the room on the disk. */
  octets: 100 * 1024 * MiB,
  /** Files in one upload: a Maildir has one for each message, and a disk has so many places for files. */
  files: 1_000_000,
  /** Folders in each other, and octets of a long name: nobody's files have more. */
  levels: 40,
  tarText: 64 * KiB,
  /** Uploads that arrive at one time; of those that no import has asked for yet, the newest stay. */
  atOnce: 4,
  waiting: 8,
  /** How long they wait for the import: it follows at once, unless the window was closed between. */
  kept: 60 * minute,
  /** A sender who is silent for so long has gone. */
  silence: 1 * minute,
  /** Octets that stay free on the disk, for mail, and after how many more it is looked at again. */
  roomLeft: 1024 * MiB,
  roomLook: 64 * MiB,
} as const;

/** Exports that wait to be fetched. */
export const downloadLimits = {
  /** Those beyond make the oldest go. */
  waiting: 8,
  /** Long enough for an export that runs into the night; those who need it later export again. */
  kept: day,
  /** A link is followed at once, by a window that has just asked for it. */
  linkKept: 1 * minute,
  /** A reader who takes nothing for so long has gone. */
  silence: 2 * minute,
  /** Octets of a file's name: disks take 255, and an ending is put behind it. */
  name: 200,
  /** Octets of a file around each message: the lines above it, its header in an archive and what fills it up. */
  around: 2 * KiB,
} as const;

/** The log files of a server that runs for years and that nobody looks after. */
export const logLimits = {
  /** Octets of one file; then it is put aside and a new one begins. */
  file: 10 * MiB,
  /** Files put aside that are kept. */
  kept: 5,
  /** One that could not be put aside, because another program has it open, is tried again after so many octets more. */
  fullAgain: 1 * MiB,
  /** A file that could not be written is tried again after this; lines wait until they have so many octets. */
  again: 1 * second,
  waiting: 1 * MiB,
} as const;

/** Commands that meet a data folder which another program has at this moment. */
export const commandLimits = {
  /** How often they try, and how long they wait between: a server that starts or ends, another command. */
  tries: 30,
  pause: 100,
  /** Between two looks of a command that follows the log whether the server is still there. */
  look: 2 * second,
  /** Seconds that `stop` waits: longer than any session is waited for, and than the app gives its server. */
  stopWithin: 30,
  /** A server whose files are closed has ended a moment later; longer waits somebody else's process of that number. */
  processEnd: 5 * second,
  /** Before each new start of a server that has crashed and that nobody else looks after: short at first, because mail waits. */
  restartAfter: [1 * second, 2 * second, 5 * second, 15 * second, 30 * second, 5 * minute],
  /** A server that ran for so long was well: the next crash is a new one. */
  wellAfter: 10 * minute,
  /** The same for a command that waits for a job: at first, so that a small import takes no time, and at last. */
  jobLook: 10,
  jobLookAtLast: 250,
} as const;

export const dataFolderLimits = {
  /** UTF-16 units: Windows ends a path at 259 unless the PC allows more; `\mail\ACCOUNT\index.db-journal` takes 46 of them. */
  windowsPath: 200,
  /** Milliseconds for a program of Windows' own (icacls, whoami): they take 50, or for ever where a domain does not answer. */
  windowsProgram: 5 * second,
} as const;

/** The administration: what a window, a browser or a program on this machine may ask of the server. */
export const adminLimits = {
  /** Lines of the log kept in memory, for each of two rings; twice as many for a moment. */
  logLines: 2_000,
  /** Characters of a message or of one text in a line's fields, … */
  logText: 4_000,
  /** … fields and their parts in all, and how deep: a line that refers to half the server must not keep it in memory. */
  logValues: 100,
  logDepth: 4,
  /** Log lines told as events in a second; more are read with log.tail. Nobody reads faster. */
  logEvents: 100,
  /** Sessions come and go by the thousand in a storm; whoever shows them asks anew not more often than this. */
  sessionEvents: 500,
  /** Accounts whose usage is read at once for the list of users: each may open files. */
  usageAtOnce: 4,
  /** Time for all of them; usages not known by then are left out of the list. */
  usageTime: 2 * second,
  /** What sessions get to end in before the mail of a removed user is deleted under them. */
  sessionsEnd: 10 * second,
  /** Octets of one request: the largest are a certificate with its key and old access rules, 1 MB of text. */
  body: 2 * MiB,
  /** Octets of a request's header fields. */
  headers: 16 * KiB,
  /** A request that comes more slowly than this is cut: slow senders must not hold connections. */
  requestTime: 30 * second,
  /** Connections to each listener, streams of events among them; those without a token make room, the oldest first. */
  connections: 128,
  /** Streams of events at one time: a few windows. */
  streams: 32,
  /** A comment on every stream of events, so that either side finds out when the other is gone. */
  streamHeartbeat: 15 * second,
  /** Octets waiting for a reader of events; beyond he is cut, connects anew and asks for what he missed. */
  streamBuffer: 512 * KiB,
  /** Calls with one token: so many at once, then so many a second. Programs that run wild, not people. */
  callsAtOnce: 500,
  callsPerSecond: 100,
  /** Requests without a valid token, and logins, each of one network: they cost little, but each is a guess or a mistake. */
  strangersAtOnce: 50,
  strangersPerSecond: 1,
  /** Networks whose strangers are counted; one that falls out begins with a full measure. */
  strangerNetworks: 1_000,
  /** Between a change of where the administration listens and the move: whoever asked for it gets his answer first. */
  moveDelay: 200,
  /** Between the answer to who ends the server and its end, which cuts all connections. */
  endDelay: 20,
  /** A program whose request was one too many asks again, so often; it may have 1,000 users to add. */
  clientTries: 10,
  /** Before that, and before a program that lost its stream of events connects anew. */
  clientPause: 1 * second,
  /** The file that commands find the server by could not be written; it is tried again after this. */
  accessAgain: 1 * minute,
  /** What a server gets to answer a program's first question: it answers in milliseconds, or hangs. */
  clientFirstAnswer: 10 * second,
  /** Octets of the window's files, which are kept in memory: many times what it has, far less than a folder given by mistake. */
  window: 32 * MiB,
  /** What the data folder holds is counted by looking at every file: not more often than this, … */
  dataInfoAge: 60 * second,
  /** … and so many files at most; a large office has some thousand. */
  dataInfoFiles: 200_000,
  /** Octets of a token: nobody guesses 256 bits. */
  token: 32,
  /** Wrong administrator passwords from one address until it waits, … */
  passwordFailures: 5,
  /** … this long at first, then twice as long each time, up to the last; and forgotten after so long in peace. */
  passwordPause: 30 * second,
  passwordPauseAtLast: 30 * minute,
  passwordPeace: 60 * minute,
  /** Addresses with wrong passwords remembered; what falls out may guess anew. */
  passwordAddresses: 1_000,
  /** Administrator passwords being checked or waiting to be: each takes 32 MiB and 60 ms, one after another. */
  passwordChecks: 8,
  /** Windows logged in from other computers at one time, and for how long without a call. */
  logins: 32,
  loginIdle: 60 * minute,
} as const;

/** How work in the background leaves the processor to those who wait: see core/base/activity.ts. */
export const activityLimits = {
  /**
   * Indexing is done in the thread that searches, and its pieces of some 10 ms are on the way of who searches: one of them in
   * so much time while a command runs. Most are over before. While somebody works it takes a quarter of one core.
   */
  indexing: { patience: 200, pause: 3, recent: 1 * second },
  /**
   * Summaries answer lists and searches of new mail, so they are made first, with half of a core. Most commands are over within
   * the patience and meet no piece that was begun while they ran.
   */
  summarising: { patience: 10, pause: 1, recent: 1 * second },
  /** How often it looks whether who waited has been answered. */
  look: 20,
} as const;

/** Fairness between sessions that share one thread. */
export const sliceLimits = {
  /**
   * Logins that go on in one turn of the event loop: a password, or an account, that a hundred connections wait for lets
   * them all go on at once, and each costs a tenth of a millisecond.
   */
  loginsPerTurn: 4,
  /** Connections that are wound up in one turn: a client that gives up ends hundreds at once. */
  departuresPerTurn: 8,
  /** A loop over messages yields after this long: another user's NOOP waits no longer than a few of these. */
  time: 4,
} as const;
