import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valuesOf } from '../support/fetch-replies.ts';
import { rev2Client, smallMessage, toldOf } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('MOVE and UID MOVE (RFC 6851)', () => {
  let server: TestServer;
  let karen: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client();
  });
  afterAll(() => server.stop());

  let last = 0;
  /** Two new mailboxes, the first with this many messages and selected. */
  async function mailboxes(count: number): Promise<{ source: string; target: string; uidValidity: string }> {
    const number = ++last;
    const [source, target] = [`from${number}`, `to${number}`];
    await karen.ok(`CREATE ${source}`);
    await karen.ok(`CREATE ${target}`);
    for (let each = 1; each <= count; each++) await karen.append(source, smallMessage(each), { flags: [`f${each}`] });
    await karen.ok(`SELECT ${source}`);
    return { source, target, uidValidity: toldOf(await karen.ok(`STATUS ${target} (UIDVALIDITY)`), 'UIDVALIDITY')! };
  }
  const bodiesIn = async (name: string) => {
    const client = await server.client();
    await client.ok(`EXAMINE ${name}`);
    const reply = await client.ok('UID FETCH 1:* BODY.PEEK[TEXT]');
    client.destroy();
    return valuesOf(reply, 'BODY[TEXT]').map(([, text]) => Number(text!.slice(5)));
  };

  it.each([
    'MOVE',
    'MOVE 1',
    'MOVE 1 ',
    'MOVE  1 Trash',
    'MOVE 1  Trash',
    'MOVE 1 Trash x',
    'MOVE x Trash',
    'MOVE 0 Trash',
    'MOVE 1:3 Trash',
    'MOVE 1 "Trash',
    'UID MOVE 1',
    'UID MOVE x Trash',
  ])('answers BAD to the malformed %j and moves nothing', async (line) => {
    const { source } = await mailboxes(2);
    expect((await karen.command(line)).status).toBe('BAD');
    expect(await bodiesIn(source)).toEqual([1, 2]);
  });

  it('is BAD without a selected mailbox, and NO after EXAMINE', async () => {
    const { source, target } = await mailboxes(1);
    const client = await server.client();
    expect((await client.command(`MOVE 1 ${target}`)).status).toBe('BAD');
    await client.ok(`EXAMINE ${source}`);
    for (const line of [`MOVE 1 ${target}`, `UID MOVE 1 ${target}`, `UID MOVE 77 ${target}`]) {
      expect((await client.command(line)).status).toBe('NO');
    }
    expect(await bodiesIn(source)).toEqual([1]);
    expect(await bodiesIn(target)).toEqual([]);
  });

  it('tells COPYUID in an untagged OK, then EXPUNGE from the last message to the first, then OK', async () => {
    const { source, target, uidValidity } = await mailboxes(5);
    const reply = await karen.ok(`MOVE 5,2:3 ${target}`);
    expect(reply.untagged).toEqual([
      expect.stringMatching(new RegExp(`^\\* OK \\[COPYUID ${uidValidity} 2:3,5 1:3\\] `)),
      '* 5 EXPUNGE',
      '* 3 EXPUNGE',
      '* 2 EXPUNGE',
    ]);
    expect(reply.code).toBeUndefined();
    expect(await bodiesIn(source)).toEqual([1, 4]);
    expect(await bodiesIn(target)).toEqual([2, 3, 5]);
    expect(valuesOf(await karen.ok('FETCH 1:* UID'), 'UID')).toEqual([
      [1, '1'],
      [2, '4'],
    ]);
  });

  it('keeps flags, and sets \\Deleted for no moment and nobody', async () => {
    const { source, target } = await mailboxes(2);
    const watcher = await rev2Client(server);
    await watcher.ok(`SELECT ${source}`);
    await watcher.idle();
    await karen.ok(`UID MOVE 1 ${target}`);
    expect(await watcher.expectUntagged(/./)).toBe('* 1 EXPUNGE');
    expect((await watcher.done()).untagged).toEqual(['* 1 EXPUNGE']);
    const client = await rev2Client(server);
    await client.ok(`EXAMINE ${target}`);
    expect(valuesOf(await client.ok('FETCH 1 FLAGS'), 'FLAGS')).toEqual([[1, '(f1)']]);
  });

  it('by UID moves those that are there; of none it says OK and nothing else', async () => {
    const { source, target } = await mailboxes(3);
    expect((await karen.ok(`UID MOVE 77:80 ${target}`)).untagged).toEqual([]);
    await karen.ok(`UID MOVE 2:3,77 ${target}`);
    expect(await bodiesIn(source)).toEqual([1]);
    expect(await bodiesIn(target)).toEqual([2, 3]);
  });

  it('says TRYCREATE where there is no such mailbox, and leaves the messages where they are', async () => {
    const { source } = await mailboxes(1);
    for (const line of ['MOVE 1 nowhere', 'UID MOVE 1 nowhere']) {
      const reply = await karen.command(line);
      expect([reply.status, reply.code]).toEqual(['NO', 'TRYCREATE']);
      expect(reply.untagged).toEqual([]);
    }
    expect(await bodiesIn(source)).toEqual([1]);
  });

  it('inside one mailbox gives the messages new UIDs at its end and tells both sides of it', async () => {
    const { source } = await mailboxes(3);
    const reply = await karen.ok(`MOVE 1 ${source}`);
    expect(reply.untagged.map((line) => line.replace(/(COPYUID) \d+ (.*)\].*/, '$1 $2'))).toEqual([
      '* OK [COPYUID 1 4',
      '* 1 EXPUNGE',
      '* 3 EXISTS',
      expect.stringMatching(/RECENT$/),
    ]);
    expect(await bodiesIn(source)).toEqual([2, 3, 1]);
  });

  it('tells the new HIGHESTMODSEQ to who follows it (RFC 6851 section 4.4)', async () => {
    const { source, target } = await mailboxes(2);
    await karen.ok('FETCH 1 MODSEQ');
    const reply = await karen.ok(`MOVE 1 ${target}`);
    const status = await karen.ok(`STATUS ${source} (HIGHESTMODSEQ)`);
    expect(reply.code).toBe(`HIGHESTMODSEQ ${toldOf(status, 'HIGHESTMODSEQ')}`);
  });

  it('moves a message once when two sessions move it at the same time', async () => {
    const { source, target } = await mailboxes(10);
    const other = await server.client();
    await other.ok(`SELECT ${source}`);
    await Promise.all([karen.command(`MOVE 1:10 ${target}`), other.command(`MOVE 1:10 ${target}`)]);
    expect(await bodiesIn(source)).toEqual([]);
    expect(await bodiesIn(target)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});
