import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listedNames, smallMessage } from '../support/mailboxes.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('DELETE', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it.each(['DELETE', 'DELETE ', 'DELETE a b', 'DELETE a*', 'DELETE (a)'])(
    'answers BAD to the malformed %j',
    async (line) => {
      const client = await server.client();
      expect((await client.command(line)).status).toBe('BAD');
    },
  );

  it('removes a mailbox, and other sessions see that', async () => {
    const [client, other] = [await server.client(), await server.client()];
    await client.ok('CREATE blurdybloop');
    await client.ok('DELETE blurdybloop');
    expect(listedNames(await other.ok('LIST "" blurdy*'))).toEqual([]);
    expect(await client.command('DELETE blurdybloop')).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
  });

  it('refuses INBOX', async () => {
    const client = await server.client();
    expect(await client.command('DELETE inbox')).toMatchObject({ status: 'NO', code: 'CANNOT' });
  });

  it('never removes what is below, and refuses to leave it hanging', async () => {
    const client = await server.client();
    await client.ok('CREATE foo/bar');
    await client.append('foo', smallMessage(1));
    expect(await client.command('DELETE foo')).toMatchObject({ status: 'NO', code: 'HASCHILDREN' });
    expect((await client.ok('STATUS foo (MESSAGES)')).untagged).toEqual(['* STATUS foo (MESSAGES 1)']);
    await client.ok('DELETE foo/bar');
    await client.ok('DELETE foo');
    expect(listedNames(await client.ok('LIST "" foo*'))).toEqual([]);
  });

  it('leaves the mailbox that it deletes', async () => {
    const client = await server.client();
    await client.ok('CREATE mine');
    await client.append('mine', smallMessage(1));
    await client.ok('SELECT mine');
    expect((await client.ok('DELETE mine')).untagged).toEqual([expect.stringMatching(/^\* OK \[CLOSED\] /)]);
    expect((await client.command('FETCH 1 FLAGS')).status).toBe('BAD');
  });

  it('tells a session that has it selected, which goes on with an empty mailbox', async () => {
    const [client, other] = [await server.client(), await server.client()];
    await client.ok('CREATE shared');
    for (const number of [1, 2]) await client.append('shared', smallMessage(number));
    await other.ok('SELECT shared');
    await client.ok('DELETE shared');
    const { untagged } = await other.ok('NOOP');
    expect(untagged.filter((line) => line.endsWith(' EXPUNGE'))).toHaveLength(2);
    expect(untagged.at(-1)).toMatch(/^\* NO \[NONEXISTENT\] /);
    expect((await other.ok('UID SEARCH ALL')).untagged).toEqual(['* SEARCH']);
    await other.ok('CLOSE');
    expect(await other.command('SELECT shared')).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
  });
});
