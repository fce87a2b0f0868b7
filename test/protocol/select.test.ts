import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rev2Client, smallMessage, toldOf, utf8 } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

describe('SELECT and EXAMINE', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  /** A mailbox with as many messages as there are lists of flags. */
  async function filled(client: RawImap, name: string, flags: readonly (readonly string[])[]): Promise<void> {
    await client.ok(`CREATE ${name}`);
    for (const [number, each] of flags.entries()) {
      expect((await client.append(name, smallMessage(number), { flags: each })).status).toBe('OK');
    }
  }

  it.each([
    'SELECT',
    'SELECT ',
    'SELECT  INBOX',
    'SELECT INBOX ',
    'SELECT INBOX x',
    'SELECT "INBOX',
    'SELECT (INBOX)',
    'SELECT IN*BOX',
    'SELECT INBOX ()',
    'SELECT INBOX (CONDSTORE',
    'SELECT INBOX (CONDSTORE )',
    'SELECT INBOX (QRESYNC (1 2))',
    'SELECT INBOX (BLURDYBLOOP)',
    'EXAMINE',
    'EXAMINE INBOX x',
  ])('answers BAD to the malformed %j and keeps the mailbox that is selected', async (line) => {
    const client = await server.client();
    await client.ok('SELECT Drafts');
    expect((await client.command(line)).status).toBe('BAD');
    expect((await client.command('UNSELECT')).status).toBe('OK');
  });

  it('is unknown to strangers', async () => {
    const client = await server.connect();
    expect((await client.command('SELECT INBOX')).status).toBe('BAD');
  });

  it('tells an IMAP4rev1 client all that RFC 3501 section 6.3.1 requires', async () => {
    const client = await server.client();
    await filled(client, 'rev1', [['\\Seen'], ['\\Seen', '$Forwarded'], [], ['\\Seen']]);
    const reply = await client.ok('SELECT rev1');
    expect(reply.code).toBe('READ-WRITE');
    expect(reply.untagged).toEqual([
      '* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Forwarded)',
      expect.stringMatching(
        /^\* OK \[PERMANENTFLAGS \(\\Answered \\Flagged \\Deleted \\Seen \\Draft \$Forwarded \\\*\)\] /,
      ),
      '* 4 EXISTS',
      '* 4 RECENT',
      expect.stringMatching(/^\* OK \[UNSEEN 3\] /),
      expect.stringMatching(/^\* OK \[UIDVALIDITY [1-9]\d*\] /),
      expect.stringMatching(/^\* OK \[UIDNEXT 5\] /),
      expect.stringMatching(/^\* OK \[HIGHESTMODSEQ [1-9]\d*\] /),
      expect.stringMatching(/^\* OK \[MAILBOXID \([A-Za-z][\w-]*\)\] /),
    ]);
  });

  it('tells an IMAP4rev2 client what RFC 9051 requires, and nothing that is gone', async () => {
    const client = await rev2Client(server);
    await filled(client, 'rev2', [['\\Seen'], []]);
    await client.ok('CREATE rev2/below');
    await client.ok('SUBSCRIBE rev2');
    const { untagged } = await client.ok('SELECT rev2');
    expect(untagged.join('\n')).not.toMatch(/RECENT|UNSEEN/);
    expect(untagged).toContain('* 2 EXISTS');
    expect(untagged).toContain('* LIST (\\HasChildren \\Subscribed) "/" rev2');
    for (const code of ['PERMANENTFLAGS', 'UIDNEXT', 'UIDVALIDITY'])
      expect(untagged.join('\n')).toContain(`* OK [${code} `);
  });

  it('shows the special use in the LIST reply', async () => {
    const client = await rev2Client(server);
    expect((await client.ok('SELECT Trash')).untagged.at(-1)).toMatch(
      /^\* LIST \(\\HasNoChildren(?: \\Subscribed)? \\Trash\) "\/" Trash$/,
    );
  });

  it('has no UNSEEN when everything is seen, and the new place after a change', async () => {
    const client = await server.client();
    await filled(client, 'seen', [['\\Seen'], ['\\Seen'], ['\\Seen', 'Work']]);
    expect(toldOf(await client.ok('SELECT seen'), 'UNSEEN')).toBeUndefined();
    await client.ok('STORE 2 -FLAGS (\\Seen)');
    expect(toldOf(await client.ok('SELECT seen'), 'UNSEEN')).toBe('2');
    await client.ok('STORE 1:3 +FLAGS (\\Deleted)');
    await client.ok('EXPUNGE');
    expect(toldOf(await client.ok('SELECT seen'), 'UNSEEN')).toBeUndefined();
  });

  it('gives messages as recent to one read-write session, and to EXAMINE without taking them', async () => {
    const client = await server.client();
    await filled(client, 'recent', [[], []]);
    const other = await server.client();
    expect((await other.ok('EXAMINE recent')).untagged).toContain('* 2 RECENT');
    expect((await other.ok('EXAMINE recent')).untagged).toContain('* 2 RECENT');
    expect((await client.ok('SELECT recent')).untagged).toContain('* 2 RECENT');
    expect((await other.ok('SELECT recent')).untagged).toContain('* 0 RECENT');
  });

  it('lets EXAMINE change nothing', async () => {
    const client = await server.client();
    await filled(client, 'examined', [[]]);
    const reply = await client.ok('EXAMINE examined');
    expect(reply.code).toBe('READ-ONLY');
    expect(reply.untagged.join('\n')).toContain('* OK [PERMANENTFLAGS ()] ');
    expect((await client.command('STORE 1 +FLAGS (\\Seen)')).status).toBe('NO');
    await client.ok('FETCH 1 BODY[]');
    expect((await client.ok('FETCH 1 FLAGS')).untagged).not.toContainEqual(expect.stringContaining('\\Seen'));
  });

  it('says that the mailbox before was closed, also when the new one cannot be opened; then none is selected', async () => {
    const client = await server.client();
    await client.ok('SELECT Drafts');
    expect((await client.ok('SELECT Drafts')).untagged[0]).toMatch(/^\* OK \[CLOSED\] /);
    const failed = await client.command('SELECT nowhere');
    expect(failed).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
    expect(failed.untagged).toEqual([expect.stringMatching(/^\* OK \[CLOSED\] /)]);
    expect((await client.command('FETCH 1 FLAGS')).status).toBe('BAD');
    expect((await client.ok('SELECT Drafts')).untagged.join('\n')).not.toContain('CLOSED');
  });

  it('reports nothing of the old mailbox once the new one is described', async () => {
    const client = await server.client();
    await filled(client, 'old', [[], []]);
    await client.ok('SELECT old');
    const other = await server.client();
    await other.ok('SELECT old');
    await other.ok('STORE 1 +FLAGS (\\Deleted)');
    await other.ok('EXPUNGE');
    const { untagged } = await client.ok('SELECT Drafts');
    const boundary = untagged.findIndex((line) => line.startsWith('* OK [CLOSED]'));
    expect(untagged.slice(boundary).join('\n')).not.toMatch(/EXPUNGE|FETCH/);
  });

  it('finds INBOX in any case, and other names in their own only', async () => {
    const client = await server.client();
    await client.ok('SELECT inBox');
    expect(await client.command('SELECT drafts')).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
  });

  it.each(['a//b', '/a', 'a/', '""'])('answers NO, not BAD, to %s, which can be no mailbox', async (name) => {
    const client = await server.client();
    expect(await client.command(`SELECT ${name}`)).toMatchObject({ status: 'NO', code: 'NONEXISTENT' });
  });

  it('switches CONDSTORE on with the parameter: flag changes then carry a modseq', async () => {
    const client = await server.client();
    await filled(client, 'condstore', [[]]);
    await client.ok('SELECT condstore (CONDSTORE CONDSTORE)');
    const other = await server.client();
    await other.ok('SELECT condstore');
    await other.ok('STORE 1 +FLAGS (\\Flagged)');
    expect((await client.ok('NOOP')).untagged).toEqual([expect.stringMatching(/^\* 1 FETCH \(.*MODSEQ \(\d+\)/)]);
  });

  it('opens a name that is composed differently, and tells IMAP4rev2 clients how it is spelled', async () => {
    const client = await rev2Client(server);
    const [composed, decomposed] = [utf8('Entw\u00fcrfe'), utf8('Entwu\u0308rfe')];
    await client.ok(`CREATE "${composed}"`);
    const list = (await client.ok(`SELECT "${decomposed}"`)).untagged.at(-1);
    expect(list).toBe(`* LIST (\\HasNoChildren) "/" "${composed}" ("OLDNAME" ("${decomposed}"))`);
    const rev1 = await server.client();
    expect((await rev1.ok('SELECT Entw&APw-rfe')).untagged.join('\n')).not.toContain('OLDNAME');
    expect((await rev1.ok('SELECT Entwu&Awg-rfe')).code).toBe('READ-WRITE');
  });

  it('names the same object in CREATE, SELECT and STATUS (RFC 8474)', async () => {
    const client = await server.client();
    const { code } = await client.ok('CREATE identified');
    const id = /^MAILBOXID (\(\S+\))$/.exec(code ?? '')?.[1];
    expect(id).toBeDefined();
    expect(toldOf(await client.ok('SELECT identified'), 'MAILBOXID')).toBe(id);
    expect(toldOf(await client.ok('STATUS identified (MAILBOXID)'), 'MAILBOXID')).toBe(id);
  });
});
