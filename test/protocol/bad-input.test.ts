import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mailboxLimits, wireLimits } from '../../core/base/limits.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const MESSAGE = Buffer.from('Subject: hello\r\n\r\nhello\r\n');
const GiB = 1024 ** 3;

let server: TestServer;
let bystander: RawImap;
let authenticated: RawImap;
let selected: RawImap;

beforeAll(async () => {
  server = await startTestServer();
  bystander = await server.client(OLAF);
  await bystander.ok('SELECT INBOX');
  authenticated = await server.client();
  selected = await server.client();
  for (const client of [bystander, selected]) await client.append('INBOX', MESSAGE);
  await selected.ok('SELECT INBOX');
});
afterAll(() => server.stop());
// Whatever was sent, another's session goes on, and so does that of whoever sent it unless the test says otherwise.
afterEach(async () => {
  for (const session of [bystander, authenticated, selected]) await session.ok('NOOP');
});

const nested = (depth: number, inside = 'SEEN') => `${'('.repeat(depth)}${inside}${')'.repeat(depth)}`;
const many = (count: number, item: string | ((index: number) => string), separator = ' ') =>
  Array.from({ length: count }, (_, index) => (typeof item === 'string' ? item : item(index))).join(separator);

/** What is malformed in every state: BAD, and the next command is understood. */
const ALWAYS: readonly (readonly [string, string])[] = [
  ['a line that is too long', `x NOOP ${'a'.repeat(wireLimits.line)}`],
  ['megabytes without a line end', `x ${'a'.repeat(3_000_000)}`],
  ['a literal too long to be a name, waiting', `x ID ({${wireLimits.literal + 1}}`],
  ['the same, not waiting', `x ID ({${wireLimits.literal + 1}+}\r\n${'a'.repeat(wireLimits.literal + 1)} NIL)`],
  ['a literal of more octets than can be counted', 'x ID ({99999999999999999999}'],
  ['parentheses, the more the deeper', `x ID ${nested(3_000, '"a" "b"')}`],
  ['parentheses without end', `x ID ${'('.repeat(6_000)}`],
  ['NUL as a command', 'x \0'],
  ['NUL in a command', 'x NO\0OP'],
  ['NUL in a quoted string', 'x ID ("na\0me" "b")'],
  ['NUL in a literal', 'x ID ({3+}\r\na\0b "b")'],
  ['8-bit octets as a command', 'x \xc3\xa4\xff'],
  ['8-bit octets in a command', 'x NOOP\xe4'],
  ['more fields in ID than there may be', `x ID (${many(31, (index) => `"f${index}" "v"`)})`],
  ['literals without number', `x ID (${many(1_001, '{0+}\r\n')}`],
  ['a command name without end', `x ${'NOOP'.repeat(1_500)}`],
];

describe('malformed input in every state', () => {
  it.each(ALWAYS)('before login: %s gets BAD', async (_, raw) => {
    const stranger = await server.connect();
    stranger.send(`${raw}\r\n`);
    expect(await stranger.reply('x')).toMatchObject({ status: 'BAD', untagged: [] });
    await stranger.ok('NOOP');
    stranger.destroy();
  });

  it.each(ALWAYS)('after login: %s gets BAD', async (_, raw) => {
    for (const session of [authenticated, selected]) {
      session.send(`${raw}\r\n`);
      expect(await session.reply('x')).toMatchObject({ status: 'BAD', untagged: [] });
      await session.ok('NOOP');
    }
  });

  it('answers before the end of a line without end has come, or it could be waited for for ever', async () => {
    const stranger = await server.connect();
    for (const session of [stranger, authenticated, selected]) {
      session.send(`x NOOP ${'a'.repeat(wireLimits.line)}`);
      expect((await session.reply('x')).status).toBe('BAD');
      session.send(`${'a'.repeat(1_000_000)}\r\n`);
      await session.ok('NOOP');
    }
  });
});

