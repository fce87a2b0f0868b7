import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RawImap } from '../support/raw-imap.ts';
import { OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const FEW = vi.hoisted(() => ({ perAccount: 20, messages: 1_000 }));

// An account as large as may be would take minutes to fill.
vi.mock(import('../../core/base/limits.ts'), async (original) => {
  const limits = await original();
  return {
    ...limits,
    mailboxLimits: { ...limits.mailboxLimits, perAccount: FEW.perAccount },
    quotaLimits: { ...limits.quotaLimits, messagesWithoutQuota: FEW.messages },
  } as unknown as typeof limits;
});

describe('mailboxes and subscriptions without number', () => {
  let server: TestServer;
  let client: RawImap;
  let bystander: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    client = await server.client();
    bystander = await server.client(OLAF);
  });
  afterAll(() => server.stop());

  it('end with NO [LIMIT], superior levels counted; what is there can be used, renamed and deleted', async () => {
    let last = '';
    for (let count = 0; ; count++) {
      const reply = await client.command(`CREATE box${count}`);
      if (reply.status !== 'OK') {
        expect(reply).toMatchObject({ status: 'NO', code: 'LIMIT' });
        break;
      }
      expect(count).toBeLessThan(FEW.perAccount);
      last = `box${count}`;
    }
    const { untagged } = await client.ok('LIST "" *');
    expect(untagged).toHaveLength(FEW.perAccount);
    expect(await client.command(`RENAME ${last} one/more/level`)).toMatchObject({ status: 'NO', code: 'LIMIT' });
    await client.ok(`RENAME ${last} renamed`);
    await client.ok('DELETE renamed');
    expect(await client.command('CREATE one/more')).toMatchObject({ status: 'NO', code: 'LIMIT' });
    await client.ok('CREATE one');
    await bystander.ok('CREATE of-his-own');
  });

  it('hold for names that are subscribed to and are not there', async () => {
    const replies = [];
    for (let count = 0; count <= FEW.perAccount; count++) replies.push(await client.command(`SUBSCRIBE none${count}`));
    expect(replies.at(-1)).toMatchObject({ status: 'NO', code: 'LIMIT' });
    await bystander.ok('SUBSCRIBE none');
  });
});

describe('messages without number', () => {
  let server: TestServer;
  let client: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    client = await server.client();
  });
  afterAll(() => server.stop());

  it('end with NO [LIMIT] where no quota is set: each COPY of all would double them until memory and disk are full', async () => {
    await client.append('INBOX', Buffer.from('Subject: one\r\n\r\none\r\n'));
    await client.ok('SELECT INBOX');
    let reply = await client.command('COPY 1:* INBOX');
    for (; reply.status === 'OK'; reply = await client.command('COPY 1:* INBOX')) await client.ok('NOOP');
    expect(reply).toMatchObject({ status: 'NO', code: 'LIMIT', text: expect.stringMatching(/ask the administrator/) });
    const { untagged } = await client.ok('STATUS INBOX (MESSAGES)');
    const messages = Number(/MESSAGES (\d+)/.exec(untagged[0]!)![1]);
    expect(messages).toBeGreaterThan(FEW.messages / 2);
    expect(messages).toBeLessThanOrEqual(FEW.messages);
    // It is no quota: nothing of it is told where none is set.
    expect((await client.ok('GETQUOTAROOT INBOX')).untagged).toEqual(['* QUOTAROOT INBOX']);
    server.server.settings.set('quota.messages', 2 * FEW.messages);
    await client.ok('COPY 1:* INBOX');
  });
});
