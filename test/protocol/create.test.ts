import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listedNames, listReplies, rev2Client, smallMessage, toldOf, utf8 } from '../support/mailboxes.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('CREATE', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it.each([
    'CREATE',
    'CREATE ',
    'CREATE a b',
    'CREATE a*',
    'CREATE a ()',
    'CREATE a (USE)',
    'CREATE a (USE \\Drafts)',
    'CREATE a (USE (Drafts))',
    'CREATE a (USE (\\Drafts)',
    'CREATE a (BOGUS (\\Drafts))',
  ])('answers BAD to the malformed %j', async (line) => {
    const client = await server.client();
    expect((await client.command(line)).status).toBe('BAD');
    expect(listedNames(await client.ok('LIST "" a'))).toEqual([]);
  });

  it('makes the levels above, and other sessions see them at once', async () => {
    const [client, other] = [await server.client(), await server.client()];
    const { code } = await client.ok('CREATE foo/bar/zap');
    expect(code).toMatch(/^MAILBOXID \([A-Za-z][\w-]*\)$/);
    expect(listedNames(await other.ok('LIST "" foo*'))).toEqual(['foo', 'foo/bar', 'foo/bar/zap']);
    await other.ok('SELECT foo/bar');
  });

  it('passes over a separator at the end', async () => {
    const client = await server.client();
    await client.ok('CREATE owatagusiam/');
    expect(listedNames(await client.ok('LIST "" owata*'))).toEqual(['owatagusiam']);
    expect(await client.command('CREATE owatagusiam')).toMatchObject({ status: 'NO', code: 'ALREADYEXISTS' });
  });

  it.each(['INBOX', 'inbox', 'InBox/'])('refuses %s, which exists', async (name) => {
    const client = await server.client();
    expect(await client.command(`CREATE ${name}`)).toMatchObject({ status: 'NO', code: 'ALREADYEXISTS' });
  });

  it.each(['""', '/', '//', '/a', 'a//b', 'a/b//', '#shared/x', '&AAc-bell', `${'x/'.repeat(50)}x`, 'x'.repeat(1500)])(
    'refuses the name %s and leaves nothing behind',
    async (name) => {
      const client = await server.client();
      const before = listedNames(await client.ok('LIST "" *'));
      expect(await client.command(`CREATE ${name}`)).toMatchObject({
        status: 'NO',
        code: expect.stringMatching(/^(CANNOT|LIMIT)$/),
      });
      expect(listedNames(await client.ok('LIST "" *'))).toEqual(before);
    },
  );

  it('keeps what is below INBOX with INBOX', async () => {
    const client = await server.client();
    await client.ok('CREATE inbox/work');
    expect(listReplies(await client.ok('LIST "" INBOX*'))).toEqual([
      'INBOX (\\HasChildren)',
      'INBOX/work (\\HasNoChildren)',
    ]);
    expect(await client.command('CREATE INBOX/work')).toMatchObject({ status: 'NO', code: 'ALREADYEXISTS' });
    await client.ok('SELECT InBox/work');
  });

  it('composes names, tells IMAP4rev2 clients so, and finds them under either spelling in every command', async () => {
    const client = await rev2Client(server);
    const [composed, decomposed] = [utf8('\u00e9t\u00e9'), utf8('e\u0301te\u0301')];
    const reply = await client.ok(`CREATE "${decomposed}"`);
    expect(reply.untagged).toEqual([`* LIST (\\HasNoChildren) "/" "${composed}" ("OLDNAME" ("${decomposed}"))`]);
    expect(await client.command(`CREATE "${composed}"`)).toMatchObject({ status: 'NO', code: 'ALREADYEXISTS' });
    expect((await client.append(decomposed, smallMessage(1))).status).toBe('OK');
    await client.ok(`SELECT "${composed}"`);
    await client.ok(`COPY 1 "${decomposed}"`);
    await client.ok(`STATUS "${decomposed}" (MESSAGES)`);
    const deleted = await client.ok(`DELETE "${decomposed}"`);
    expect(deleted.untagged.at(-1)).toBe(`* LIST (\\NonExistent) "/" "${composed}" ("OLDNAME" ("${decomposed}"))`);
  });

  it('tells IMAP4rev1 clients nothing that they do not know', async () => {
    const client = await server.client();
    expect((await client.ok('CREATE u&Awg-')).untagged).toEqual([]);
    expect((await client.ok('DELETE u&Awg-')).untagged).toEqual([]);
  });

  it('takes 8-bit names from IMAP4rev1 clients that do not know better', async () => {
    const client = await server.client();
    await client.ok(`CREATE "${utf8('na\u00efve')}"`);
    expect(listedNames(await client.ok('LIST "" na*'))).toEqual(['na&AO8-ve']);
    expect((await client.command('CREATE "na\xefve"')).status).toBe('BAD');
  });

  it('gives a mailbox its special uses, each to one mailbox only', async () => {
    const client = await server.client();
    expect(await client.command('CREATE Outgoing (USE (\\Drafts))')).toMatchObject({ status: 'NO', code: 'USEATTR' });
    expect(listedNames(await client.ok('LIST "" Outgoing'))).toEqual([]);
    await client.ok('DELETE Drafts');
    await client.ok('DELETE Sent');
    await client.ok('CREATE Outgoing (USE (\\drafts \\Sent \\SENT))');
    expect(listReplies(await client.ok('LIST "" Outgoing'))).toEqual(['Outgoing (\\Drafts \\HasNoChildren \\Sent)']);
    await client.ok('CREATE Ordinary (USE ())');
    expect(listReplies(await client.ok('LIST "" Ordinary'))).toEqual(['Ordinary (\\HasNoChildren)']);
  });

  it.each(['\\All', '\\Flagged', '\\Bogus'])('does not make a mailbox whose use %s it cannot give', async (use) => {
    const client = await server.client();
    expect(await client.command(`CREATE Everything (USE (${use}))`)).toMatchObject({ status: 'NO', code: 'USEATTR' });
    expect(listedNames(await client.ok('LIST "" Everything'))).toEqual([]);
  });

  it('never gives a UID twice under one UIDVALIDITY when a mailbox is made again', async () => {
    const client = await server.client();
    await client.ok('CREATE again');
    await client.append('again', smallMessage(1));
    const before = await client.ok('STATUS again (UIDVALIDITY UIDNEXT MAILBOXID)');
    await client.ok('DELETE again');
    await client.ok('CREATE again');
    const after = await client.ok('STATUS again (UIDVALIDITY UIDNEXT MAILBOXID)');
    expect(Number(toldOf(after, 'UIDVALIDITY'))).toBeGreaterThan(Number(toldOf(before, 'UIDVALIDITY')));
    expect(toldOf(after, 'MAILBOXID')).not.toBe(toldOf(before, 'MAILBOXID'));
  });
});
