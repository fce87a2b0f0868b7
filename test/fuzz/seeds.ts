/** Valid sessions, each a stream of octets: together they use every command, argument form and state. */
export interface SeedSession {
  readonly name: string;
  /** What is said, unchanged, before the part that is mutated. */
  readonly state: 'stranger' | 'authenticated' | 'selected';
  /** latin1; whole lines with their CRLF. */
  readonly text: string;
  /** The tags in it, in order. */
  readonly tags: readonly string[];
}

export const FUZZ_USER = 'fuzz';
export const FUZZ_PASSWORD = 'a-secret-of-the-fuzz-test';

const MESSAGE =
  'From: Ann <ann@office.example>\r\nTo: Ben <ben@office.example>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n' +
  'Date: Mon, 06 Jan 2025 07:00:00 +0000\r\nMessage-ID: <1@office.example>\r\nMIME-Version: 1.0\r\n' +
  'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n' +
  'Content-Transfer-Encoding: quoted-printable\r\n\r\nxylograph =C3=A9\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n' +
  'Subject: inner\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n--b--\r\n';

const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
const sync = (text: string) => `{${text.length}}\r\n${text}`;
const plus = (text: string) => `{${text.length}+}\r\n${text}`;

/** Lines under tags of their own. A line that begins with `>` goes without a tag: continuation data. */
function session(name: string, state: SeedSession['state'], lines: readonly string[]): SeedSession {
  const tagged = lines.map((line, i) => (line.startsWith('>') ? ['', line.slice(1)] : [`${name[0]}${i}`, ` ${line}`]));
  const text = tagged.map(([tag, rest]) => `${tag}${rest}\r\n`).join('');
  return { name, state, text, tags: tagged.flatMap(([tag]) => tag || []) };
}

const strangers = [
  session('hello', 'stranger', ['CAPABILITY', 'NOOP', 'ID ("name" "fuzz" "version" NIL)', 'ID NIL', 'LOGOUT']),
  session('login', 'stranger', [`LOGIN ${FUZZ_USER} ${FUZZ_PASSWORD}`, 'CAPABILITY', 'LOGOUT']),
  session('quoted-login', 'stranger', [`LOGIN "${FUZZ_USER}" "${FUZZ_PASSWORD}"`, 'NOOP']),
  session('literal-login', 'stranger', [`LOGIN ${sync(FUZZ_USER)} ${plus(FUZZ_PASSWORD)}`, 'NOOP']),
  session('plain', 'stranger', [`AUTHENTICATE PLAIN ${base64(`\0${FUZZ_USER}\0${FUZZ_PASSWORD}`)}`, 'NOOP']),
  session('plain-later', 'stranger', ['AUTHENTICATE PLAIN', `>${base64(`\0${FUZZ_USER}\0${FUZZ_PASSWORD}`)}`, 'NOOP']),
  session('login-mechanism', 'stranger', [
    'AUTHENTICATE LOGIN',
    `>${base64(FUZZ_USER)}`,
    `>${base64(FUZZ_PASSWORD)}`,
    'NOOP',
  ]),
  session('scram', 'stranger', [
    `AUTHENTICATE SCRAM-SHA-256 ${base64(`n,,n=${FUZZ_USER},r=fyko+d2lbbFgONRv9qkxdawL`)}`,
    `>${base64('c=biws,r=fyko+d2lbbFgONRv9qkxdawL,p=dGhpcyBpcyBub3QgdGhlIHByb29mIGF0IGFsbCEh')}`,
    'NOOP',
  ]),
  session('cancel', 'stranger', ['AUTHENTICATE PLAIN', '>*', 'CAPABILITY']),
  session('tls', 'stranger', ['STARTTLS', 'NOOP', `LOGIN ${FUZZ_USER} ${FUZZ_PASSWORD}`]),
  session('early', 'stranger', ['SELECT INBOX', 'ENABLE CONDSTORE']),
];

