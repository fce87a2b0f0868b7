import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallMessage } from '../support/mailboxes.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('CLOSE and UNSELECT', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  /** A mailbox of three messages, the second of them deleted. */
  async function prepared(name: string) {
    const client = await server.client();
    await client.ok(`CREATE ${name}`);
    for (const [number, flags] of [[], ['\\Deleted'], []].entries()) {
      await client.append(name, smallMessage(number), { flags });
    }
    return client;
  }

  const messages = async (name: string) => {
    const other = await server.client();
    return /MESSAGES (\d+)/.exec((await other.ok(`STATUS ${name} (MESSAGES)`)).untagged[0]!)?.[1];
  };

  it.each(['CLOSE', 'UNSELECT'])(
    'answers BAD to %s with an argument, and without a selected mailbox',
    async (command) => {
      const client = await server.client();
      expect((await client.command(command)).status).toBe('BAD');
      await client.ok('SELECT INBOX');
      expect((await client.command(`${command} x`)).status).toBe('BAD');
      expect((await client.command(`${command} `)).status).toBe('BAD');
      await client.ok(command);
      expect((await client.command(command)).status).toBe('BAD');
    },
  );

  it('CLOSE removes deleted messages without a word to its own client, and tells the others', async () => {
    const client = await prepared('closed');
    const other = await server.client();
    await other.ok('SELECT closed');
    await client.ok('SELECT closed');
    expect((await client.ok('CLOSE')).untagged).toEqual([]);
    expect((await other.ok('NOOP')).untagged).toEqual(['* 2 EXPUNGE']);
    expect((await client.command('FETCH 1 FLAGS')).status).toBe('BAD');
    expect(await messages('closed')).toBe('2');
  });

  it('CLOSE removes what others have deleted and this client was never told of', async () => {
    const client = await prepared('untold');
    await client.ok('SELECT untold');
    const other = await server.client();
    await other.append('untold', smallMessage(3), { flags: ['\\Deleted'] });
    expect((await client.ok('CLOSE')).untagged).toEqual([]);
    expect(await messages('untold')).toBe('2');
  });

  it('CLOSE removes nothing, and that is no error, after EXAMINE', async () => {
    const client = await prepared('examined');
    await client.ok('EXAMINE examined');
    await client.ok('CLOSE');
    expect(await messages('examined')).toBe('3');
  });

  it('UNSELECT removes nothing', async () => {
    const client = await prepared('unselected');
    await client.ok('SELECT unselected');
    expect((await client.ok('UNSELECT')).untagged).toEqual([]);
    expect(await messages('unselected')).toBe('3');
    await client.ok('SELECT unselected');
    await client.ok('SELECT INBOX');
    expect(await messages('unselected')).toBe('3');
  });
});
