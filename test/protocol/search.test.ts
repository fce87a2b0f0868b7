import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

/** Four messages that differ in everything a search can ask for; UIDs and sequence numbers are 1 to 4. */
const MESSAGES = [
  {
    flags: ['\\Seen'],
    date: '01-Feb-2026 23:30:00 -0500',
    text: 'From: Anna <anna@example.com>\r\nTo: karen@example.com\r\nSubject: Lunch\r\nDate: Sun, 1 Feb 2026 23:30:00 -0500\r\n\r\nNoodles at noon?\r\n',
  },
  {
    flags: ['\\Answered', '$Work'],
    date: '02-Feb-2026 08:00:00 +0000',
    text: 'From: Bert <bert@example.org>\r\nTo: team@example.com\r\nCc: karen@example.com\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=\r\nDate: Thu, 1 Jan 2026 08:00:00 +0000\r\nX-Empty:\r\n\r\nBudget attached.\r\n',
  },
  {
    flags: ['\\Flagged', '\\Deleted'],
    date: '10-Mar-2026 12:00:00 +0100',
    text: `From: Cem <cem@example.com>\r\nSubject: Report\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from('The word is Rindfleischetikettierung, in base64.').toString('base64')}\r\n`,
  },
  {
    flags: ['\\Draft'],
    date: '11-Mar-2026 12:00:00 +0100',
    text: `Subject: large\r\n\r\n${'filler line of some length\r\n'.repeat(200)}`,
  },
] as const;

