import { once } from 'node:events';
import { ImapFlow } from 'imapflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KAREN, startTestServer, type TestServer } from '../support/test-server.ts';

/** imapflow answers false where a command was refused. */
const idOf = (appended: false | { uid?: number | undefined }) => (appended === false ? undefined : appended.uid);
const sizeOf = (copied: false | { uidMap?: Map<number, number> | undefined }) =>
  copied === false ? undefined : copied.uidMap?.size;

/** An independent client, written by others from the same RFCs: what both of us misread in the same way is rare. */
describe('imapflow', () => {
  let server: TestServer;
  const clients: ImapFlow[] = [];

  beforeEach(async () => {
    server = await startTestServer();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.logout().catch(() => client.close());
    await server.stop();
  });

  async function connect(secure: boolean): Promise<ImapFlow> {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: secure ? server.tlsPort : server.port,
      secure,
      auth: { user: KAREN.name, pass: KAREN.password },
      tls: { rejectUnauthorized: false },
      logger: false,
    });
    await client.connect();
    clients.push(client);
    return client;
  }

  const message = (subject: string, body = 'Hello Karen,\r\n\r\nlunch at noon?\r\n') =>
    Buffer.from(
      `From: Olaf <olaf@example.com>\r\nTo: karen@example.com\r\nSubject: ${subject}\r\n` +
        `Date: Mon, 02 Nov 2026 09:30:00 +0100\r\nMessage-ID: <${encodeURIComponent(subject)}@example.com>\r\n` +
        `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${body}`,
    );

  it('logs in over STARTTLS and over TLS', async () => {
    for (const secure of [false, true]) {
      const client = await connect(secure);
      expect(client.authenticated).toBe(true);
      expect(client.secureConnection).toBe(true);
    }
  });

  it('finds the folders every account has, with their special uses', async () => {
    const client = await connect(true);
    const folders = await client.list();
    const uses = Object.fromEntries(folders.map(({ path, specialUse }) => [path, specialUse]));
    expect(uses).toMatchObject({
      INBOX: '\\Inbox',
      Drafts: '\\Drafts',
      Sent: '\\Sent',
      Trash: '\\Trash',
      Junk: '\\Junk',
      Archive: '\\Archive',
    });
  });

  it('appends, searches, fetches and downloads a message unchanged', async () => {
    const client = await connect(true);
    const source = message('Grüße', 'Schöne Grüße aus Köln\r\n');
    const appended = await client.append('INBOX', source, ['\\Flagged'], new Date('2026-11-01T10:00:00Z'));
    expect(idOf(appended)).toBeGreaterThan(0);
    const lock = await client.getMailboxLock('INBOX');
    try {
      const found = await client.search({ body: 'köln' }, { uid: true });
      expect(found).toEqual([idOf(appended)]);
      const fetched = await client.fetchOne(
        String((found as number[])[0]),
        { envelope: true, flags: true, internalDate: true, size: true, source: true, bodyStructure: true },
        { uid: true },
      );
      if (!fetched) throw new Error('not fetched');
      expect(fetched.source?.equals(source)).toBe(true);
      expect(fetched.size).toBe(source.length);
      expect(fetched.envelope?.subject).toBe('Grüße');
      expect(fetched.flags).toContain('\\Flagged');
      expect(new Date(fetched.internalDate as Date).toISOString()).toBe('2026-11-01T10:00:00.000Z');
      expect(fetched.bodyStructure?.type).toBe('text/plain');
      const { content } = await client.download(String(fetched.seq), '1');
      const parts: Buffer[] = [];
      for await (const part of content!) parts.push(part as Buffer);
      expect(Buffer.concat(parts).toString()).toBe('Schöne Grüße aus Köln\r\n');
    } finally {
      lock.release();
    }
  });

  it('is told of new mail, flags and deletions while it idles', async () => {
    const watcher = await connect(true);
    const actor = await connect(true);
    await watcher.mailboxOpen('INBOX');
    await actor.mailboxOpen('INBOX');
    watcher.idle();

    const arrived = once(watcher, 'exists');
    await actor.append('INBOX', message('News'));
    await arrived;

    const flagged = once(watcher, 'flags');
    await actor.messageFlagsAdd('*', ['\\Flagged', '$Work']);
    const [{ flags }] = await flagged;
    expect([...flags]).toEqual(expect.arrayContaining(['\\Flagged', '$Work']));

    const gone = once(watcher, 'expunge');
    await actor.messageDelete('*');
    await gone;
  });

  it('changes flags and moves and copies messages', async () => {
    const client = await connect(true);
    await client.mailboxOpen('INBOX');
    const appended = await client.append('INBOX', message('Moving'));
    const uid = String(idOf(appended));
    expect(await client.messageFlagsAdd(uid, ['\\Seen', 'Project-X'], { uid: true })).toBe(true);
    expect(await client.messageFlagsRemove(uid, ['\\Seen'], { uid: true })).toBe(true);
    const copied = await client.messageCopy(uid, 'Archive', { uid: true });
    expect(sizeOf(copied)).toBe(1);
    const moved = await client.messageMove(uid, 'Archive', { uid: true });
    expect(sizeOf(moved)).toBe(1);
    expect(await client.search({ uid }, { uid: true })).toEqual([]);
    expect(await client.status('Archive', { messages: true })).toMatchObject({ messages: 2 });
    await client.mailboxOpen('Archive');
    const flags = await client.fetchAll('1:*', { flags: true });
    expect(flags.map((each) => [...(each.flags ?? [])].filter((flag) => flag !== '\\Recent'))).toEqual([
      ['Project-X'],
      ['Project-X'],
    ]);
  });

  it('makes, renames, subscribes and deletes folders, with names in any script', async () => {
    const client = await connect(true);
    expect(await client.mailboxCreate(['Projekte', 'Büro & Küche'])).toMatchObject({ created: true });
    await client.mailboxRename('Projekte/Büro & Küche', 'Projekte/会議');
    await client.mailboxSubscribe('Projekte/会議');
    const folders = await client.list();
    expect(folders.find(({ path }) => path === 'Projekte/会議')?.subscribed).toBe(true);
    await client.mailboxDelete('Projekte/会議');
    expect((await client.list()).map(({ path }) => path)).not.toContain('Projekte/会議');
  });
});
