import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailboxLimits } from '../../core/base/limits.ts';
import { fetchReplies, onlyFetch, valuesOf } from '../support/fetch-replies.ts';
import { rev2Client, smallMessage } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('STORE and UID STORE', () => {
  let server: TestServer;
  let karen: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client();
  });
  afterAll(() => server.stop());

  let lastMailbox = 0;
  /** A new mailbox with messages of these flags, selected by karen and, without \Recent in the way, by another. */
  async function selected(...flags: string[][]): Promise<{ name: string; other: RawImap }> {
    const name = `store${++lastMailbox}`;
    await karen.ok(`CREATE ${name}`);
    for (const each of flags) await karen.append(name, smallMessage(1), { flags: each });
    const other = await rev2Client(server);
    await other.ok(`SELECT ${name}`);
    await karen.ok(`SELECT ${name}`);
    return { name, other };
  }

  /** The flags of all messages, after what has changed has been told. */
  const flagsOf = async (client: RawImap) => {
    await client.ok('NOOP');
    return valuesOf(await client.ok('FETCH 1:* FLAGS'), 'FLAGS').map(([, flags]) => flags);
  };
  const modseqsOf = async (client: RawImap) => {
    return valuesOf(await client.ok('FETCH 1:* MODSEQ'), 'MODSEQ').map(([, modseq]) => Number(modseq!.slice(1, -1)));
  };

  it.each([
    'STORE',
    'STORE 1',
    'STORE 1 ',
    'STORE 1 FLAGS',
    'STORE 1 FLAGS ',
    'STORE 1  FLAGS (\\Seen)',
    'STORE 1 FLAGS  (\\Seen)',
    'STORE 1 FLAGS (\\Seen) ',
    'STORE 1 FLAGS (\\Seen) x',
    'STORE 1 FLAGS (\\Seen',
    'STORE 1 FLAGS (\\Seen  \\Draft)',
    'STORE 1 FLAGS \\Seen  \\Draft',
    'STORE 1 FLAGS \\',
    'STORE 1 FLAGS "quoted"',
    'STORE 1 FLAGS (a%b)',
    'STORE 1 *FLAGS (\\Seen)',
    'STORE 1 FLAGS.LOUD (\\Seen)',
    'STORE 1 FLAGS.SILENT.SILENT (\\Seen)',
    'STORE 1 (UNCHANGEDSINCE) FLAGS (\\Seen)',
    'STORE 1 (UNCHANGEDSINCE x) FLAGS (\\Seen)',
    'STORE 1 (UNCHANGEDSINCE 1 UNCHANGEDSINCE 1) FLAGS (\\Seen)',
    'STORE 1 (CHANGEDSINCE 1) FLAGS (\\Seen)',
    'STORE 1 () FLAGS (\\Seen)',
    'STORE 0 FLAGS (\\Seen)',
    'STORE 2 FLAGS (\\Seen)',
    'STORE 1 FLAGS (\\Recent)',
    'STORE 1 +FLAGS \\RECENT',
    'UID STORE 1',
  ])('answers BAD to %j and changes nothing', async (line) => {
    const { other } = await selected(['keep']);
    const reply = await karen.command(line);
    expect(reply.status).toBe('BAD');
    expect(reply.untagged).toEqual([]);
    expect(await flagsOf(other)).toEqual(['(keep)']);
    other.destroy();
  });

  it('is BAD without a selected mailbox, and NO after EXAMINE', async () => {
    const client = await server.client();
    expect((await client.command('STORE 1 FLAGS ()')).status).toBe('BAD');
    const { name, other } = await selected(['keep']);
    await client.ok(`EXAMINE ${name}`);
    for (const line of ['STORE 1 FLAGS ()', 'UID STORE 1 FLAGS ()', 'STORE 1 FLAGS.SILENT ()']) {
      expect((await client.command(line)).status).toBe('NO');
    }
    expect(await flagsOf(other)).toEqual(['(keep)']);
  });

  it('replaces, adds and removes, with and without parentheses, and answers with what the flags are now', async () => {
    const { other } = await selected(['\\Seen', 'a'], []);
    const expectStored = async (what: string, ...flags: string[]) => {
      const answered = valuesOf(await karen.ok(`STORE 1:2 ${what}`), 'FLAGS');
      expect(answered.map(([, value]) => sorted(value))).toEqual(flags);
      expect((await flagsOf(other)).map(sorted)).toEqual(flags);
    };
    await expectStored('+FLAGS (\\Flagged b)', '\\Flagged \\Seen a b', '\\Flagged b');
    await expectStored('-flags \\Seen b', '\\Flagged a', '\\Flagged');
    await expectStored('FLAGS (\\Answered)', '\\Answered', '\\Answered');
    await expectStored('FLAGS ()', '', '');
  });

  it('answers for messages whose flags were so already, too (RFC 9051 section 6.4.6)', async () => {
    await selected(['\\Seen']);
    expect(valuesOf(await karen.ok('STORE 1 +FLAGS \\seen'), 'FLAGS')).toEqual([
      [1, expect.stringContaining('\\Seen')],
    ]);
  });

  it('knows flags in any case, and does not make a second one of them', async () => {
    const { other } = await selected(['\\Seen', '$Forwarded']);
    await karen.ok('STORE 1 +FLAGS.SILENT (\\SEEN \\flagged $FORWARDED)');
    expect((await flagsOf(other)).map(sorted)).toEqual(['$Forwarded \\Flagged \\Seen']);
    await karen.ok('STORE 1 -FLAGS.SILENT ($forwarded \\SEEN)');
    expect((await flagsOf(other)).map(sorted)).toEqual(['\\Flagged']);
  });

  it('ignores a system flag that is not in PERMANENTFLAGS (RFC 9051 section 7.1)', async () => {
    const { other } = await selected([]);
    await karen.ok('STORE 1 FLAGS (\\Important \\Seen)');
    expect(await flagsOf(other)).toEqual(['(\\Seen)']);
  });

  it('says nothing after .SILENT, but keeps what others changed from being lost on the way', async () => {
    const { other } = await selected([], []);
    await other.ok('STORE 1 +FLAGS.SILENT (\\Flagged)');
    const reply = await karen.ok('STORE 1:2 +FLAGS.SILENT (\\Seen)');
    // The client believes to know the flags of message 1 by now: it must have been told of the other's \Flagged.
    expect(fetchReplies(reply).map(({ sequence }) => sequence)).toEqual([1]);
    expect(reply.untagged[0]).toContain('\\Flagged');
    expect((await karen.ok('NOOP')).untagged).toEqual([]);
  });

  it('never hides under a .SILENT what others changed while it had to wait', async () => {
    const { name, other } = await selected();
    const busy = await server.client();
    const messages = Array.from({ length: 1_000 }, (_, number) => ({ bytes: smallMessage(number) }));
    for (let round = 0; round < 3; round++) await busy.appendMany(name, messages, 'plus');
    await busy.ok(`SELECT ${name}`);
    for (let round = 0; round < 2; round++) await busy.ok(`COPY 1:3000 ${name}`);
    await Promise.all([karen.ok('NOOP'), other.ok('NOOP'), busy.ok('NOOP')]);
    for (let round = 0; round < 5; round++) {
      // Nobody stores anything while a long COPY is written, so both changes wait behind it.
      const copying = busy.ok('COPY 1:9000 Junk');
      await new Promise((resolve) => setTimeout(resolve, 3));
      const theirs = other.ok(`STORE 1 FLAGS.SILENT (theirs${round})`);
      const own = await karen.ok('STORE 1 +FLAGS.SILENT (\\Answered)');
      await Promise.all([copying, theirs]);
      const told = [...own.untagged, ...(await karen.ok('NOOP')).untagged];
      expect(told.findLast((line) => line.startsWith('* 1 FETCH'))).toContain(`theirs${round}`);
    }
  });

  it('tells FLAGS before a keyword that is new, or clients would not show it (RFC 9051 section 7.3.5)', async () => {
    const { name, other } = await selected(['known'], []);
    const reader = await server.client();
    await reader.ok(`EXAMINE ${name}`);
    const flags = '\\Answered \\Flagged \\Deleted \\Seen \\Draft known new';
    const permanent = `* OK [PERMANENTFLAGS (${flags} \\*)] Flags and new keywords are kept`;
    expect((await other.ok('STORE 2 +FLAGS (Known)')).untagged).toEqual(['* 2 FETCH (UID 2 FLAGS (known))']);
    expect((await other.ok('STORE 1:2 +FLAGS (new)')).untagged).toEqual([
      `* FLAGS (${flags})`,
      permanent,
      '* 1 FETCH (UID 1 FLAGS (known new))',
      '* 2 FETCH (UID 2 FLAGS (known new))',
    ]);
    expect((await karen.ok('NOOP')).untagged).toEqual([
      `* FLAGS (${flags})`,
      permanent,
      '* 1 FETCH (FLAGS (known new))',
      '* 2 FETCH (FLAGS (known new))',
    ]);
    expect((await reader.ok('NOOP')).untagged.slice(0, 2)).toEqual([
      `* FLAGS (${flags})`,
      '* OK [PERMANENTFLAGS ()] No flags can be changed',
    ]);
    expect((await karen.ok('STORE 1 +FLAGS.SILENT (own)')).untagged[0]).toBe(`* FLAGS (${flags} own)`);
    await other.append(name, smallMessage(3), { flags: ['arrived'] });
    expect((await karen.ok('NOOP')).untagged.slice(0, 3)).toEqual([
      `* FLAGS (${flags} own arrived)`,
      `* OK [PERMANENTFLAGS (${flags} own arrived \\*)] Flags and new keywords are kept`,
      '* 3 EXISTS',
    ]);
    expect((await karen.ok('STORE 3 -FLAGS (arrived)')).untagged).toHaveLength(1);
  });

  it('tells others of every change, and the one who made it only once', async () => {
    const { other } = await selected([], [], []);
    expect((await karen.ok('STORE 1,3 +FLAGS (\\Deleted)')).untagged).toHaveLength(2);
    expect((await karen.ok('NOOP')).untagged).toEqual([]);
    expect((await other.ok('NOOP')).untagged).toEqual([
      '* 1 FETCH (UID 1 FLAGS (\\Deleted))',
      '* 3 FETCH (UID 3 FLAGS (\\Deleted))',
    ]);
  });

  it('carries the UID in the replies of UID STORE; a UID that is not there is no error', async () => {
    const { other } = await selected([], []);
    expect((await karen.ok('UID STORE 2,99 +FLAGS (\\Seen)')).untagged).toEqual(['* 2 FETCH (UID 2 FLAGS (\\Seen))']);
    expect((await karen.ok('UID STORE 99 +FLAGS (\\Seen)')).untagged).toEqual([]);
    expect(await flagsOf(other)).toEqual(['()', '(\\Seen)']);
  });

  describe('UNCHANGEDSINCE (RFC 7162 section 3.1.3)', () => {
    it('leaves messages alone that others changed, names them, and answers MODSEQ even when silent', async () => {
      const { other } = await selected([], [], []);
      const [, since] = await modseqsOf(karen);
      await other.ok('STORE 2 +FLAGS (theirs)');
      const reply = await karen.ok(`STORE 1:2 (UNCHANGEDSINCE ${since}) +FLAGS.SILENT (mine)`);
      expect(reply.code).toBe('MODIFIED 2');
      const told = fetchReplies(reply);
      // Message 2 with what the other did, message 1 with its new modseq and without flags.
      expect(told.map(({ sequence, items }) => [sequence, items.has('FLAGS'), items.has('MODSEQ')])).toEqual([
        [2, true, true],
        [1, false, true],
      ]);
      expect((await flagsOf(other)).map(sorted)).toEqual(['mine', 'theirs', '']);
    });

    it('names UIDs in UID STORE, and every message when it is 0', async () => {
      const { other } = await selected([], [], []);
      await karen.ok('STORE 1 +FLAGS.SILENT \\Deleted');
      await karen.ok('EXPUNGE');
      expect((await karen.ok('UID STORE 2:3 (UNCHANGEDSINCE 0) FLAGS (x)')).code).toBe('MODIFIED 2:3');
      expect((await karen.ok('STORE 2 (UNCHANGEDSINCE 0) FLAGS (x)')).code).toBe('MODIFIED 2');
      expect((await flagsOf(other)).map(sorted)).toEqual(['', '']);
    });

    it('is a first use of CONDSTORE: HIGHESTMODSEQ is told, and from then on MODSEQ with flags', async () => {
      await selected([]);
      const client = await server.client();
      await client.ok(`SELECT store${lastMailbox}`);
      const first = await client.ok('STORE 1 (UNCHANGEDSINCE 1000000) +FLAGS (\\Seen)');
      expect(first.untagged[0]).toMatch(/^\* OK \[HIGHESTMODSEQ \d+\] /);
      expect([...onlyFetch(first).keys()]).toEqual(['UID', 'FLAGS', 'MODSEQ']);
      const silent = await client.ok('STORE 1 +FLAGS.SILENT (\\Flagged)');
      expect([...onlyFetch(silent).keys()]).toEqual(['UID', 'MODSEQ']);
      // RFC 7162 section 3.1.11: nothing changes, so neither does the modseq
      expect((await client.ok('STORE 1 +FLAGS.SILENT (\\Flagged)')).untagged).toEqual([]);
    });

    it('gives every STORE a higher modseq, the same to all messages it changes', async () => {
      await selected([], []);
      const before = await modseqsOf(karen);
      await karen.ok('STORE 1:2 +FLAGS.SILENT (one)');
      const [first, second] = await modseqsOf(karen);
      expect(first).toBeGreaterThan(Math.max(...before));
      expect(second).toBe(first);
      await karen.ok('STORE 2 +FLAGS.SILENT (two)');
      expect((await modseqsOf(karen))[1]).toBeGreaterThan(second!);
    });
  });

  it('does what it can when others have expunged some, says so with OK, which no client takes for a failure, and shifts no number meanwhile', async () => {
    const { other } = await selected([], ['\\Deleted'], []);
    await other.ok('EXPUNGE');
    const reply = await karen.command('STORE 1:3 +FLAGS (\\Flagged)');
    expect([reply.status, reply.code]).toEqual(['OK', 'EXPUNGEISSUED']);
    expect(fetchReplies(reply).map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect(reply.untagged.join('')).not.toContain('EXPUNGE');
    expect((await karen.ok('UID STORE 1:3 +FLAGS (\\Answered)')).untagged.at(-1)).toBe('* 2 EXPUNGE');
    expect((await flagsOf(karen)).map((flags) => flags!.includes('\\Answered'))).toEqual([true, true]);
  });

  it('refuses more flags than a command may have, and more keywords than an account may have', async () => {
    await selected([]);
    const flags = Array.from({ length: mailboxLimits.flagsPerCommand + 1 }, (_, number) => `f${number}`);
    expect((await karen.command(`STORE 1 FLAGS (${flags.join(' ')})`)).code).toBe('LIMIT');
    const olaf = await server.client({ name: 'olaf', password: 'olafs secret 2' });
    await olaf.append('INBOX', smallMessage(1));
    await olaf.ok('SELECT INBOX');
    let reply = await olaf.ok('NOOP');
    for (let start = 0; reply.status === 'OK' && start <= mailboxLimits.keywords; start += 100) {
      const keywords = Array.from({ length: 100 }, (_, number) => `k${start + number}`);
      reply = await olaf.command(`STORE 1 FLAGS.SILENT (${keywords.join(' ')})`);
    }
    expect([reply.status, reply.code]).toEqual(['NO', 'LIMIT']);
    // RFC 9051 section 7.1: PERMANENTFLAGS without \* when there is no room for more
    expect(reply.untagged.join('')).toMatch(/\* OK \[PERMANENTFLAGS \(\\Answered [^\]]*k\d+\)\] /);
    expect((await olaf.ok('STORE 1 FLAGS (k5 \\Seen)')).untagged).toHaveLength(1);
  });

  it('changes thousands of messages in one go, each told once', async () => {
    const { name, other } = await selected();
    const messages = Array.from({ length: 1_000 }, (_, number) => ({ bytes: smallMessage(number) }));
    for (let round = 0; round < 3; round++) await karen.appendMany(name, messages, 'plus');
    await karen.ok('NOOP');
    const told = fetchReplies(await karen.ok('STORE 1:* +FLAGS (\\Deleted)'));
    expect(told.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 3_000 }, (_, index) => index + 1));
    expect(new Set(await flagsOf(other))).toEqual(new Set(['(\\Deleted)']));
  });
});

/** Flags without parentheses, in an order that does not depend on who set them first. */
function sorted(flags: string | undefined): string {
  return flags!.slice(1, -1).split(' ').sort().join(' ');
}
