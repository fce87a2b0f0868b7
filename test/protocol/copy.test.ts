import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchReplies, valuesOf } from '../support/fetch-replies.ts';
import { smallMessage, toldOf } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('COPY and UID COPY', () => {
  let server: TestServer;
  let karen: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client();
    await karen.ok('CREATE from');
    for (let number = 1; number <= 6; number++) {
      const flags = number === 2 ? ['\\Seen', 'work'] : [];
      await karen.append('from', smallMessage(number), { flags, date: '17-Jul-1996 02:44:25 -0700' });
    }
    await karen.ok('SELECT from');
    // From here on: messages 1 to 5 are UIDs 1, 2, 3, 5, 6.
    await karen.ok('STORE 4 +FLAGS.SILENT \\Deleted');
    await karen.ok('EXPUNGE');
  });
  afterAll(() => server.stop());

  let lastTarget = 0;
  async function target(): Promise<{ name: string; uidValidity: string }> {
    const name = `to${++lastTarget}`;
    await karen.ok(`CREATE ${name}`);
    return { name, uidValidity: toldOf(await karen.ok(`STATUS ${name} (UIDVALIDITY)`), 'UIDVALIDITY')! };
  }
  const messagesIn = async (name: string) => toldOf(await karen.ok(`STATUS ${name} (MESSAGES)`), 'MESSAGES');

  it.each([
    'COPY',
    'COPY ',
    'COPY 1',
    'COPY 1 ',
    'COPY  1 Trash',
    'COPY 1  Trash',
    'COPY 1 Trash x',
    'COPY 1 Trash ',
    'COPY x Trash',
    'COPY 0 Trash',
    'COPY 1:7 Trash',
    'COPY 1, Trash',
    'COPY 1 (Trash)',
    'COPY 1 "Trash',
    'UID COPY',
    'UID COPY 1',
    'UID COPY x Trash',
  ])('answers BAD to the malformed %j and copies nothing', async (line) => {
    expect((await karen.command(line)).status).toBe('BAD');
    expect(await messagesIn('Trash')).toBe('0');
  });

  it('is BAD without a selected mailbox', async () => {
    const client = await server.client();
    expect((await client.command('COPY 1 Trash')).status).toBe('BAD');
    expect((await client.command('UID COPY 1 Trash')).status).toBe('BAD');
  });

  it('keeps octets, flags and date, and names UIDs of source and copies in the same order (RFC 4315)', async () => {
    const { name, uidValidity } = await target();
    const reply = await karen.ok(`COPY 5,2:4 ${name}`);
    expect(reply.code).toBe(`COPYUID ${uidValidity} 2:3,5:6 1:4`);
    expect(reply.untagged).toEqual([]);
    const other = await server.client();
    await other.ok(`EXAMINE ${name}`);
    const fetched = await other.ok('FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])');
    expect(valuesOf(fetched, 'BODY[]')).toEqual(
      [2, 3, 5, 6].map((n, index) => [index + 1, smallMessage(n).toString()]),
    );
    expect(valuesOf(fetched, 'FLAGS')[0]).toEqual([1, '(\\Seen work \\Recent)']);
    expect(valuesOf(fetched, 'INTERNALDATE').every(([, date]) => date === '17-Jul-1996 02:44:25 -0700')).toBe(true);
  });

  it('by UID copies those that are there; of none it says OK and no COPYUID', async () => {
    const { name, uidValidity } = await target();
    expect((await karen.ok(`UID COPY 3:5,77 ${name}`)).code).toBe(`COPYUID ${uidValidity} 3,5 1:2`);
    expect((await karen.ok(`UID COPY 4,77:80 ${name}`)).code).toBeUndefined();
    expect(await messagesIn(name)).toBe('2');
  });

  it('says TRYCREATE where there is no such mailbox, and does not make it', async () => {
    for (const line of ['COPY 1 nowhere', 'UID COPY 1 nowhere', 'UID COPY 77 nowhere']) {
      const reply = await karen.command(line);
      expect([reply.status, reply.code]).toEqual(['NO', 'TRYCREATE']);
    }
    expect((await karen.ok('LIST "" nowhere')).untagged).toEqual([]);
  });

  it('into the selected mailbox itself tells EXISTS before OK', async () => {
    const { name } = await target();
    await karen.ok(`UID COPY 1 ${name}`);
    const client = await server.client();
    await client.ok(`SELECT ${name}`);
    const reply = await client.ok(`COPY 1 ${name}`);
    expect(reply.untagged[0]).toBe('* 2 EXISTS');
    expect(reply.code).toMatch(/^COPYUID \d+ 1 2$/);
  });

  it('works from a mailbox that is open read-only, and is seen at once by who idles in the target', async () => {
    const { name } = await target();
    const other = await server.client();
    await other.ok(`SELECT ${name}`);
    await other.idle();
    const client = await server.client();
    await client.ok('EXAMINE from');
    await client.ok(`COPY 1:2 ${name}`);
    expect(await other.expectUntagged(/EXISTS/)).toBe('* 2 EXISTS');
    await other.done();
  });

  it('copies what is left when others have expunged some, and says so when nothing is', async () => {
    const { name: source } = await target();
    const { name, uidValidity } = await target();
    await karen.ok(`COPY 1:3 ${source}`);
    const [client, other] = [await server.client(), await server.client()];
    await client.ok(`SELECT ${source}`);
    await other.ok(`SELECT ${source}`);
    await other.ok('STORE 2 +FLAGS.SILENT \\Deleted');
    await other.ok('EXPUNGE');
    const reply = await client.ok(`COPY 1:3 ${name}`);
    expect(reply.code).toBe(`COPYUID ${uidValidity} 1,3 1:2`);
    expect(reply.untagged).toContain('* 2 EXPUNGE');
    await other.ok('STORE 1:* +FLAGS.SILENT \\Deleted');
    await other.ok('EXPUNGE');
    const none = await client.command(`COPY 1:2 ${name}`);
    expect([none.status, none.code]).toEqual(['NO', 'EXPUNGEISSUED']);
    expect(await messagesIn(name)).toBe('2');
  });

  it('gives copies a modseq above all that the target had (RFC 7162 section 3.1)', async () => {
    const { name } = await target();
    await karen.ok(`COPY 1:2 ${name}`);
    await karen.ok(`COPY 3 ${name}`);
    const client = await server.client();
    await client.ok(`SELECT ${name}`);
    const modseqs = fetchReplies(await client.ok('FETCH 1:* MODSEQ')).map(({ items }) =>
      Number(items.get('MODSEQ')!.slice(1, -1)),
    );
    expect(modseqs[1]).toBe(modseqs[0]);
    expect(modseqs[2]).toBeGreaterThan(modseqs[0]!);
  });
});