describe('before login', () => {
  it('takes no longer lines and literals than names and passwords need', async () => {
    const stranger = await server.connect();
    expect((await stranger.command(`LOGIN karen ${'a'.repeat(wireLimits.lineBeforeLogin)}`)).status).toBe('BAD');
    const password = Buffer.alloc(wireLimits.literalBeforeLogin + 1, 'a');
    expect((await stranger.command(['LOGIN karen ', password])).status).toBe('BAD');
  });

  it('ends after three wrong commands in all: between them NOOP could make the attempts endless', async () => {
    const stranger = await server.connect();
    for (const line of ['GET / HTTP/1.1', 'NOOP', 'LOGIN', 'CAPABILITY', 'FETCH 1 ALL']) {
      stranger.command(line).catch(() => {});
    }
    await stranger.expectUntagged(/^\* BYE /);
    await stranger.closed;
  });

  it('says BYE to a literal of 4 GB that does not wait, instead of reading it', async () => {
    const stranger = await server.connect();
    stranger.send(`x LOGIN karen {${4 * GiB}+}\r\n`);
    expect((await stranger.reply('x')).status).toBe('BAD');
    await stranger.expectUntagged(/^\* BYE \[TOOBIG\]/);
    await stranger.closed;
  });

  it('fails an AUTHENTICATE whose response never ends, and understands the next command', async () => {
    const stranger = await server.connect();
    stranger.send('x AUTHENTICATE PLAIN\r\n');
    await stranger.expectContinuation();
    stranger.send('A'.repeat(wireLimits.lineBeforeLogin + 1));
    expect((await stranger.reply('x')).status).toBe('BAD');
    stranger.send(`${'A'.repeat(1_000_000)}\r\n`);
    await stranger.ok('NOOP');
  });

  it('drops what is glued to STARTTLS, however much it is', async () => {
    const stranger = await server.connect();
    stranger.send(`x STARTTLS\r\ny LOGIN karen "${KAREN.password}"\r\n${'z NOOP\r\n'.repeat(1_000)}`);
    expect((await stranger.reply('x')).status).toBe('OK');
    await stranger.upgradeToTls();
    expect(await stranger.command('SELECT INBOX')).toMatchObject({ status: 'BAD', untagged: [] });
  });
});

describe('after login', () => {
  it.each([
    ['an atom that is too long', `CREATE ${'a'.repeat(wireLimits.atom + 1)}`],
    ['a literal that is too long', `CREATE {${wireLimits.literal + 1}+}\r\n${'a'.repeat(wireLimits.literal + 1)}`],
    ['literals that are too long together', `RENAME ${many(2, `{40000+}\r\n${'a'.repeat(40_000)}`)}`],
    ['NUL in a mailbox name', 'CREATE {3+}\r\na\0b'],
    ['NUL in a message that is no literal8', 'APPEND INBOX {3+}\r\na\0b'],
    ['8-bit octets in an atom', 'CREATE caf\xe9'],
    ['8-bit octets in a flag', 'APPEND INBOX (caf\xe9) {1+}\r\na'],
    ['parentheses in LIST', `LIST ${nested(10_000)} "" *`],
    ['parentheses in APPEND', `APPEND INBOX ${nested(10_000, '\\Seen')} {1+}\r\na`],
    ['an absurd literal where none belongs', 'NOOP {5+}\r\nhello'],
  ])('answers BAD to %s', async (_, command) => {
    for (const session of [authenticated, selected]) expect((await session.command(command)).status).toBe('BAD');
  });

  it.each([
    ['flags without number in APPEND', `APPEND INBOX (${many(10_000, '\\Seen')}) {1+}\r\na`, 'LIMIT'],
    ['patterns without number', `LIST "" (${many(wireLimits.listPatterns + 1, (index) => `p${index}`)})`, 'LIMIT'],
    ['a message too large, waiting', `APPEND INBOX {${4 * GiB}}`, 'TOOBIG'],
    ['a mailbox name too long', `CREATE ${'a'.repeat(mailboxLimits.name + 1)}`, undefined],
    ['a mailbox name too deep', `CREATE ${many(mailboxLimits.depth + 1, 'a', '/')}`, undefined],
    ['a mailbox name too deep for RENAME', `RENAME INBOX ${many(mailboxLimits.depth + 1, 'a', '/')}`, undefined],
  ])('answers NO to %s', async (_, command, code) => {
    for (const session of [authenticated, selected]) {
      const reply = await session.command(command);
      expect(reply.status).toBe('NO');
      if (code !== undefined) expect(reply.code).toBe(code);
    }
  });

  it('takes a mailbox name and a hierarchy at the limit', async () => {
    for (const name of ['b'.repeat(mailboxLimits.name), many(mailboxLimits.depth, 'c', '/')]) {
      await authenticated.ok(`CREATE ${name}`);
      await selected.ok(`STATUS ${name} (MESSAGES)`);
      await authenticated.ok(`DELETE ${name}`);
    }
  });

  it('says BYE to a message of 4 GB that does not wait, but reads and drops one that is merely too large', async () => {
    server.server.settings.set('imap4.general.maxMessageSize', 1);
    try {
      const large = await authenticated.append('INBOX', Buffer.alloc(1024 * 1024 + 1, 'a'), { literals: 'plus' });
      expect(large).toMatchObject({ status: 'NO', code: 'TOOBIG' });
      await authenticated.ok('NOOP');
    } finally {
      server.server.settings.set('imap4.general.maxMessageSize', 100);
    }
    const client = await server.client();
    client.send(`x APPEND INBOX {${4 * GiB}+}\r\n`);
    expect(await client.reply('x')).toMatchObject({ status: 'NO', code: 'TOOBIG' });
    await client.expectUntagged(/^\* BYE \[TOOBIG\]/);
    await client.closed;
  });

  it('ends a session that sends nothing but nonsense: a client in a loop must not burn a processor', async () => {
    const client = await server.client();
    client.send('x nonsense\r\n'.repeat(49));
    await client.ok('NOOP');
    client.send('x nonsense\r\n'.repeat(60));
    await client.expectUntagged(/^\* BYE /);
    await client.closed;
  });
});