const authenticated = [
  session('mailboxes', 'authenticated', [
    'CREATE fuzz',
    'CREATE "fuzz/with blank"',
    'CREATE fuzz/a/b/c',
    'CREATE special (USE (\\Archive))',
    'SUBSCRIBE fuzz',
    'RENAME fuzz fuzz2',
    'CREATE &AOQ-pfel',
    `CREATE ${plus('literal')}`,
    'UNSUBSCRIBE fuzz',
    'DELETE fuzz2/a/b/c',
    'DELETE special',
    'RENAME INBOX kept',
    'DELETE kept',
  ]),
  session('lists', 'authenticated', [
    'LIST "" "*"',
    'LIST "" %',
    'LIST fuzz/ %',
    'LIST "" ""',
    'LSUB "" *',
    'LIST (SUBSCRIBED RECURSIVEMATCH) "" *',
    'NAMESPACE',
    'LIST "" (INBOX "fuzz*" %) RETURN (SUBSCRIBED CHILDREN SPECIAL-USE STATUS (MESSAGES UNSEEN UIDNEXT SIZE))',
    'LIST (SPECIAL-USE) "" *',
  ]),
  session('status', 'authenticated', [
    'STATUS INBOX (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE HIGHESTMODSEQ APPENDLIMIT MAILBOXID)',
    `STATUS ${sync('INBOX')} (MESSAGES)`,
    'STATUS none (MESSAGES)',
  ]),
  session('sharing', 'authenticated', [
    'SETACL INBOX anyone lrs',
    'SETACL "INBOX" "-anyone" +wcd',
    `SETACL INBOX ${sync('anyone')} -s`,
    'SETACL INBOX nobody lr',
    'GETACL INBOX',
    'LISTRIGHTS INBOX anyone',
    'MYRIGHTS #users/fuzz/INBOX',
    'LIST "" (% #users/% #public/%) RETURN (MYRIGHTS)',
    'DELETEACL INBOX anyone',
    'GETQUOTAROOT INBOX',
    'GETQUOTA "user/fuzz"',
    'STATUS INBOX (DELETED DELETED-STORAGE)',
    'CREATE #users/fuzz/below',
    'CREATE #public/none',
  ]),
  session('append', 'authenticated', [
    `APPEND INBOX (\\Seen $Forwarded) "17-Jul-1996 02:44:25 -0700" ${sync(MESSAGE)}`,
    `APPEND INBOX ${plus('x')}`,
    `APPEND "INBOX" () ${plus(MESSAGE)}`,
    `APPEND INBOX (\\Draft) ~${sync('with\0nul')}`,
    `APPEND none ${plus('y')}`,
  ]),
  session('multiappend', 'authenticated', [
    `APPEND INBOX (\\Seen) ${plus(MESSAGE)} (\\Deleted) "01-Jan-2020 00:00:00 +0000" ${plus('two')} ${sync('three')}`,
    'NOOP',
  ]),
  session('enable', 'authenticated', [
    'ENABLE IMAP4rev2 CONDSTORE UTF8=ACCEPT X-NONE',
    'SELECT INBOX',
    'STATUS INBOX (UNSEEN)',
    'LIST "" "*"',
    'CREATE "\xc3\xa4"',
  ]),
  session('select', 'authenticated', [
    'SELECT INBOX',
    'EXAMINE INBOX (CONDSTORE)',
    'SELECT none',
    'SELECT "INBOX"',
    'CLOSE',
    'SELECT INBOX',
    'UNSELECT',
    'EXAMINE Sent',
  ]),
  session('idle-unselected', 'authenticated', ['IDLE', '>DONE', 'NOOP']),
  session('relogin', 'authenticated', [
    `LOGIN ${FUZZ_USER} ${FUZZ_PASSWORD}`,
    'STARTTLS',
    'AUTHENTICATE PLAIN',
    'LOGOUT',
  ]),
];

