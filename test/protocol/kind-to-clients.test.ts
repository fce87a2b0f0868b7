import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchReplies } from '../support/fetch-replies.ts';
import { KAREN, startTestServer, type TestServer } from '../support/test-server.ts';

const MESSAGE = 'Subject: m\r\n\r\nm\r\n';
const append = (mailbox: string) => `APPEND ${mailbox} {${MESSAGE.length}+}\r\n${MESSAGE}`;

describe('what is no failure', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('is not told as one: empty lines, before login and after', async () => {
    const client = await server.connect();
    for (let line = 0; line < 5; line++) client.send('\r\n');
    await client.ok(`LOGIN ${KAREN.name} "${KAREN.password}"`);
    client.send('\r\n\n');
    await client.ok('NOOP');
    client.destroy();
  });

  it.each(['SELECT', 'EXAMINE', 'STATUS %s (MESSAGES)', 'DELETE', 'CREATE', 'GETQUOTAROOT', 'SUBSCRIBE', 'MYRIGHTS'])(
    'and a name in bad modified UTF-7 is one that no mailbox has: %s',
    async (command) => {
      const client = await server.client();
      for (const name of ['"B&,A-ro"', '&bogus', '"R&D"']) {
        const line = command.includes('%s') ? command.replace('%s', name) : `${command} ${name}`;
        expect(await client.command(line)).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
      }
      expect((await client.ok('LIST "" "&bogus*"')).untagged).toEqual([]);
      await client.command('LOGOUT');
    },
  );

  it.each(['50% Rabatt', 'a*b', '100%', 'Projekte/50%/*'])('and %j is a name like others', async (name) => {
    const client = await server.client();
    await client.ok(`CREATE "${name}"`);
    await client.ok(append(`"${name}"`));
    const { untagged } = await client.ok('LIST "" "*"');
    expect(untagged.some((line) => String(line).endsWith(` "${name}"`))).toBe(true);
    expect((await client.ok(`STATUS "${name}" (MESSAGES)`)).untagged[0]).toContain(`"${name}" (MESSAGES 1)`);
    await client.ok(`RENAME "${name}" "${name}%"`);
    await client.ok(`SUBSCRIBE "${name}%"`);
    expect((await client.ok('LIST (SUBSCRIBED) "" "*"')).untagged.join('')).toContain(`"${name}%"`);
    await client.ok(`UNSUBSCRIBE "${name}%"`);
    await client.ok(`DELETE "${name}%"`);
    await client.command('LOGOUT');
  });
});

describe('of several sessions', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('one alone has a message as recent, whoever asks first', async () => {
    const [a, b, c] = [await server.client(), await server.client(), await server.client()];
    await c.ok('CREATE Recent');
    for (const client of [a, b]) await client.ok('SELECT Recent');
    const recentIn = async (client: typeof a) =>
      (await client.ok('NOOP')).untagged.filter((line) => /RECENT/.test(String(line)));
    const isRecent = async (client: typeof a, number: number) =>
      (fetchReplies(await client.ok(`FETCH ${number} FLAGS`))[0]!.items.get('FLAGS') as string).includes('\\Recent');
    await c.ok(append('Recent'));
    expect([await recentIn(a), await recentIn(b)]).toEqual([['* 1 RECENT'], ['* 0 RECENT']]);
    await c.ok(append('Recent'));
    expect([await recentIn(b), await recentIn(a)]).toEqual([['* 1 RECENT'], ['* 1 RECENT']]);
    await c.ok(append('Recent'));
    expect([await recentIn(a), await recentIn(b)]).toEqual([['* 2 RECENT'], ['* 1 RECENT']]);
    const flags = async (client: typeof a) => [
      await isRecent(client, 1),
      await isRecent(client, 2),
      await isRecent(client, 3),
    ];
    expect([await flags(a), await flags(b)]).toEqual([
      [true, false, true],
      [false, true, false],
    ]);
    expect((await b.ok('SEARCH RECENT')).untagged).toEqual(['* SEARCH 2']);
    expect((await c.ok('SELECT Recent')).untagged).toContain('* 0 RECENT');
  });

  it('each is told of a keyword before the first message it sees it on', async () => {
    const [a, b] = [await server.client(), await server.client()];
    await b.ok(append('INBOX'));
    for (const client of [a, b]) await client.ok('SELECT INBOX');
    for (const [number, ask] of [
      'FETCH 1 FLAGS',
      'UID FETCH 1:* (FLAGS)',
      'FETCH 1 (FLAGS BODY.PEEK[])',
      'NOOP',
    ].entries()) {
      await b.ok(`STORE 1 +FLAGS (kw${number})`);
      const lines = (await a.ok(ask)).untagged.map(String);
      const told = lines.findIndex((line) => line.startsWith('* FLAGS') && line.includes(`kw${number}`));
      const used = lines.findIndex((line) => line.includes('FETCH') && line.includes(`kw${number}`));
      expect([ask, told >= 0 && used > told]).toEqual([ask, true]);
    }
  });
});
