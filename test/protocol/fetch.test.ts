import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchReplies, onlyFetch, valuesOf } from '../support/fetch-replies.ts';
import { rev2Client, smallMessage } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('FETCH and UID FETCH', () => {
  let server: TestServer;
  let karen: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client();
  });
  afterAll(() => server.stop());

  /** A new mailbox with small messages of these flags; UIDs are 1, 2, …. */
  async function filled(name: string, ...flags: string[][]): Promise<void> {
    await karen.ok(`CREATE ${name}`);
    for (const [number, each] of flags.entries()) {
      const reply = await karen.append(name, smallMessage(number + 1), {
        flags: each,
        date: '17-Jul-1996 02:44:25 -0700',
      });
      expect(reply.status).toBe('OK');
    }
  }

  describe('malformed', () => {
    beforeAll(() => filled('malformed', []));

    it.each([
      'FETCH',
      'FETCH ',
      'FETCH 1',
      'FETCH 1 ',
      'FETCH  1 FLAGS',
      'FETCH 1  FLAGS',
      'FETCH 1 FLAGS ',
      'FETCH 1 FLAGS UID',
      'FETCH 0 FLAGS',
      'FETCH x FLAGS',
      'FETCH 1: FLAGS',
      'FETCH 1,, FLAGS',
      'FETCH 1 ()',
      'FETCH 1 (FLAGS',
      'FETCH 1 (ALL)',
      'FETCH 1 NONSENSE',
      'FETCH 1 BODY[',
      'FETCH 1 BODY[MIME]',
      'FETCH 1 BODY[]<0>',
      'FETCH 1 BODY[]<0.0>',
      'FETCH 1 BINARY[TEXT]',
      'FETCH 1 FLAGS ()',
      'FETCH 1 FLAGS (CHANGEDSINCE)',
      'FETCH 1 FLAGS (CHANGEDSINCE x)',
      'FETCH 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 2)',
      'UID FETCH 1:* FLAGS (CHANGEDSINCE 1 VANISHED)',
      'UID FETCH',
      'UID  FETCH 1 FLAGS',
      'FETCH 2 FLAGS',
      'FETCH 1:2 FLAGS',
      'FETCH 4294967296 FLAGS',
    ])('%j is answered BAD, and nothing is marked as read', async (line) => {
      const client = await server.client();
      await client.ok('SELECT malformed');
      const reply = await client.command(line);
      expect(reply.status).toBe('BAD');
      expect(reply.untagged).toEqual([]);
      expect(onlyFetch(await client.ok('FETCH 1 FLAGS')).get('FLAGS')).not.toContain('\\Seen');
      client.destroy();
    });

    it('is BAD without a selected mailbox, and in an empty one for any number (RFC 9051 section 9, seq-number)', async () => {
      const client = await server.client();
      expect((await client.command('FETCH 1 FLAGS')).status).toBe('BAD');
      await client.ok('SELECT Junk');
      for (const line of ['FETCH 1:* FLAGS', 'FETCH * FLAGS', 'STORE * FLAGS ()', 'COPY *:* INBOX']) {
        expect((await client.command(line)).status).toBe('BAD');
      }
      expect((await client.ok('UID FETCH 1:* FLAGS')).untagged).toEqual([]);
    });
  });

  describe('attributes', () => {
    beforeAll(() => filled('attributes', ['\\Seen', 'work'], []));

    it('come as they were given to APPEND, for an IMAP4rev1 client with \\Recent', async () => {
      const client = await server.client();
      await client.ok('EXAMINE attributes');
      const { untagged } = await client.ok('FETCH 1:2 (UID FLAGS INTERNALDATE RFC822.SIZE)');
      const size = smallMessage(1).length;
      expect(untagged).toEqual([
        `* 1 FETCH (UID 1 FLAGS (\\Seen work \\Recent) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE ${size})`,
        `* 2 FETCH (UID 2 FLAGS (\\Recent) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE ${size})`,
      ]);
    });

    it('come without \\Recent for an IMAP4rev2 client (RFC 9051 appendix E)', async () => {
      const client = await rev2Client(server);
      await client.ok('EXAMINE attributes');
      expect(valuesOf(await client.ok('FETCH 1:* FLAGS'), 'FLAGS')).toEqual([
        [1, '(\\Seen work)'],
        [2, '()'],
      ]);
    });

    it('come in the macros, each with exactly its items', async () => {
      const client = await server.client();
      await client.ok('EXAMINE attributes');
      const labels = async (macro: string) => [...onlyFetch(await client.ok(`FETCH 1 ${macro}`)).keys()];
      expect(await labels('FAST')).toEqual(['FLAGS', 'INTERNALDATE', 'RFC822.SIZE']);
      expect(await labels('ALL')).toEqual(['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE']);
      expect(await labels('FULL')).toEqual(['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY']);
    });

    it('describe the message: ENVELOPE, BODY and BODYSTRUCTURE', async () => {
      const client = await server.client();
      await client.ok('EXAMINE attributes');
      const items = onlyFetch(await client.ok('FETCH 2 (ENVELOPE BODY BODYSTRUCTURE)'));
      const sender = '((NIL NIL "a" "example.com"))';
      expect(items.get('ENVELOPE')).toBe(`(NIL "number 2" ${sender} ${sender} ${sender} NIL NIL NIL NIL NIL)`);
      const body = '"text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 8 1';
      expect(items.get('BODY')).toBe(`(${body})`);
      expect(items.get('BODYSTRUCTURE')).toBe(`(${body} NIL NIL NIL NIL)`);
    });

    it('look into message/global for those who enabled IMAP4rev2 only: to others it is a type like any other', async () => {
      const [old, modern] = [await server.client(), await rev2Client(server)];
      await old.ok('CREATE global');
      await old.append('global', Buffer.from('Content-Type: message/global\r\n\r\nSubject: in\r\n\r\nin'));
      const told = [];
      for (const client of [old, modern]) {
        await client.ok('EXAMINE global');
        told.push(onlyFetch(await client.ok('FETCH 1 BODY')).get('BODY'));
      }
      const basic = '"message" "global" NIL NIL NIL "7bit" 17';
      const inside = '("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 2 0)';
      const envelope = '(NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL)';
      expect(told).toEqual([`(${basic})`, `(${basic} ${envelope} ${inside} 2)`]);
    });

    it('are told once each, whatever set names a message twice, in ascending order', async () => {
      const client = await server.client();
      await client.ok('EXAMINE attributes');
      expect(fetchReplies(await client.ok('FETCH 2,1:*,1 UID')).map(({ sequence }) => sequence)).toEqual([1, 2]);
    });

    it('carry the UID in every reply of UID FETCH, asked for or not; a UID that is not there is no error', async () => {
      const client = await server.client();
      await client.ok('EXAMINE attributes');
      expect((await client.ok('UID FETCH 2,77 RFC822.SIZE')).untagged).toEqual([
        `* 2 FETCH (UID 2 RFC822.SIZE ${smallMessage(2).length})`,
      ]);
      expect((await client.ok('UID FETCH 77 (FLAGS UID)')).untagged).toEqual([]);
      // RFC 9051 section 6.4.9: a range up to * always names the last message
      expect(valuesOf(await client.ok('UID FETCH 77:* UID'), 'UID')).toEqual([[2, '2']]);
    });

    it('are found through the saved search result, too (RFC 5182)', async () => {
      const client = await server.client();
      await client.ok('SELECT attributes');
      await client.ok('SEARCH RETURN (SAVE) UNSEEN');
      expect(valuesOf(await client.ok('FETCH $ UID'), 'UID')).toEqual([[2, '2']]);
      expect(valuesOf(await client.ok('UID FETCH $ UID'), 'UID')).toEqual([[2, '2']]);
    });
  });

  describe('object ids and the date of saving', () => {
    it('give copies the same EMAILID and each its own SAVEDATE; THREADID is NIL (RFC 8474, RFC 8514)', async () => {
      await filled('ids', [], []);
      await karen.ok('SELECT ids');
      const { code } = await karen.ok('COPY 1 ids');
      expect(code).toMatch(/^COPYUID \d+ 1 3$/);
      const replies = fetchReplies(await karen.ok('FETCH 1:3 (EMAILID THREADID SAVEDATE INTERNALDATE)'));
      const ids = replies.map(({ items }) => items.get('EMAILID'));
      expect(ids[0]).toMatch(/^\([A-Za-z0-9_-]{1,255}\)$/);
      expect(ids[2]).toBe(ids[0]);
      expect(ids[1]).not.toBe(ids[0]);
      for (const { items } of replies) {
        expect(items.get('THREADID')).toBe('NIL');
        expect(items.get('INTERNALDATE')).toBe('17-Jul-1996 02:44:25 -0700');
        const saved = Date.parse(items.get('SAVEDATE')!.replace(/-/g, (dash, at) => (at < 12 ? ' ' : dash)));
        expect(Math.abs(saved - Date.now())).toBeLessThan(10 * 60_000);
      }
    });
  });

  describe('reading a message', () => {
    it('marks it as seen and says so in the same reply; others see it at once, the reader is not told twice', async () => {
      await filled('reading', [], ['\\Seen'], []);
      const other = await server.client();
      await other.ok('SELECT reading');
      await karen.ok('SELECT reading');
      const reply = await karen.ok('FETCH 1:2 BODY[TEXT]');
      expect(reply.untagged).toEqual([
        '* 1 FETCH (FLAGS (\\Seen) BODY[TEXT] {8}\r\nBody 1\r\n)',
        '* 2 FETCH (BODY[TEXT] {8}\r\nBody 2\r\n)',
      ]);
      expect((await karen.ok('NOOP')).untagged).toEqual([]);
      expect(valuesOf(await other.ok('NOOP'), 'FLAGS')).toEqual([[1, '(\\Seen \\Recent)']]);
    });

    it.each(['BODY[]', 'RFC822', 'RFC822.TEXT', 'BODY[1]', 'BODY[HEADER.FIELDS (Subject)]', 'BINARY[1]', 'BODY[9]'])(
      '%s marks as seen, and FLAGS asked for beside it are the new ones, once',
      async (item) => {
        const name = `seen-${item.replace(/[^A-Z0-9]/gi, '')}`;
        await filled(name, []);
        await karen.ok(`SELECT ${name}`);
        expect(onlyFetch(await karen.ok(`FETCH 1 (FLAGS ${item})`)).get('FLAGS')).toContain('\\Seen');
        await karen.ok('STORE 1 -FLAGS.SILENT \\Seen');
        expect(onlyFetch(await karen.ok(`UID FETCH 1 (${item})`)).get('FLAGS')).toContain('\\Seen');
      },
    );

    it.each(['BODY.PEEK[]', 'RFC822.HEADER', 'BINARY.PEEK[1]', 'BINARY.SIZE[1]', 'FULL', 'BODYSTRUCTURE'])(
      '%s leaves it unseen',
      async (item) => {
        await karen.ok('SELECT malformed');
        expect(onlyFetch(await karen.ok(`FETCH 1 ${item}`)).get('FLAGS') ?? '').not.toContain('\\Seen');
        expect(onlyFetch(await karen.ok('FETCH 1 FLAGS')).get('FLAGS')).not.toContain('\\Seen');
      },
    );

    it('after EXAMINE changes nothing', async () => {
      await karen.ok('EXAMINE malformed');
      expect([...onlyFetch(await karen.ok('FETCH 1 BODY[]')).keys()]).toEqual(['BODY[]']);
      expect(onlyFetch(await karen.ok('FETCH 1 FLAGS')).get('FLAGS')).not.toContain('\\Seen');
    });
  });

  describe('with CONDSTORE (RFC 7162)', () => {
    beforeAll(() => filled('modseqs', [], [], []));

    it('tells HIGHESTMODSEQ with the first use, once, and from then on MODSEQ with every change', async () => {
      const client = await server.client();
      await client.ok('SELECT modseqs');
      const first = await client.ok('FETCH 1 MODSEQ');
      expect(first.untagged[0]).toMatch(/^\* OK \[HIGHESTMODSEQ \d+\] /);
      expect(first.untagged[1]).toMatch(/^\* 1 FETCH \(MODSEQ \(\d+\)\)$/);
      expect((await client.ok('FETCH 1 MODSEQ')).untagged).toHaveLength(1);
      await karen.ok('SELECT modseqs');
      await karen.ok('STORE 2 +FLAGS \\Flagged');
      expect([...onlyFetch(await client.ok('NOOP')).keys()]).toEqual(['UID', 'FLAGS', 'MODSEQ']);
      // RFC 7162 section 3.2.4: a FETCH that sets \Seen
      expect([...onlyFetch(await client.ok('FETCH 3 BODY[TEXT]')).keys()]).toEqual([
        'UID',
        'FLAGS',
        'MODSEQ',
        'BODY[TEXT]',
      ]);
    });

    it('gives CHANGEDSINCE only what is newer, with MODSEQ unasked', async () => {
      const client = await server.client();
      await client.ok('SELECT modseqs');
      const [, before] = valuesOf(await client.ok('FETCH 1:3 MODSEQ'), 'MODSEQ').map(([, value]) =>
        value!.slice(1, -1),
      );
      await client.ok('STORE 3 +FLAGS.SILENT changed');
      const { untagged } = await client.ok(`UID FETCH 1:* FLAGS (CHANGEDSINCE ${before})`);
      expect(untagged).toEqual([expect.stringMatching(/^\* 3 FETCH \(UID 3 MODSEQ \(\d+\) FLAGS \(.*changed.*\)\)$/)]);
      expect((await client.ok('FETCH 1:* FLAGS (CHANGEDSINCE 9223372036854775807)')).untagged).toEqual([]);
    });
  });

  describe('while others expunge', () => {
    it('never shifts numbers during FETCH: the message is given as it was, EXPUNGE waits for the next command', async () => {
      await filled('expunged', [], ['\\Deleted', 'old'], []);
      const client = await server.client();
      await client.ok('SELECT expunged');
      await karen.ok('SELECT expunged');
      await karen.ok('EXPUNGE');
      const reply = await client.command('FETCH 1:3 (UID FLAGS BODY.PEEK[TEXT] ENVELOPE)');
      expect(reply.untagged.join('')).not.toContain('EXPUNGE');
      const texts = valuesOf(reply, 'BODY[TEXT]');
      expect(texts[0]).toEqual([1, 'Body 1\r\n']);
      expect(texts.at(-1)).toEqual([3, 'Body 3\r\n']);
      expect(valuesOf(await client.ok('FETCH 2 FLAGS'), 'FLAGS')).toEqual([[2, expect.stringContaining('old')]]);
      // RFC 9051 section 7.5.1: a UID command may tell it
      expect((await client.ok('UID FETCH 3 UID')).untagged).toEqual(['* 3 FETCH (UID 3)', '* 2 EXPUNGE']);
      expect((await client.ok('FETCH 2 UID')).untagged).toEqual(['* 2 FETCH (UID 3)']);
    });
  });

  it('gives thousands of messages completely, in order, text and content where they belong', async () => {
    await karen.ok('CREATE many');
    const messages = Array.from({ length: 1_000 }, (_, number) => ({ bytes: smallMessage(number + 1) }));
    for (let round = 0; round < 2; round++)
      expect((await karen.appendMany('many', messages, 'plus')).status).toBe('OK');
    await karen.ok('SELECT many');
    const fetched = karen.ok('FETCH 1:* (UID BODY.PEEK[] BODY.PEEK[HEADER.FIELDS (Subject)] FLAGS)');
    const replies = fetchReplies(await fetched);
    expect(replies).toHaveLength(2_000);
    for (const [index, { sequence, items }] of replies.entries()) {
      const number = (index % 1_000) + 1;
      expect(sequence).toBe(index + 1);
      expect(items.get('BODY[]')).toBe(smallMessage(number).toString('latin1'));
      expect(items.get('BODY[HEADER.FIELDS (Subject)]')).toBe(`Subject: number ${number}\r\n\r\n`);
    }
  });
});
