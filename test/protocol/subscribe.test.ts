import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listReplies } from '../support/mailboxes.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('SUBSCRIBE and UNSUBSCRIBE', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it.each(['SUBSCRIBE', 'SUBSCRIBE ', 'SUBSCRIBE a b', 'SUBSCRIBE a*', 'UNSUBSCRIBE', 'UNSUBSCRIBE a b'])(
    'answers BAD to the malformed %j',
    async (line) => {
      const client = await server.client();
      expect((await client.command(line)).status).toBe('BAD');
    },
  );

  it('are seen by other sessions, and may be said twice', async () => {
    const [client, other] = [await server.client(), await server.client()];
    await client.ok('CREATE news');
    await client.ok('SUBSCRIBE news');
    await client.ok('SUBSCRIBE news');
    expect(listReplies(await other.ok('LSUB "" news'))).toEqual(['news ()']);
    await other.ok('UNSUBSCRIBE news');
    await other.ok('UNSUBSCRIBE news');
    await other.ok('UNSUBSCRIBE never/was/there');
    expect(listReplies(await client.ok('LSUB "" news'))).toEqual([]);
  });

  it('keep a subscription when the mailbox is deleted (RFC 9051 section 6.3.7)', async () => {
    const client = await server.client();
    await client.ok('CREATE alerts');
    await client.ok('SUBSCRIBE alerts');
    await client.ok('DELETE alerts');
    expect(listReplies(await client.ok('LSUB "" alerts'))).toEqual(['alerts ()']);
    expect(listReplies(await client.ok('LIST (SUBSCRIBED) "" alerts'))).toEqual([
      'alerts (\\HasNoChildren \\NonExistent \\Subscribed)',
    ]);
  });

  it('know INBOX in any case and names however composed', async () => {
    const client = await server.client();
    await client.ok('UNSUBSCRIBE INBOX');
    await client.ok('SUBSCRIBE inbox');
    expect(listReplies(await client.ok('LSUB "" INBOX'))).toEqual(['INBOX ()']);
    await client.ok('SUBSCRIBE e&AwE-');
    expect(listReplies(await client.ok('LSUB "" &AOk-'))).toEqual(['&AOk- ()']);
  });

  it('refuse names that could never be a mailbox', async () => {
    const client = await server.client();
    for (const name of ['""', '/a', 'a//b', 'a/', '&AAc-', 'a'.repeat(2000)]) {
      expect(await client.command(`SUBSCRIBE ${name}`)).toMatchObject({ status: 'NO', code: 'CANNOT' });
    }
  });
});
