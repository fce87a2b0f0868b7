import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listReplies } from '../support/mailboxes.ts';
import { share } from '../support/sharing.ts';
import { OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

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

describe('what is shared', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('is subscribed to once by those who see it from then on: most programs show nothing else', async () => {
    const [karen, olaf] = [await server.client(), await server.client(OLAF)];
    const subscribed = async () => listReplies(await olaf.ok('LSUB "" "#*"')).map((line) => line.split(' ')[0]);
    await karen.ok('CREATE Plans');
    await share(karen, 'Plans', 'olaf', 'rw');
    expect(await subscribed()).toEqual([]); // not seen
    await share(karen, 'Plans', 'olaf', 'lr');
    expect(await subscribed()).toEqual(['#users/karen/Plans']);
    await karen.ok('CREATE Plans/2026');
    expect(await subscribed()).toEqual(['#users/karen/Plans', '#users/karen/Plans/2026']);
    await olaf.ok('UNSUBSCRIBE #users/karen/Plans');
    await share(karen, 'Plans', 'olaf', 'lrs');
    await share(karen, 'Plans', 'anyone', 'lr');
    expect(await subscribed()).toEqual(['#users/karen/Plans/2026']);
  });

  it('by the administrator subscribes everybody it is granted to, unless they say otherwise', async () => {
    const [karen, olaf] = [await server.client(), await server.client(OLAF)];
    const { admin } = server.server;
    const grant = async (mailbox: string, identifier: string, subscribe?: boolean) => {
      expect(await admin.call('publicFolders.create', { name: mailbox })).toMatchObject({ ok: true });
      const set = { owner: { kind: 'public' } as const, mailbox, identifier, rights: 'lr', subscribe };
      expect(await admin.call('shares.set', set)).toMatchObject({ ok: true });
    };
    expect(await admin.call('groups.add', { name: 'sales', members: ['olaf'] })).toMatchObject({ ok: true });
    await grant('News', 'anyone');
    await grant('Sales', '$sales');
    await grant('Quiet', 'anyone', false);
    const subscribed = async (client: typeof karen) =>
      listReplies(await client.ok('LSUB "" "#public/*"')).map((line) => line.split(' ')[0]);
    expect(await subscribed(karen)).toEqual(['#public/News']);
    expect(await subscribed(olaf)).toEqual(['#public/News', '#public/Sales']);
    expect(listReplies(await olaf.ok('LIST "" "#public/Quiet"'))).toHaveLength(1);
  });
});
