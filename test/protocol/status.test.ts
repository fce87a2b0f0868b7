import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rev2Client, smallMessage, toldOf, utf8 } from '../support/mailboxes.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('STATUS', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it.each([
    'STATUS',
    'STATUS INBOX',
    'STATUS INBOX ',
    'STATUS INBOX ()',
    'STATUS INBOX MESSAGES',
    'STATUS INBOX (MESSAGES',
    'STATUS INBOX (MESSAGES )',
    'STATUS INBOX (MESSAGESX)',
    'STATUS INBOX (MESSAGES  UNSEEN)',
    'STATUS INBOX (MESSAGES) x',
    'STATUS (INBOX) (MESSAGES)',
  ])('answers BAD to the malformed %j', async (line) => {
    const client = await server.client();
    expect((await client.command(line)).status).toBe('BAD');
  });

  it('counts', async () => {
    const client = await server.client();
    await client.ok('CREATE counted');
    const sizes = [[], ['\\Seen'], ['\\Deleted'], ['\\Deleted', '\\Seen']].map(async (flags, number) => {
      const message = Buffer.concat([smallMessage(number), Buffer.alloc(number * 10, 'x')]);
      expect((await client.append('counted', message, { flags })).status).toBe('OK');
      return message.length;
    });
    const [one, two, three, four] = (await Promise.all(sizes)) as [number, number, number, number];
    const asked = 'MESSAGES RECENT UIDNEXT UNSEEN DELETED SIZE DELETED-STORAGE';
    expect((await client.ok(`STATUS counted (${asked})`)).untagged).toEqual([
      `* STATUS counted (MESSAGES 4 RECENT 4 UIDNEXT 5 UNSEEN 2 DELETED 2 SIZE ${one + two + three + four} DELETED-STORAGE ${three + four})`,
    ]);
    // RFC 3501 section 6.3.10: STATUS MUST NOT cause messages to lose \Recent
    expect((await client.ok('SELECT counted')).untagged).toContain('* 4 RECENT');
    expect((await client.ok('STATUS counted (RECENT)')).untagged).toContain('* STATUS counted (RECENT 0)');
  });

  it('answers each item once, in any case of letters, in the order asked', async () => {
    const client = await server.client();
    await client.ok('CREATE once');
    expect((await client.ok('STATUS once (unseen Messages UNSEEN)')).untagged).toEqual([
      '* STATUS once (UNSEEN 0 MESSAGES 0)',
    ]);
  });

  it('tells UIDVALIDITY as SELECT does, and the limit of messages that the capability names', async () => {
    const client = await server.client();
    const reply = await client.ok('STATUS INBOX (UIDVALIDITY APPENDLIMIT)');
    expect(toldOf(await client.ok('SELECT INBOX'), 'UIDVALIDITY')).toBe(toldOf(reply, 'UIDVALIDITY'));
    const capabilities = (await client.ok('CAPABILITY')).untagged[0]!;
    expect(capabilities.split(' ')).toContain(`APPENDLIMIT=${toldOf(reply, 'APPENDLIMIT')}`);
    expect(capabilities.split(' ')).toEqual(expect.arrayContaining(['STATUS=SIZE', 'OBJECTID', 'CONDSTORE']));
  });

  it('does not touch the selected mailbox, and can be asked about it', async () => {
    const client = await server.client();
    await client.ok('CREATE selected');
    await client.ok('SELECT selected');
    await client.append('selected', smallMessage(1));
    expect((await client.ok('STATUS selected (MESSAGES)')).untagged).toContain('* STATUS selected (MESSAGES 1)');
    await client.ok('STATUS INBOX (MESSAGES)');
    expect((await client.ok('FETCH 1 UID')).untagged).toContain('* 1 FETCH (UID 1)');
  });

  it('switches CONDSTORE on when HIGHESTMODSEQ is asked, and says so when a mailbox is selected', async () => {
    const client = await server.client();
    await client.ok('CREATE modseq');
    await client.append('modseq', smallMessage(1));
    await client.ok('SELECT modseq');
    const first = await client.ok('STATUS modseq (HIGHESTMODSEQ)');
    expect(first.untagged[0]).toMatch(/^\* OK \[HIGHESTMODSEQ [1-9]\d*\]/);
    expect(first.untagged[1]).toMatch(/^\* STATUS modseq \(HIGHESTMODSEQ [1-9]\d*\)$/);
    expect((await client.ok('STATUS modseq (HIGHESTMODSEQ)')).untagged).toHaveLength(1);
    const other = await server.client();
    await other.ok('SELECT modseq');
    await other.ok('STORE 1 +FLAGS (\\Flagged)');
    expect((await client.ok('NOOP')).untagged).toEqual([expect.stringMatching(/MODSEQ \(\d+\)/)]);
    const raised = Number(toldOf(await client.ok('STATUS modseq (HIGHESTMODSEQ)'), 'HIGHESTMODSEQ'));
    expect(raised).toBeGreaterThan(Number(toldOf(first, 'HIGHESTMODSEQ')));
  });

  it('refuses what does not exist', async () => {
    const client = await server.client();
    expect(await client.command('STATUS nowhere (MESSAGES)')).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
  });

  it('writes names in modified UTF-7 to IMAP4rev1 clients and in UTF-8 to IMAP4rev2 clients', async () => {
    const rev1 = await server.client();
    await rev1.ok('CREATE R&AOk-sum&AOk-');
    expect((await rev1.ok('STATUS R&AOk-sum&AOk- (MESSAGES)')).untagged).toEqual([
      '* STATUS R&AOk-sum&AOk- (MESSAGES 0)',
    ]);
    const rev2 = await rev2Client(server);
    const name = utf8('R\u00e9sum\u00e9');
    expect((await rev2.ok(`STATUS "${name}" (MESSAGES)`)).untagged).toEqual([`* STATUS "${name}" (MESSAGES 0)`]);
  });
});