describe('in the selected state', () => {
  it.each([
    ['SEARCH with parentheses 10,000 deep', `SEARCH ${nested(10_000)}`],
    ['SEARCH with NOT 10,000 deep', `SEARCH ${many(10_000, 'NOT')} SEEN`],
    ['SEARCH with OR 10,000 deep', `SEARCH ${many(10_000, 'OR')} SEEN`],
    ['SEARCH with more keys than there may be', `SEARCH ${many(wireLimits.searchKeys + 1, 'ALL')}`],
    ['FETCH with parentheses 10,000 deep', `FETCH 1 ${nested(10_000, 'FLAGS')}`],
    ['FETCH of a part 10,000 deep', `FETCH 1 BODY[${many(10_000, '1', '.')}`],
    ['STORE with parentheses 10,000 deep', `STORE 1 FLAGS ${nested(10_000, '\\Seen')}`],
    ['a sequence set with more ranges than there may be', `FETCH ${many(wireLimits.setRanges + 1, '1', ',')} FLAGS`],
    ['NUL in a sequence set', 'FETCH 1\0 FLAGS'],
    ['NUL in a flag', 'STORE 1 +FLAGS (a\0b)'],
    ['NUL in a search string', 'SEARCH SUBJECT {3+}\r\na\0b'],
    ['8-bit octets in a keyword', 'STORE 1 +FLAGS (caf\xe9)'],
    ['8-bit octets in a search key', 'SEARCH SUBJECT caf\xe9'],
    ['numbers beyond counting', `FETCH ${'9'.repeat(1_000)} FLAGS`],
    ['a partial beyond counting', `FETCH 1 BODY[]<${'9'.repeat(100)}.${'9'.repeat(100)}>`],
  ])('answers BAD to %s', async (_, command) => {
    expect((await selected.command(command)).status).toBe('BAD');
  });

  it('answers NO [LIMIT] to a STORE of 1,000 flags, and stores none of them', async () => {
    const reply = await selected.command(`STORE 1 +FLAGS (${many(1_000, (index) => `many${index}`)})`);
    expect(reply).toMatchObject({ status: 'NO', code: 'LIMIT' });
    expect((await selected.ok('FETCH 1 FLAGS')).untagged.join()).not.toContain('many');
  });

  it('answers NO [LIMIT] to keywords beyond what an account may have; those there are can still be set', async () => {
    const sets = Array.from({ length: 11 }, (_, set) => many(100, (index) => `keyword-${set}-${index}`));
    const replies = [];
    for (const flags of sets) replies.push(await selected.command(`STORE 1 FLAGS.SILENT (${flags})`));
    expect(replies.map(({ status }) => status)).toEqual([...Array(10).fill('OK'), 'NO']);
    expect(replies.at(-1)!.code).toBe('LIMIT');
    await selected.ok('STORE 1 FLAGS.SILENT (keyword-3-7)');
    // Another's account has its own.
    await bystander.ok('STORE 1 FLAGS.SILENT (his-own)');
  });
});
