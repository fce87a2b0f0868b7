import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wireLimits } from '../../core/base/limits.ts';
import { onlyFetch, valuesOf } from '../support/fetch-replies.ts';
import { listReplies, rev2Client, smallMessage, toldOf, utf8 } from '../support/mailboxes.ts';
import { Random } from '../support/random.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('APPEND', () => {
  let server: TestServer;
  let karen: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client();
  });
  afterAll(() => server.stop());

  const message = smallMessage(1);
  const messagesIn = async (mailbox: string) => toldOf(await karen.ok(`STATUS ${mailbox} (MESSAGES)`), 'MESSAGES');

  it.each([
    ['APPEND'],
    ['APPEND '],
    ['APPEND INBOX'],
    ['APPEND INBOX '],
    ['APPEND INBOX "quoted"'],
    ['APPEND INBOX atom'],
    ['APPEND INBOX (\\Seen)'],
    ['APPEND INBOX (\\Seen) "17-Jul-1996 02:44:25 -0700"'],
    ['APPEND INBOX', message],
    ['APPEND  INBOX ', message],
    ['APPEND INBOX  ', message],
    ['APPEND INBOX \\Seen ', message],
    ['APPEND INBOX (\\Seen)', message],
    ['APPEND INBOX (\\Seen ', message],
    ['APPEND INBOX (a{) ', message],
    ['APPEND INBOX "17-Jul-1996 02:44:25 -0700" (\\Seen) ', message],
    ['APPEND INBOX "30-Feb-1996 02:44:25 -0700" ', message],
    ['APPEND INBOX "17-Jul-1996 02:44 -0700" ', message],
    ['APPEND INBOX "17-Jul-1996" ', message],
    ['APPEND INBOX ""', message],
    ['APPEND INBOX ', message, ' '],
    ['APPEND INBOX ', message, 'x'],
    ['APPEND INBOX ', message, ' (\\Seen)'],
    ['APPEND INBOX ', message, message],
    ['APPEND INBOX CATENATE (TEXT ', message, ')'],
  ])('answers BAD to the malformed %j and adds nothing', async (...parts) => {
    const before = await messagesIn('INBOX');
    expect((await karen.command(parts, 'plus')).status).toBe('BAD');
    expect((await karen.ok('NOOP')).untagged).toEqual([]);
    expect(await messagesIn('INBOX')).toBe(before);
  });

  it('is unknown to strangers', async () => {
    const stranger = await server.connect();
    expect((await stranger.append('INBOX', message, { literals: 'plus' })).status).toBe('BAD');
  });

  it('advertises what it can do', async () => {
    const capabilities = (await karen.ok('CAPABILITY')).untagged[0]!.split(' ');
    for (const name of ['MULTIAPPEND', 'UIDPLUS', 'LITERAL+', 'BINARY']) expect(capabilities).toContain(name);
    expect(capabilities.find((name) => name.startsWith('APPENDLIMIT='))).toMatch(/=[1-9]\d+$/);
  });

  it.each(['sync', 'plus'] as const)(
    'keeps octets, flags and date as they came (%s literal), and says which UID',
    async (literals) => {
      await karen.ok(`CREATE kept-${literals}`);
      const octets = Buffer.from(
        'Subject: \xe4\xf6\xff\r\nX: \x01\x7f\x80\n\rbare\rCR and\nLF \x00'.slice(0, -1),
        'latin1',
      );
      const reply = await karen.append(`kept-${literals}`, octets, {
        flags: ['\\Seen', '$Forwarded'],
        date: ' 7-Feb-1994 22:43:04 -0830',
        literals,
      });
      const { untagged } = await karen.ok(`SELECT kept-${literals}`);
      const uidValidity = toldOf({ ...reply, untagged }, 'UIDVALIDITY');
      expect([reply.status, reply.code]).toEqual(['OK', `APPENDUID ${uidValidity} 1`]);
      const items = onlyFetch(await karen.ok('UID FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])'));
      expect(items.get('FLAGS')).toMatch(/^\(\\Seen \$Forwarded( \\Recent)?\)$/);
      expect(items.get('INTERNALDATE')).toBe(' 7-Feb-1994 22:43:04 -0830');
      expect(items.get('RFC822.SIZE')).toBe(`${octets.length}`);
      expect(Buffer.from(items.get('BODY[]')!, 'latin1').equals(octets)).toBe(true);
    },
  );

  it('without flags and date sets none, and the time of arrival', async () => {
    await karen.ok('CREATE plain');
    await karen.append('plain', message);
    await karen.ok('EXAMINE plain');
    const items = onlyFetch(await karen.ok('FETCH 1 (FLAGS INTERNALDATE)'));
    expect(items.get('FLAGS')).toBe('(\\Recent)');
    const date = items.get('INTERNALDATE')!;
    const time = Date.parse(`${date.slice(0, 11).replaceAll('-', ' ')}${date.slice(11)}`);
    expect(Math.abs(time - Date.now())).toBeLessThan(10 * 60_000);
  });

  it('takes any octets but NUL in a literal8 as they are, one octet and three megabytes', async () => {
    await karen.ok('CREATE binary');
    const contents = [Buffer.from('x'), Buffer.from(new Random(3).bytes(3 * 1024 * 1024).map((octet) => octet || 1))];
    for (const octets of contents) expect((await karen.command(['APPEND binary ~', octets])).status).toBe('OK');
    await karen.ok('EXAMINE binary');
    for (const [index, octets] of contents.entries()) {
      const items = onlyFetch(await karen.ok(`FETCH ${index + 1} BODY.PEEK[]`));
      expect(Buffer.from(items.get('BODY[]')!, 'latin1').equals(octets)).toBe(true);
    }
  });

  it('puts a body with NULs into base64, as every item tells; BINARY gives what came (RFC 3516 sections 4.4 and 6)', async () => {
    await karen.ok('CREATE nuls');
    const body = Buffer.from([0, 1, 2, 0xff, 0]);
    const head = 'Content-Type: application/x\r\nContent-Transfer-Encoding: binary\r\n\r\n';
    expect((await karen.command(['APPEND nuls ~', Buffer.concat([Buffer.from(head), body])])).status).toBe('OK');
    await karen.ok('EXAMINE nuls');
    const items = onlyFetch(
      await karen.ok('FETCH 1 (BODY RFC822.SIZE BODY.PEEK[] BODY.PEEK[1] BINARY.PEEK[1] BINARY.SIZE[1])'),
    );
    const whole = `Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n${body.toString('base64')}`;
    expect([...items]).toEqual([
      ['BODY', '("application" "x" NIL NIL NIL "base64" 8)'],
      ['RFC822.SIZE', `${whole.length}`],
      ['BODY[]', whole],
      ['BODY[1]', body.toString('base64')],
      ['BINARY[1]', body.toString('latin1')],
      ['BINARY.SIZE[1]', `${body.length}`],
    ]);
  });

  it('answers NO [UNKNOWN-CTE] to a NUL that no encoding can take, and appends none of several', async () => {
    const before = await messagesIn('INBOX');
    const reply = await karen.command([
      'APPEND INBOX ~',
      Buffer.from('a: b\r\n\r\nc'),
      ' ~',
      Buffer.from('a: \0\r\n\r\nb'),
    ]);
    expect([reply.status, reply.code]).toEqual(['NO', 'UNKNOWN-CTE']);
    expect(await messagesIn('INBOX')).toBe(before);
  });

  it('shows a NUL that came back with an old export as another octet: none may be in a literal (RFC 9051 section 9, CHAR8)', async () => {
    await karen.ok('CREATE brought');
    const bytes = Buffer.from('Subject: a\0b\r\nX: \0\r\n\r\nc\0');
    const path = join(server.data, 'old.mbox');
    const mark = 'From - Thu Jan  1 00:00:00 2026\nX-Mailroom-Export: zone=+0000; added=; last-line=open\r\n';
    await writeFile(path, Buffer.concat([Buffer.from(mark), bytes, Buffer.from('\n\n')]));
    const brought = {
      user: 'karen',
      mailbox: 'brought',
      source: { kind: 'path', path } as const,
      skipDuplicates: false,
    };
    expect(await server.server.admin.call('mail.import', brought)).toMatchObject({ ok: true });
    await expect.poll(() => messagesIn('brought')).toBe('1');
    await karen.ok('EXAMINE brought');
    const sections = [
      '',
      'HEADER',
      'TEXT',
      '1',
      'HEADER.FIELDS (SUBJECT)',
      'HEADER.FIELDS (X)',
      'HEADER.FIELDS.NOT (X)',
    ];
    const peeks = sections.map((section) => `BODY.PEEK[${section}]`);
    const items = onlyFetch(await karen.ok(`FETCH 1 (RFC822.SIZE ${peeks.join(' ')} BINARY.PEEK[])`));
    const shown = bytes.toString('latin1').replaceAll('\0', '\x80');
    const [header, subject] = [shown.slice(0, -2), shown.slice(0, 14)];
    const told = [shown, header, 'c\x80', 'c\x80', `${subject}\r\n`, 'X: \x80\r\n\r\n', `${subject}\r\n`];
    expect(sections.map((section) => items.get(`BODY[${section}]`))).toEqual(told);
    expect(items.get('RFC822.SIZE')).toBe(`${bytes.length}`);
    expect(items.get('BINARY[]')).toBe(bytes.toString('latin1'));
  });

  it('answers BAD to a NUL in an ordinary literal (RFC 9051 section 9, CHAR8)', async () => {
    const before = await messagesIn('INBOX');
    expect((await karen.append('INBOX', Buffer.from('a\0b'))).status).toBe('BAD');
    expect(await messagesIn('INBOX')).toBe(before);
  });

  it('leaves \\Recent and unknown system flags out: who copies mail passes on what he fetched', async () => {
    await karen.ok('CREATE flagged');
    expect((await karen.append('flagged', message, { flags: ['\\Recent', '\\FLAGGED', '\\Odd', 'word'] })).status).toBe(
      'OK',
    );
    const olaf = await rev2Client(server);
    await olaf.ok('EXAMINE flagged');
    expect(valuesOf(await olaf.ok('FETCH 1 FLAGS'), 'FLAGS')).toEqual([[1, '(\\Flagged word)']]);
  });

  it('says TRYCREATE where there is no such mailbox, and does not make it (RFC 9051 section 6.3.12)', async () => {
    const reply = await karen.append('nowhere', message);
    expect([reply.status, reply.code]).toEqual(['NO', 'TRYCREATE']);
    expect((await karen.ok('LIST "" nowhere')).untagged).toEqual([]);
  });

  it('tells EXISTS before OK when the mailbox is the selected one, and others at once', async () => {
    await karen.ok('CREATE watched');
    const other = await server.client();
    await other.ok('SELECT watched');
    await other.idle();
    await karen.ok('SELECT watched');
    const reply = await karen.append('watched', message);
    expect(reply.untagged).toContain('* 1 EXISTS');
    expect(await other.expectUntagged(/EXISTS/)).toBe('* 1 EXISTS');
    await other.done();
    expect((await karen.append('INBOX', message)).untagged).toEqual([]);
  });

  describe('of several messages (RFC 3502)', () => {
    it('adds them in order, each with its own flags and date, and names all UIDs', async () => {
      await karen.ok('CREATE several');
      const reply = await karen.appendMany('several', [
        { bytes: smallMessage(1), flags: ['\\Seen'] },
        { bytes: smallMessage(2) },
        { bytes: smallMessage(3), flags: [], date: '17-Jul-1996 02:44:25 -0700' },
      ]);
      expect(reply.code).toMatch(/^APPENDUID \d+ 1:3$/);
      await karen.ok('EXAMINE several');
      const fetched = await karen.ok('FETCH 1:* (FLAGS BODY.PEEK[])');
      expect(valuesOf(fetched, 'BODY[]')).toEqual([1, 2, 3].map((n) => [n, smallMessage(n).toString()]));
      expect(valuesOf(fetched, 'FLAGS').map(([, flags]) => flags!.includes('\\Seen'))).toEqual([true, false, false]);
      expect(valuesOf(await karen.ok('FETCH 3 INTERNALDATE'), 'INTERNALDATE')).toEqual([
        [3, '17-Jul-1996 02:44:25 -0700'],
      ]);
    });

    it('adds all or none: an empty one cancels (NO), a malformed one is BAD, a missing mailbox TRYCREATE', async () => {
      await karen.ok('CREATE none');
      const cancelled = await karen.appendMany('none', [{ bytes: message }, { bytes: Buffer.alloc(0) }]);
      expect([cancelled.status, cancelled.code]).toEqual(['NO', undefined]);
      expect((await karen.append('none', Buffer.alloc(0))).status).toBe('NO');
      expect((await karen.appendMany('none', [{ bytes: message }, { bytes: Buffer.from('\0') }])).status).toBe('BAD');
      expect((await karen.appendMany('nowhere', [{ bytes: message }, { bytes: message }], 'plus')).code).toBe(
        'TRYCREATE',
      );
      expect(await messagesIn('none')).toBe('0');
    });

    it('refuses more of them than may be held at once', async () => {
      await karen.ok('CREATE toomany');
      const messages = Array.from({ length: wireLimits.messagesPerAppend + 1 }, () => ({ bytes: Buffer.from('x') }));
      const reply = await karen.appendMany('toomany', messages, 'plus');
      expect([reply.status, reply.code]).toEqual(['NO', 'LIMIT']);
      expect(await messagesIn('toomany')).toBe('0');
    });
  });

  it('refuses a message over APPENDLIMIT before it is sent (RFC 7889 section 4), and the connection goes on', async () => {
    const client = await server.client();
    client.send('big APPEND INBOX {4000000000}\r\n');
    const reply = await client.reply('big');
    expect([reply.status, reply.code]).toEqual(['NO', 'TOOBIG']);
    expect((await client.command('NOOP')).status).toBe('OK');
  });

  it('finds a mailbox by its name in either encoding, and tells an IMAP4rev2 client how it is spelled', async () => {
    const rev2 = await rev2Client(server);
    await rev2.ok(`CREATE "${utf8('Entwürfe')}"`);
    expect((await karen.append('Entw&APw-rfe', message)).status).toBe('OK');
    const reply = await rev2.append(utf8('Entwu\u0308rfe'), message);
    expect(reply.code).toMatch(/^APPENDUID \d+ 2$/);
    expect(listReplies(reply)).toEqual([expect.stringContaining('"OLDNAME"')]);
  });
});
