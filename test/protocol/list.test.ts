import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listedNames, listReplies, rev2Client, smallMessage, utf8 } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('LIST', () => {
  let server: TestServer;
  let client: RawImap;
  beforeAll(async () => {
    server = await startTestServer();
    client = await server.client();
    for (const name of ['Foo', 'Foo/Bar', 'Foo/Baz', 'Moo', 'Moo/deep/down']) await client.ok(`CREATE ${name}`);
    for (const name of ['Foo/Baz', 'Gone/Away']) await client.ok(`SUBSCRIBE ${name}`);
  });
  beforeEach(async () => {
    client = await server.client();
  });
  afterAll(() => server.stop());

  it.each([
    'LIST',
    'LIST ""',
    'LIST "" ',
    'LIST "" "" ""',
    'LIST "" * x',
    'LIST "" *  RETURN ()',
    'LIST "" * RETURN',
    'LIST "" * RETURN SUBSCRIBED',
    'LIST "" * RETURN (SUBSCRIBED',
    'LIST "" * RETURN (BOGUS)',
    'LIST "" * RETURN (STATUS)',
    'LIST "" * RETURN (STATUS ())',
    'LIST "" * RETURN (STATUS (BOGUS))',
    'LIST "" ()',
    'LIST "" (a',
    'LIST "" (a (b))',
    'LIST (BOGUS) "" *',
    'LIST (SUBSCRIBED)"" *',
    'LIST (RECURSIVEMATCH) "" *',
    'LIST (REMOTE RECURSIVEMATCH) "" *',
    'LSUB',
    'LSUB ""',
    'LSUB "" (a b)',
    'LSUB "" * RETURN ()',
  ])('answers BAD to the malformed %j', async (line) => {
    expect((await client.command(line)).status).toBe('BAD');
  });

  it('tells the separator for an empty pattern, in the basic syntax only', async () => {
    expect((await client.ok('LIST "" ""')).untagged).toEqual(['* LIST (\\Noselect) "/" ""']);
    expect((await client.ok('LIST Foo/ ""')).untagged).toEqual(['* LIST (\\Noselect) "/" ""']);
    expect((await client.ok('LIST () "" ""')).untagged).toEqual([]);
    expect((await client.ok('LIST "" ("" Moo)')).untagged).toHaveLength(1);
    expect((await client.ok('LIST Moo ("")')).untagged).toEqual([]);
  });

  it('shows a new account with its special uses', async () => {
    expect(listReplies(await client.ok('LIST "" (INBOX Drafts Sent Trash Junk Archive)'))).toEqual([
      'INBOX (\\HasNoChildren)',
      'Archive (\\Archive \\HasNoChildren)',
      'Drafts (\\Drafts \\HasNoChildren)',
      'Junk (\\HasNoChildren \\Junk)',
      'Sent (\\HasNoChildren \\Sent)',
      'Trash (\\HasNoChildren \\Trash)',
    ]);
    expect(listedNames(await client.ok('LIST (SPECIAL-USE) "" *')).sort()).toEqual([
      'Archive',
      'Drafts',
      'Junk',
      'Sent',
      'Trash',
    ]);
  });

  it('stops % at the separator and says what has children', async () => {
    expect(listReplies(await client.ok('LIST "" %oo'))).toEqual(['Foo (\\HasChildren)', 'Moo (\\HasChildren)']);
    expect(listedNames(await client.ok('LIST "" %oo/%'))).toEqual(['Foo/Bar', 'Foo/Baz', 'Moo/deep']);
    expect(listedNames(await client.ok('LIST "" Moo*'))).toEqual(['Moo', 'Moo/deep', 'Moo/deep/down']);
    expect(listedNames(await client.ok('LIST "" F*z'))).toEqual(['Foo/Baz']);
  });

  it('begins names with the reference', async () => {
    expect(listedNames(await client.ok('LIST Foo/ %'))).toEqual(['Foo/Bar', 'Foo/Baz']);
    expect(listedNames(await client.ok('LIST Fo o'))).toEqual(['Foo']);
    expect(listedNames(await client.ok('LIST Foo/ #news%'))).toEqual([]);
  });

  it('finds INBOX however it is written', async () => {
    expect(listedNames(await client.ok('LIST "" inbox'))).toEqual(['INBOX']);
    expect(listedNames(await client.ok('LIST "" "iN%"'))).toEqual(['INBOX']);
  });

  it('takes patterns as atoms, strings and literals', async () => {
    for (const pattern of ['"Foo/Bar"', Buffer.from('Foo/Bar')]) {
      expect(listedNames(await client.ok(['LIST "" ', pattern]))).toEqual(['Foo/Bar']);
    }
    expect(listedNames(await client.ok('LIST "" (Moo "Foo/%" Foo/Bar)'))).toEqual(['Foo/Bar', 'Foo/Baz', 'Moo']);
  });

  it('lists what is subscribed to, missing mailboxes too, and nothing else', async () => {
    expect(listReplies(await client.ok('LIST (SUBSCRIBED) "" (Foo* Gone* Moo*)'))).toEqual([
      'Foo/Baz (\\HasNoChildren \\Subscribed)',
      'Gone/Away (\\HasNoChildren \\NonExistent \\Subscribed)',
    ]);
    expect(listedNames(await client.ok('LIST (SUBSCRIBED REMOTE SUBSCRIBED) "" (Foo Moo Gone)'))).toEqual([]);
  });

  it('tells subscriptions when asked, without adding names', async () => {
    const reply = await client.ok('LIST "" (Foo* Gone*) RETURN (SUBSCRIBED CHILDREN SPECIAL-USE)');
    expect(listReplies(reply)).toEqual([
      'Foo (\\HasChildren)',
      'Foo/Bar (\\HasNoChildren)',
      'Foo/Baz (\\HasNoChildren \\Subscribed)',
    ]);
  });

  it('shows parents of what is subscribed to when asked with RECURSIVEMATCH', async () => {
    expect(listReplies(await client.ok('LIST (SUBSCRIBED RECURSIVEMATCH) "" (Fo% Gon%)'))).toEqual([
      'Foo (\\HasChildren) ("CHILDINFO" ("SUBSCRIBED"))',
      'Gone (\\HasNoChildren \\NonExistent) ("CHILDINFO" ("SUBSCRIBED"))',
    ]);
  });

  it('sends a STATUS right after each LIST reply of a mailbox that can be selected', async () => {
    await client.append('Foo/Bar', smallMessage(1));
    const reply = await client.ok(
      'LIST (SUBSCRIBED RECURSIVEMATCH) "" (% Foo/Baz Gone/Away Foo) RETURN (STATUS (MESSAGES UIDNEXT))',
    );
    const after = (name: string) => reply.untagged[reply.untagged.findIndex((line) => line.includes(`" ${name}`)) + 1];
    expect(after('Foo/Baz')).toBe('* STATUS Foo/Baz (MESSAGES 0 UIDNEXT 1)');
    // listed because of its child, or not there: no STATUS (RFC 5819 section 3)
    expect(reply.untagged.filter((line) => /^\* STATUS (Foo|Gone\/Away) /.test(line))).toEqual([]);
    expect((await client.ok('LIST "" Foo/Bar RETURN (STATUS (MESSAGES))')).untagged).toEqual([
      '* LIST (\\HasNoChildren) "/" Foo/Bar',
      '* STATUS Foo/Bar (MESSAGES 1)',
    ]);
  });

  it('writes names in modified UTF-7 to IMAP4rev1 clients and in UTF-8 to IMAP4rev2 clients', async () => {
    await client.ok('CREATE "&ZeVnLIqe- &- co/caf&AOk-"');
    expect(listedNames(await client.ok('LIST "" "&ZeVnLIqe-*/%"'))).toEqual(['&ZeVnLIqe- &- co/caf&AOk-']);
    const rev2 = await rev2Client(server);
    const pattern = utf8('\u65e5\u672c\u8a9e');
    expect(listedNames(await rev2.ok(`LIST "" "${pattern}*/%"`))).toEqual([utf8('\u65e5\u672c\u8a9e & co/caf\u00e9')]);
    expect(listedNames(await rev2.ok(`LIST "" "*/cafe${utf8('\u0301')}"`))).toHaveLength(1);
  });

  it('does not lose its way in patterns made to be slow', async () => {
    await client.ok(`CREATE ${'a'.repeat(900)}`);
    const bomb = '*a'.repeat(400);
    expect(listedNames(await client.ok(`LIST "" ${bomb}b`))).toEqual([]);
    expect(listedNames(await client.ok(`LIST "" "${'%*'.repeat(1000)}b"`))).toEqual([]);
    expect(listedNames(await client.ok(`LIST "" ${bomb}`))).toHaveLength(1);
    await client.ok(`DELETE ${'a'.repeat(900)}`);
  });

  it('refuses more patterns than are good for others', async () => {
    expect(await client.command(`LIST "" (${'a '.repeat(1000)}b)`)).toMatchObject({ status: 'NO', code: 'LIMIT' });
  });

  it('is advertised', async () => {
    const words = (await client.ok('CAPABILITY')).untagged[0]!.split(' ');
    expect(words).toEqual(expect.arrayContaining(['LIST-EXTENDED', 'LIST-STATUS', 'SPECIAL-USE', 'CHILDREN']));
  });

  it('LSUB shows subscriptions, and the level above with %', async () => {
    expect(listReplies(await client.ok('LSUB "" Foo*'))).toEqual(['Foo/Baz ()']);
    expect(listReplies(await client.ok('LSUB "" Fo%'))).toEqual(['Foo (\\Noselect)']);
    expect(listReplies(await client.ok('LSUB Gone/ %'))).toEqual(['Gone/Away ()']);
    expect(listReplies(await client.ok('LSUB "" ""'))).toEqual([]);
  });
});
