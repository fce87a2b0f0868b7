import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rev2Client } from '../support/mailboxes.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('NAMESPACE', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it.each(['NAMESPACE ', 'NAMESPACE x', 'NAMESPACE ""'])('answers BAD to the malformed %j', async (line) => {
    const client = await server.client();
    expect((await client.command(line)).status).toBe('BAD');
  });

  it('tells where own, others’ and public mailboxes are, whether or not anything is shared: clients ask once', async () => {
    for (const client of [await server.client(), await rev2Client(server)]) {
      expect((await client.ok('NAMESPACE')).untagged).toEqual([
        '* NAMESPACE (("" "/")) (("#users/" "/")) (("#public/" "/"))',
      ]);
      expect((await client.ok('CAPABILITY')).untagged[0]!.split(' ')).toContain('NAMESPACE');
    }
  });

  it('lets nobody make a namespace of his own, nor a mailbox in the place of one', async () => {
    const client = await server.client();
    for (const name of ['#news', '#news/comp', '#', '#usersx/a']) {
      expect(await client.command(`CREATE ${name}`)).toMatchObject({ status: 'NO', code: 'CANNOT' });
    }
    for (const name of [
      '#users',
      '#users/',
      '#public',
      '#users/karen',
      '#users/olaf',
      '#users/nobody',
      '#public/mine',
    ]) {
      expect((await client.command(`CREATE ${name}`)).status).toBe('NO');
      expect((await client.command(`RENAME Drafts ${name}`)).status).toBe('NO');
    }
    expect((await client.ok('LIST "" #*')).untagged).toEqual([]);
  });
});
