import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valuesOf } from '../support/fetch-replies.ts';
import { smallMessage, toldOf } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('EXPUNGE and UID EXPUNGE', () => {
  let server: TestServer;
  let karen: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client();
  });
  afterAll(() => server.stop());

  let last = 0;
  /** A new mailbox, selected, with so many messages; those of the numbers given have \Deleted. */
  async function selected(count: number, ...deleted: number[]): Promise<string> {
    const name = `box${++last}`;
    await karen.ok(`CREATE ${name}`);
    for (let number = 1; number <= count; number++) {
      await karen.append(name, smallMessage(number), { flags: deleted.includes(number) ? ['\\Deleted'] : [] });
    }
    await karen.ok(`SELECT ${name}`);
    return name;
  }
  const uidsOf = async (client: RawImap) =>
    valuesOf(await client.ok('UID FETCH 1:* UID'), 'UID').map(([, uid]) => Number(uid));

  it.each([
    'EXPUNGE 1',
    'EXPUNGE ',
    'UID EXPUNGE',
    'UID EXPUNGE ',
    'UID EXPUNGE x',
    'UID EXPUNGE 0',
    'UID EXPUNGE 1 2',
    'UID EXPUNGE 1,',
  ])('answers BAD to the malformed %j and removes nothing', async (line) => {
    await selected(1, 1);
    expect((await karen.command(line)).status).toBe('BAD');
    expect(await uidsOf(karen)).toEqual([1]);
  });

  it('is BAD without a selected mailbox, and NO after EXAMINE', async () => {
    const name = await selected(1, 1);
    const client = await server.client();
    expect((await client.command('EXPUNGE')).status).toBe('BAD');
    expect((await client.command('UID EXPUNGE 1')).status).toBe('BAD');
    await client.ok(`EXAMINE ${name}`);
    expect((await client.command('EXPUNGE')).status).toBe('NO');
    expect((await client.command('UID EXPUNGE 1')).status).toBe('NO');
    expect(await uidsOf(karen)).toEqual([1]);
  });

  it('removes what has \\Deleted and nothing else; the numbers told fit one after the other', async () => {
    await selected(6, 1, 2, 5);
    const reply = await karen.ok('EXPUNGE');
    // Applied one by one these remove messages 1, 2 and 5 whatever their order.
    let left = [1, 2, 3, 4, 5, 6];
    for (const line of reply.untagged) left = left.toSpliced(Number(/^\* (\d+) EXPUNGE$/.exec(line)![1]) - 1, 1);
    expect(left).toEqual([3, 4, 6]);
    expect(await uidsOf(karen)).toEqual([3, 4, 6]);
    expect((await karen.ok('EXPUNGE')).untagged).toEqual([]);
  });

  it('removes what others have marked, too, also what came meanwhile (RFC 9051 section 6.4.3: all messages)', async () => {
    const name = await selected(2);
    const other = await server.client();
    await other.ok(`SELECT ${name}`);
    await other.ok('STORE 1 +FLAGS.SILENT \\Deleted');
    await other.append(name, smallMessage(3), { flags: ['\\Deleted'] });
    await karen.ok('EXPUNGE');
    expect(await uidsOf(karen)).toEqual([2]);
    expect((await other.ok('NOOP')).untagged.filter((line) => line.endsWith('EXPUNGE'))).toHaveLength(2);
    expect(await uidsOf(other)).toEqual([2]);
  });

  it('by UID spares what is not named, and what is named without having \\Deleted (RFC 4315 section 2.1)', async () => {
    await selected(5, 1, 2, 4);
    expect((await karen.ok('UID EXPUNGE 2:3,77')).untagged).toEqual(['* 2 EXPUNGE']);
    expect(await uidsOf(karen)).toEqual([1, 3, 4, 5]);
    await karen.ok('SEARCH RETURN (SAVE) UID 4');
    expect((await karen.ok('UID EXPUNGE $')).untagged).toEqual(['* 3 EXPUNGE']);
    expect((await karen.ok('UID EXPUNGE 1:*')).untagged).toEqual(['* 1 EXPUNGE']);
    expect(await uidsOf(karen)).toEqual([3, 5]);
  });

  it('reaches who idles at once, and is on no account told during FETCH, STORE or SEARCH', async () => {
    const name = await selected(3, 2);
    const [idler, busy] = [await server.client(), await server.client()];
    await idler.ok(`SELECT ${name}`);
    await busy.ok(`SELECT ${name}`);
    await idler.idle();
    await karen.ok('EXPUNGE');
    expect(await idler.expectUntagged(/EXPUNGE/)).toBe('* 2 EXPUNGE');
    for (const line of ['FETCH 1:3 FLAGS', 'STORE 1 +FLAGS (x)', 'SEARCH ALL']) {
      expect((await busy.command(line)).untagged.join('\n')).not.toContain('EXPUNGE');
    }
    expect((await busy.ok('NOOP')).untagged).toContain('* 2 EXPUNGE');
    await idler.done();
  });

  it('never gives a UID twice, also not that of the last message', async () => {
    const name = await selected(2, 2);
    await karen.ok('EXPUNGE');
    expect((await karen.append(name, smallMessage(3))).code).toMatch(/^APPENDUID \d+ 3$/);
  });

  it('tells the new HIGHESTMODSEQ to who follows it, and counts up with every removal (RFC 7162 section 3.2.7)', async () => {
    const name = await selected(2, 1);
    const status = async () => Number(toldOf(await karen.ok(`STATUS ${name} (HIGHESTMODSEQ)`), 'HIGHESTMODSEQ'));
    const before = await status();
    const { code } = await karen.ok('EXPUNGE');
    expect(code).toBe(`HIGHESTMODSEQ ${await status()}`);
    expect(await status()).toBeGreaterThan(before);
    expect((await karen.ok('EXPUNGE')).code).toBeUndefined();
  });

  it('removes thousands of messages, each told', async () => {
    const name = await selected(0);
    const messages = Array.from({ length: 1_000 }, (_, number) => ({
      bytes: smallMessage(number),
      flags: ['\\Deleted'],
    }));
    for (let round = 0; round < 3; round++) await karen.appendMany(name, messages, 'plus');
    const other = await server.client();
    await other.ok(`SELECT ${name}`);
    await karen.ok('STORE 7 -FLAGS.SILENT \\Deleted');
    expect((await karen.ok('EXPUNGE')).untagged).toHaveLength(2_999);
    await other.ok('NOOP');
    expect(await uidsOf(other)).toEqual([7]);
  });
});