const selected = [
  session('fetch', 'selected', [
    'FETCH 1:* (UID FLAGS)',
    'FETCH 1:* ALL',
    'FETCH * FULL',
    'FETCH 1 FAST',
    'FETCH 1,2:4,* (ENVELOPE INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY MODSEQ EMAILID THREADID SAVEDATE)',
    'UID FETCH 1:* (FLAGS)',
    'UID FETCH 1:* (FLAGS) (CHANGEDSINCE 3)',
  ]),
  session('sections', 'selected', [
    'FETCH 1:* (BODY.PEEK[] BODY[HEADER] BODY.PEEK[TEXT]<0.100>)',
    'FETCH 1 BODY[1.MIME]',
    'FETCH 1:2 (BODY.PEEK[2.HEADER.FIELDS (SUBJECT FROM)] BODY[2.1]<5.2000000000>)',
    'FETCH 1 (BODY[HEADER.FIELDS.NOT ("Received" X-Y)])',
    'FETCH 1 (RFC822 RFC822.HEADER RFC822.TEXT)',
    'FETCH 1:* (BINARY[1] BINARY.PEEK[1]<0.3> BINARY.SIZE[2.1])',
    `FETCH 1 BODY[HEADER.FIELDS (${plus('Subject')})]`,
  ]),
  session('store', 'selected', [
    'STORE 1:* +FLAGS (\\Seen)',
    'STORE 1 -FLAGS.SILENT \\Seen $Label',
    'STORE 2 FLAGS ()',
    'UID STORE 1:* +FLAGS.SILENT (\\Deleted)',
    'STORE 1:* (UNCHANGEDSINCE 1) +FLAGS (\\Flagged)',
    'UID STORE 1 -FLAGS (\\Deleted)',
  ]),
  session('search', 'selected', [
    'SEARCH ALL',
    'SEARCH UNSEEN NOT DELETED',
    'SEARCH OR FROM ann (SUBJECT "x" SINCE 1-Jan-2020)',
    'SEARCH CHARSET UTF-8 TEXT {5}\r\ngr\xc3\xbcn',
    'SEARCH HEADER "Message-ID" ""',
    'SEARCH 1:* LARGER 10 SMALLER 100000',
    'SEARCH KEYWORD $Label UNKEYWORD x SENTBEFORE 1-Jan-2030 SENTON 6-Jan-2025 ON 1-Jan-2020',
    'SEARCH YOUNGER 1000 OLDER 1',
    'SEARCH MODSEQ 1',
    'SEARCH MODSEQ "/flags/\\\\Seen" all 1',
    'SEARCH BODY xylograph',
    'SEARCH CHARSET X-NONE TEXT x',
    'SEARCH NEW RECENT OLD',
    'SEARCH BCC x CC y TO z ANSWERED DRAFT FLAGGED',
  ]),
  session('esearch', 'selected', [
    'SEARCH RETURN (MIN MAX COUNT ALL) UID 1:*',
    'UID SEARCH RETURN () ALL',
    'SEARCH RETURN (SAVE) UNSEEN',
    'FETCH $ (FLAGS)',
    'UID SEARCH RETURN (SAVE COUNT) $ SEEN',
    'UID STORE $ +FLAGS (\\Answered)',
    'SEARCH SAVEDATESUPPORTED SAVEDBEFORE 1-Jan-2030',
  ]),
  session('copy', 'selected', [
    'COPY 1:* Archive',
    'UID COPY 1:* "Archive"',
    'COPY 1 none',
    'MOVE 1 Trash',
    'UID MOVE 1:* Trash',
    'COPY 1:2 INBOX',
  ]),
  session('expunge', 'selected', [
    'STORE 1 +FLAGS (\\Deleted)',
    'EXPUNGE',
    'UID EXPUNGE 1:*',
    'CHECK',
    'NOOP',
    'CLOSE',
  ]),
  session('idle', 'selected', ['IDLE', '>DONE', 'IDLE', '>done', 'NOOP', 'UNSELECT']),
  session('idle-noise', 'selected', ['IDLE', '>i9 NOOP', '>DONE', 'NOOP']),
  session('append-selected', 'selected', [
    `APPEND INBOX ${plus(MESSAGE)}`,
    'NOOP',
    'UID FETCH 1:* (BODYSTRUCTURE ENVELOPE)',
    'LOGOUT',
  ]),
  session('pipeline', 'selected', [
    ...Array(40).fill('NOOP'),
    'FETCH 1:* (FLAGS)',
    'STORE 1:* FLAGS (\\Seen)',
    'SEARCH ALL',
    'EXPUNGE',
    'FETCH 1 BODY[]',
  ]),
];

export const SEEDS: readonly SeedSession[] = [...strangers, ...authenticated, ...selected];

/** What leads to a seed's state. */
export function prefixOf(state: SeedSession['state']): string {
  const login = `pre1 LOGIN ${FUZZ_USER} ${FUZZ_PASSWORD}\r\n`;
  if (state === 'stranger') return '';
  return state === 'authenticated' ? login : `${login}pre2 SELECT INBOX\r\n`;
}