describe('SEARCH', () => {
  let server: TestServer;
  let client: RawImap;

  beforeAll(async () => {
    server = await startTestServer();
    const writer = await server.client();
    await writer.ok('CREATE Box');
    for (const { flags, date, text } of MESSAGES) {
      await writer.ok([`APPEND Box (${flags.join(' ')}) "${date}" `, Buffer.from(text)]);
    }
    client = await server.client();
    await client.ok('SELECT Box');
  });
  afterAll(() => server.stop());

  const search = async (keys: string) => {
    const { untagged } = await client.ok(`SEARCH ${keys}`);
    const line = untagged.find((each) => each.startsWith('* SEARCH'));
    return line!.trim().split(' ').slice(2).map(Number);
  };

  it.each([
    '',
    'NOSUCHKEY',
    'FROM',
    'FROM ',
    'SINCE yesterday',
    'SINCE 31-Feb-2026',
    'NOT',
    'OR ALL',
    '(ALL',
    'ALL)',
    '()',
    'LARGER x',
    'UID x',
    'KEYWORD \\Seen',
    'HEADER Subject',
    'RETURN ALL',
    'RETURN (NONE) ALL',
    'RETURN (MIN)',
    'CHARSET ALL',
    'OLDER 0',
    'MODSEQ x',
  ])('answers BAD to the malformed %j', async (keys) => {
    expect((await client.command(`SEARCH ${keys}`)).status).toBe('BAD');
  });

  it('finds nothing under numbers that no message has: programs search 1:* in an empty mailbox, too', async () => {
    expect(await search('9999')).toEqual([]);
    expect(await search('2:9999')).toEqual([2, 3, 4]);
    expect(await search('OR 1 9999')).toEqual([1]);
    const other = await server.client();
    await other.ok('SELECT Drafts');
    for (const keys of ['1:*', '*', '1', 'NOT 3'])
      expect((await other.ok(`SEARCH ${keys}`)).untagged).toEqual(['* SEARCH']);
    other.destroy();
  });

  it('takes chains of OR as long as programs make them, nested to either side', async () => {
    const terms = Array.from({ length: 300 }, (_, i) => `SUBJECT nothing${i}`);
    expect(await search(`${terms.map((term) => `OR ${term} `).join('')}2`)).toEqual([2]);
    expect(await search(`${'OR '.repeat(terms.length)}2 ${terms.join(' ')}`)).toEqual([2]);
    expect(await search(`${'NOT '.repeat(300)}2`)).toEqual([2]);
    expect(await search(`${'NOT '.repeat(301)}2`)).toEqual([1, 3, 4]);
    expect((await client.command(`SEARCH ${'OR ALL '.repeat(1_001)}ALL`)).status).toBe('BAD');
  });

  it('looks at addresses as ENVELOPE has them (RFC 9051 section 6.4.4), and at header fields as they are sent', async () => {
    const other = await server.client();
    await other.ok('CREATE Addresses');
    const header = [
      'From: <user-from (comment)@ (comment) domain.org>',
      'To: "Mustermann, Erika" <erika@example.org>, friends: =?utf-8?q?J=C3=BCrgen?= <j . k @ example.net>;',
      'Cc: max@example.com (Max)',
    ].join('\r\n');
    await other.append('Addresses', Buffer.from(`${header}\r\n\r\n`));
    await other.ok('SELECT Addresses');
    const found = ['FROM user-from@domain.org', 'FROM ""', 'HEADER FROM comment', 'TEXT comment', 'CC "Max <max@"'];
    found.push('TO "mustermann, erika <erika@"', 'TO "friends: Jürgen <j.k@example.net>;"');
    const missed = ['FROM comment', 'FROM erika', 'BCC ""', 'TO "\\"Mustermann"', 'HEADER FROM user-from@domain.org'];
    for (const keys of [...found, ...missed]) {
      const { untagged } = await other.ok(`SEARCH CHARSET UTF-8 ${Buffer.from(keys).toString('latin1')}`);
      expect([keys, untagged]).toEqual([keys, [found.includes(keys) ? '* SEARCH 1' : '* SEARCH']]);
    }
    other.destroy();
  });

  it('finds text in large messages, at once after they came and later, as in small ones', async () => {
    const other = await server.client();
    await other.ok('CREATE Large');
    const filler = 'lorem ipsum dolor sit amet '.repeat(4_000);
    for (const word of ['first', 'second'])
      await other.append('Large', Buffer.from(`Subject: ${word}\r\n\r\n${filler}${word}word`));
    await other.ok('SELECT Large');
    for (let round = 0; round < 3; round++) {
      expect((await other.ok('SEARCH BODY secondword')).untagged).toEqual(['* SEARCH 2']);
      expect((await other.ok('SEARCH TEXT FIRSTWORD')).untagged).toEqual(['* SEARCH 1']);
      expect((await other.ok('SEARCH HEADER Subject secon TEXT dolor')).untagged).toEqual(['* SEARCH 2']);
      expect((await other.ok('SEARCH BODY thirdword')).untagged).toEqual(['* SEARCH']);
    }
    other.destroy();
  });

  it('does not let nesting without end reach the end of the stack', async () => {
    for (const keys of [`${'('.repeat(10_000)}ALL${')'.repeat(10_000)}`, `${'NOT '.repeat(10_000)}ALL`]) {
      expect((await client.command(`SEARCH ${keys}`)).status).toBe('BAD');
    }
    expect(await search(`${'('.repeat(20)}ALL${')'.repeat(20)}`)).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['ALL', [1, 2, 3, 4]],
    ['SEEN', [1]],
    ['UNSEEN', [2, 3, 4]],
    ['ANSWERED', [2]],
    ['UNANSWERED', [1, 3, 4]],
    ['FLAGGED', [3]],
    ['UNFLAGGED', [1, 2, 4]],
    ['DELETED', [3]],
    ['UNDELETED', [1, 2, 4]],
    ['DRAFT', [4]],
    ['UNDRAFT', [1, 2, 3]],
    ['KEYWORD $work', [2]],
    ['UNKEYWORD $Work', [1, 3, 4]],
    ['KEYWORD never-used', []],
    ['2', [2]],
    ['2:3', [2, 3]],
    ['*', [4]],
    ['4:*', [4]],
    ['UID 3:100', [3, 4]],
    ['UID 100:*', [4]],
    ['NOT 2:3', [1, 4]],
    ['OR SEEN DRAFT', [1, 4]],
    ['OR (SEEN ANSWERED) (FLAGGED DELETED)', [3]],
    ['NOT (OR SEEN NOT FLAGGED)', [3]],
    ['UNSEEN UNDRAFT', [2, 3]],
    ['ON 1-Feb-2026', [1]],
    ['ON "01-Feb-2026"', [1]],
    ['SINCE 2-Feb-2026', [2, 3, 4]],
    ['BEFORE 2-Feb-2026', [1]],
    ['SINCE 2-Feb-2026 BEFORE 11-Mar-2026', [2, 3]],
    ['SENTON 1-Jan-2026', [2]],
    ['SENTSINCE 2-Jan-2026', [1]],
    ['SENTBEFORE 2-Jan-2026', [2]],
    ['SAVEDBEFORE 1-Jan-2026', []],
    ['SAVEDSINCE 1-Jan-2026', [1, 2, 3, 4]],
    ['SAVEDATESUPPORTED', [1, 2, 3, 4]],
    ['LARGER 4000', [4]],
    ['SMALLER 4000', [1, 2, 3]],
    ['YOUNGER 1', []],
    ['OLDER 1', [1, 2, 3, 4]],
    ['FROM anna', [1]],
    ['FROM EXAMPLE.COM', [1, 3]],
    ['TO karen', [1]],
    ['CC karen', [2]],
    ['BCC karen', []],
    ['SUBJECT lunch', [1]],
    ['HEADER X-Empty ""', [2]],
    ['HEADER Subject ""', [1, 2, 3, 4]],
    ['BODY noodles', [1]],
    ['BODY lunch', []],
    ['TEXT lunch', [1]],
    ['TEXT anna', [1]],
    ['BODY rindfleischetikettierung', [3]],
    ['BODY "at noon"', [1]],
    ['BODY x', []],
    ['THREADID T1', []],
  ] as const)('finds what %s means', async (keys, expected) => {
    expect(await search(keys)).toEqual(expected);
  });

  it('finds text in any script, in headers and bodies, whatever the charset it is asked in', async () => {
    const find = async (charset: string, text: Buffer) =>
      (await client.ok([`SEARCH CHARSET ${charset} SUBJECT `, text])).untagged[0];
    expect(await find('UTF-8', Buffer.from('GRÜSSE AUS'))).toBe('* SEARCH 2');
    expect(await find('UTF-8', Buffer.from('köln'))).toBe('* SEARCH 2');
    expect(await find('ISO-8859-1', Buffer.from('köln', 'latin1'))).toBe('* SEARCH 2');
  });

  it('answers NO with the charsets it knows to one it does not, and to text that is none of it', async () => {
    expect(await client.command('SEARCH CHARSET X-NONE SUBJECT a')).toMatchObject({
      status: 'NO',
      code: expect.stringMatching(/^BADCHARSET \(.*UTF-8/),
    });
    const broken = await client.command(['SEARCH CHARSET UTF-8 SUBJECT ', Buffer.from([0xff, 0xfe])]);
    expect(broken).toMatchObject({ status: 'NO', code: expect.stringMatching(/^BADCHARSET/) });
  });

  it('finds by the object id that FETCH tells (RFC 8474)', async () => {
    const [line] = (await client.ok('FETCH 2 (EMAILID)')).untagged;
    const id = /EMAILID \(([^)]+)\)/.exec(line!)![1];
    expect(await search(`EMAILID ${id}`)).toEqual([2]);
    expect(await search('EMAILID Mnone')).toEqual([]);
  });

  it('answers UID SEARCH with UIDs where they differ from sequence numbers', async () => {
    const other = await server.client();
    await other.ok('CREATE Gaps');
    for (let i = 0; i < 3; i++) await other.append('Gaps', Buffer.from('Subject: x\r\n\r\n'));
    await other.ok('SELECT Gaps');
    await other.ok('STORE 1 +FLAGS.SILENT (\\Deleted)');
    await other.ok('EXPUNGE');
    expect((await other.ok('SEARCH ALL')).untagged).toContain('* SEARCH 1 2');
    expect((await other.ok('UID SEARCH ALL')).untagged).toContain('* SEARCH 2 3');
    expect((await other.ok('UID SEARCH UID 1:2')).untagged).toContain('* SEARCH 2');
  });

  describe('RETURN (RFC 4731)', () => {
    it.each([
      ['RETURN (MIN) ALL', 'MIN 1'],
      ['RETURN (MAX) ALL', 'MAX 4'],
      ['RETURN (COUNT) UNSEEN', 'COUNT 3'],
      ['RETURN (ALL) OR 1:2 4', 'ALL 1:2,4'],
      ['RETURN () UNSEEN', 'ALL 2:4'],
      ['RETURN (MIN MAX COUNT) UNSEEN', 'MIN 2 MAX 4 COUNT 3'],
      ['RETURN (MIN COUNT) KEYWORD none', 'COUNT 0'],
    ])('%s', async (keys, expected) => {
      const { tag, untagged } = await client.ok(`SEARCH ${keys}`);
      expect(untagged).toEqual([`* ESEARCH (TAG "${tag}") ${expected}`]);
      const byUid = await client.ok(`UID SEARCH ${keys}`);
      expect(byUid.untagged).toEqual([`* ESEARCH (TAG "${byUid.tag}") UID ${expected}`]);
    });

    it('is how IMAP4rev2 answers every SEARCH (RFC 9051 section 6.4.4)', async () => {
      const rev2 = await server.client();
      await rev2.ok('ENABLE IMAP4rev2');
      await rev2.ok('EXAMINE Box');
      const found = await rev2.ok('SEARCH UNSEEN');
      expect(found.untagged).toEqual([`* ESEARCH (TAG "${found.tag}") ALL 2:4`]);
      const nothing = await rev2.ok('UID SEARCH KEYWORD none');
      expect(nothing.untagged).toEqual([`* ESEARCH (TAG "${nothing.tag}") UID`]);
    });
  });

  describe('RETURN (SAVE) (RFC 5182)', () => {
    it('keeps the result for $ in commands and searches, and says nothing of it', async () => {
      expect((await client.ok('SEARCH RETURN (SAVE) UNSEEN')).untagged).toEqual([]);
      expect((await client.ok('FETCH $ (UID)')).untagged).toHaveLength(3);
      expect(await search('$ DRAFT')).toEqual([4]);
      expect(await search('UID $ NOT DRAFT')).toEqual([2, 3]);
    });

    it('keeps MIN and MAX alone when only these are asked for', async () => {
      const { tag, untagged } = await client.ok('SEARCH RETURN (SAVE MIN MAX) UNSEEN');
      expect(untagged).toEqual([`* ESEARCH (TAG "${tag}") MIN 2 MAX 4`]);
      expect(await search('$')).toEqual([2, 4]);
    });

    it('is empty after a NO, kept after a BAD, and empty in another mailbox', async () => {
      await client.ok('SEARCH RETURN (SAVE) ALL');
      await client.command('SEARCH RETURN (SAVE) NOSUCHKEY');
      expect(await search('$')).toEqual([1, 2, 3, 4]);
      await client.command('SEARCH RETURN (SAVE) CHARSET X-NONE SUBJECT a');
      expect(await search('$')).toEqual([]);
      await client.ok('SEARCH RETURN (SAVE) ALL');
      await client.ok('SELECT Box');
      expect(await search('$')).toEqual([]);
    });

    it('forgets messages that are expunged', async () => {
      const [one, other] = [await server.client(), await server.client()];
      await one.ok('CREATE Shrinking');
      for (let i = 0; i < 3; i++) await one.append('Shrinking', Buffer.from('Subject: x\r\n\r\n'));
      await one.ok('SELECT Shrinking');
      await one.ok('SEARCH RETURN (SAVE) ALL');
      await other.ok('SELECT Shrinking');
      await other.ok('STORE 2 +FLAGS.SILENT (\\Deleted)');
      await other.ok('EXPUNGE');
      await one.ok('NOOP');
      expect((await one.ok('SEARCH $')).untagged).toEqual(['* SEARCH 1 2']);
    });
  });

  describe('MODSEQ (RFC 7162)', () => {
    it('finds what has changed since, tells the highest, and takes the form with an entry', async () => {
      const other = await server.client();
      await other.ok('CREATE Changing');
      for (let i = 0; i < 3; i++) await other.append('Changing', Buffer.from('Subject: x\r\n\r\n'));
      await other.ok('SELECT Changing (CONDSTORE)');
      const stored = await other.ok('STORE 2 +FLAGS (\\Flagged)');
      const modseq = Number(/MODSEQ \((\d+)\)/.exec(stored.untagged.join())![1]);
      expect((await other.ok(`SEARCH MODSEQ ${modseq}`)).untagged).toEqual([`* SEARCH 2 (MODSEQ ${modseq})`]);
      expect((await other.ok(`SEARCH MODSEQ "/flags/\\\\draft" all ${modseq}`)).untagged).toEqual([
        `* SEARCH 2 (MODSEQ ${modseq})`,
      ]);
      expect((await other.ok(`SEARCH MODSEQ ${modseq + 1}`)).untagged).toEqual(['* SEARCH']);
      const extended = await other.ok(`SEARCH RETURN (ALL) MODSEQ 1`);
      expect(extended.untagged).toEqual([`* ESEARCH (TAG "${extended.tag}") ALL 1:3 MODSEQ ${modseq}`]);
    });
  });

  it('never tells an EXPUNGE during SEARCH, and does during UID SEARCH (RFC 9051 section 7.5.1)', async () => {
    const [one, other] = [await server.client(), await server.client()];
    await one.ok('CREATE Vanishing');
    for (let i = 0; i < 3; i++) await one.append('Vanishing', Buffer.from('Subject: x\r\n\r\n'));
    await one.ok('SELECT Vanishing');
    await other.ok('SELECT Vanishing');
    await other.ok('STORE 1 +FLAGS.SILENT (\\Deleted)');
    await other.ok('EXPUNGE');
    const during = await one.ok('SEARCH ALL');
    expect(during.untagged.filter((line) => line.includes('EXPUNGE'))).toEqual([]);
    // What is gone is not found, and the numbers are still the ones this session knows.
    expect(during.untagged).toContain('* SEARCH 2 3');
    expect((await one.ok('UID SEARCH ALL')).untagged).toContain('* 1 EXPUNGE');
  });
});
