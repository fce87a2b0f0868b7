import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RawImap, Reply } from '../support/raw-imap.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const STORM = 150;
const LIMIT = 20;
const KARENS_LOGIN = `LOGIN ${KAREN.name} "${KAREN.password}"`;
const FULL = `Too many concurrent logins for karen (${LIMIT} of ${LIMIT})`;

interface Guest {
  readonly client: RawImap;
  readonly reply: Reply;
}

describe('a mail client that opens all its connections at once', () => {
  let server: TestServer;
  let bystander: RawImap;
  let guests: Guest[] = [];
  beforeAll(async () => {
    server = await startTestServer();
    server.server.settings.set('imap4.advanced.concurrentLoginsPerUser', LIMIT);
    bystander = await server.client(OLAF);
  });
  afterAll(() => server.stop());

  it('gets as many logins as it may have and not one more; the others are told why; nobody else is kept waiting', async () => {
    const noops = answeredNoops();
    guests = await storm();
    expect(await noops()).toBeGreaterThan(0);
    expect(entered()).toHaveLength(LIMIT);
    expect(refused()).toHaveLength(STORM - LIMIT);
    for (const { reply } of refused()) expect(reply).toMatchObject({ status: 'NO', code: 'LIMIT', text: FULL });
    for (const { client } of entered()) await client.ok('SELECT INBOX');
  });

  it('may go on with a connection that was refused: as often as it likes, and as somebody else', async () => {
    const { client } = refused()[0]!;
    for (let i = 0; i < 10; i++)
      expect(await client.command(KARENS_LOGIN)).toMatchObject({ status: 'NO', code: 'LIMIT' });
    await client.ok('NOOP');
    await client.login(OLAF.name, OLAF.password);
    await client.ok('SELECT INBOX');
    await client.logout();
  });

  it('gives one slot back with each connection that logs out, to whoever asks next', async () => {
    const [leaver] = entered();
    const [first, second] = refused().slice(1);
    await leaver!.client.logout();
    await first!.client.ok(KARENS_LOGIN);
    expect(await second!.client.command(KARENS_LOGIN)).toMatchObject({ status: 'NO', code: 'LIMIT' });
  });

  it('may vanish without a word and come back at once: its dead connections hold no slots', async () => {
    const noops = answeredNoops();
    for (const [i, { client }] of guests.entries()) i % 2 === 0 ? client.destroy() : client.reset();
    guests = await storm();
    expect(await noops()).toBeGreaterThan(0);
    expect(entered()).toHaveLength(LIMIT);
    expect(refused()).toHaveLength(STORM - LIMIT);
  });

  it('is let in with all of them as soon as the limit is off', async () => {
    server.server.settings.set('imap4.advanced.concurrentLoginsPerUser', 0);
    for (const { client } of refused()) await client.ok(KARENS_LOGIN);
    await bystander.ok('NOOP');
  });

  function storm(): Promise<Guest[]> {
    const guest = async () => {
      const client = await server.connect();
      return { client, reply: await client.command(KARENS_LOGIN) };
    };
    return Promise.all(Array.from({ length: STORM }, guest));
  }

  /** Another user's NOOPs, one after another, until the function returned is called; it tells how many were answered. */
  function answeredNoops(): () => Promise<number> {
    let over = false;
    const answered = (async () => {
      for (let count = 0; ; count++) {
        if (over) return count;
        await bystander.ok('NOOP');
      }
    })();
    return () => {
      over = true;
      return answered;
    };
  }

  function entered(): Guest[] {
    return guests.filter(({ reply }) => reply.status === 'OK');
  }

  function refused(): Guest[] {
    return guests.filter(({ reply }) => reply.status !== 'OK');
  }
});
