import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listedNames, rev2Client, smallMessage, toldOf, utf8 } from '../support/mailboxes.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('RENAME', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it.each(['RENAME', 'RENAME a', 'RENAME a ', 'RENAME a b c', 'RENAME a b*', 'RENAME  a b'])(
    'answers BAD to the malformed %j',
    async (line) => {
      const client = await server.client();
      expect((await client.command(line)).status).toBe('BAD');
    },
  );

  it('takes what is below along, makes the levels above, and keeps UIDs and identifiers', async () => {
    const [client, other] = [await server.client(), await server.client()];
    await client.ok('CREATE foo/bar');
    await client.append('foo/bar', smallMessage(1));
    const items = '(MAILBOXID UIDVALIDITY UIDNEXT MESSAGES)';
    const before = (await client.ok(`STATUS foo/bar ${items}`)).untagged[0]!;
    expect((await client.ok('RENAME foo baz/rag/zowie')).untagged).toEqual([]);
    expect(listedNames(await other.ok('LIST "" (foo* baz*)'))).toEqual([
      'baz',
      'baz/rag',
      'baz/rag/zowie',
      'baz/rag/zowie/bar',
    ]);
    const after = (await other.ok(`STATUS baz/rag/zowie/bar ${items}`)).untagged[0]!;
    expect(after).toBe(before.replace('foo/bar', 'baz/rag/zowie/bar'));
    expect(await client.command('SELECT foo')).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
  });

  it('does not take along what only begins alike', async () => {
    const client = await server.client();
    await client.ok('CREATE work');
    await client.ok('CREATE workshop/tools');
    await client.ok('RENAME work play');
    expect(listedNames(await client.ok('LIST "" (work* play*)'))).toEqual(['play', 'workshop', 'workshop/tools']);
  });

  it('refuses what is not there, what is there already, and a place below itself', async () => {
    const client = await server.client();
    await client.ok('CREATE one');
    await client.ok('CREATE two');
    expect(await client.command('RENAME zero three')).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
    expect(await client.command('RENAME one two')).toMatchObject({ status: 'NO', code: 'ALREADYEXISTS' });
    expect(await client.command('RENAME one one')).toMatchObject({ status: 'NO', code: 'ALREADYEXISTS' });
    expect(await client.command('RENAME one inbox')).toMatchObject({ status: 'NO', code: 'ALREADYEXISTS' });
    expect(await client.command('RENAME one one/below')).toMatchObject({ status: 'NO', code: 'CANNOT' });
    expect(await client.command('RENAME one one//x')).toMatchObject({ status: 'NO', code: 'CANNOT' });
    expect(listedNames(await client.ok('LIST "" (one* two*)'))).toEqual(['one', 'two']);
  });

  it('moves the messages of INBOX and leaves it empty, with what is below it', async () => {
    const client = await server.client();
    await client.ok('CREATE INBOX/bar');
    await client.append('INBOX', smallMessage(1));
    const count = Number(/^\* (\d+) EXISTS/m.exec((await client.ok('SELECT INBOX')).untagged.join('\n'))?.[1]);
    const { untagged } = await client.ok('RENAME INBOX old-mail');
    expect(untagged.filter((line) => line.endsWith(' EXPUNGE'))).toHaveLength(count);
    expect(toldOf(await client.ok('STATUS old-mail (MESSAGES)'), 'MESSAGES')).toBe(String(count));
    expect(toldOf(await client.ok('STATUS INBOX (MESSAGES)'), 'MESSAGES')).toBe('0');
    expect(listedNames(await client.ok('LIST "" (INBOX* old-mail*)'))).toEqual(['INBOX', 'INBOX/bar', 'old-mail']);
  });

  it('leaves subscriptions with the old name', async () => {
    const client = await server.client();
    await client.ok('CREATE X');
    await client.ok('SUBSCRIBE X');
    await client.ok('RENAME X Y');
    expect(listedNames(await client.ok('LIST (SUBSCRIBED) "" (X Y)'))).toEqual(['X']);
  });

  it('keeps a session in the mailbox that another renames', async () => {
    const [client, other] = [await server.client(), await server.client()];
    await client.ok('CREATE before');
    await client.append('before', smallMessage(1));
    await other.ok('SELECT before');
    await client.ok('RENAME before after');
    await other.ok('STORE 1 +FLAGS (\\Flagged)');
    expect((await other.ok('FETCH 1 (FLAGS)')).untagged[0]).toContain('\\Flagged');
    expect(toldOf(await client.ok('STATUS after (MESSAGES)'), 'MESSAGES')).toBe('1');
    await other.ok('DELETE after');
    expect((await other.command('FETCH 1 FLAGS')).status).toBe('BAD');
  });

  it('tells IMAP4rev2 clients the old name, as they wrote it', async () => {
    const client = await rev2Client(server);
    await client.ok(`CREATE "${utf8('\u00e4lt')}"`);
    const supplied = utf8('a\u0308lt');
    expect((await client.ok(`RENAME "${supplied}" new/`)).untagged).toEqual([
      `* LIST (\\HasNoChildren) "/" new ("OLDNAME" ("${supplied}"))`,
    ]);
    expect((await client.ok('RENAME INBOX elsewhere')).untagged.filter((line) => line.startsWith('* LIST'))).toEqual(
      [],
    );
  });
});
