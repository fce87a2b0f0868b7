import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Activity } from '../../core/base/activity.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const MESSAGE = Buffer.from('Subject: hello\r\n\r\nhello\r\n');

describe('NOOP, CHECK, LOGOUT, ID, ENABLE', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it.each([
    'NOOP x',
    'LOGOUT x',
    'ID',
    'ID x',
    'ID ("a")',
    'ID ("a" b)',
    'ENABLE',
    'ENABLE ',
    'CHECK',
    'UID',
    'UID NOOP',
    '',
  ])('answers BAD to %j', async (line) => {
    const client = await server.client();
    expect((await client.command(line)).status).toBe('BAD');
  });

  it('says which state a command lacks, so that whoever reads the log of a client is not sent the wrong way', async () => {
    const client = await server.client();
    expect((await client.command('FETCH 1 FLAGS')).text).toBe('FETCH is not allowed without a selected mailbox');
    expect((await client.command('LOGIN a b')).text).toBe('LOGIN is not allowed after login');
    await client.ok('SELECT INBOX');
    expect((await client.command('ENABLE IMAP4rev2')).text).toBe('ENABLE is not allowed while a mailbox is selected');
    const stranger = await server.connect();
    expect((await stranger.command('SELECT INBOX')).text).toBe('SELECT is not allowed before login');
  });

  it('answers an unusable tag with an untagged BAD, and the next command as if nothing had been', async () => {
    const client = await server.client();
    client.send('+bad NOOP\r\n');
    await client.expectUntagged(/^\* BAD /);
    await client.ok('NOOP');
  });

  it('does not answer for a tag that only begins like one: another command may bear it', async () => {
    const client = await server.client();
    client.send('e* NOOP\r\n');
    await client.expectUntagged(/^\* BAD /);
  });

  it('takes ID with fields and with NIL, and names itself', async () => {
    const client = await server.connect();
    expect((await client.ok('ID ("name" "Test" "version" NIL)')).untagged).toEqual(['* ID ("name" "Mailroom")']);
    await client.ok('ID NIL');
  });

  it('enables what it knows and passes over the rest', async () => {
    const client = await server.client();
    expect((await client.ok('ENABLE X-NONE CONDSTORE imap4REV2')).untagged[0]).toMatch(
      /^\* ENABLED (?=.*\bIMAP4rev2\b)(?=.*\bCONDSTORE\b)/,
    );
  });

  it('says BYE before the OK of LOGOUT and closes', async () => {
    const client = await server.client();
    const reply = await client.ok('LOGOUT');
    expect(reply.untagged[0]).toMatch(/^\* BYE /);
    await client.closed;
  });

  it('tells at NOOP what another session did, each thing once', async () => {
    const [watcher, actor] = [await server.client(), await server.client()];
    await watcher.ok('SELECT INBOX');
    await actor.ok('SELECT INBOX');
    await actor.append('INBOX', MESSAGE);
    expect((await watcher.ok('NOOP')).untagged).toContainEqual(expect.stringMatching(/^\* \d+ EXISTS/));
    await actor.ok('NOOP');
    await actor.ok('STORE * +FLAGS (\\Flagged)');
    expect((await watcher.ok('NOOP')).untagged).toEqual([expect.stringMatching(/^\* \d+ FETCH \(FLAGS \(.*\\Flagged/)]);
    await actor.ok('STORE * +FLAGS.SILENT (\\Deleted)');
    await actor.ok('EXPUNGE');
    expect((await watcher.ok('CHECK')).untagged).toEqual([expect.stringMatching(/^\* \d+ EXPUNGE/)]);
    expect((await watcher.ok('NOOP')).untagged).toEqual([]);
  });
});

/** Counts those who waited for the server, and those of them who were answered. */
class WatchedActivity extends Activity {
  begun = 0;
  ended = 0;

  override begin(): void {
    this.begun++;
    super.begin();
  }

  override end(): void {
    this.ended++;
    super.end();
  }
}

describe('IDLE', () => {
  const activity = new WatchedActivity();
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ activity });
  });
  afterAll(() => server.stop());

  it('holds no work up that lets who waits go before, as a login does not and a client that has gone in the middle', async () => {
    const idler = await server.client();
    await idler.idle();
    expect(activity.begun).toBe(0);
    for (let i = 0; i < 5; i++) {
      const client = await server.client();
      await client.append('INBOX', MESSAGE);
      await client.ok('SELECT INBOX');
      client.send('s SEARCH TEXT hello\r\n');
      client.reset();
    }
    await vi.waitFor(() => expect(activity.ended).toBe(activity.begun));
    expect(activity.begun).toBeGreaterThanOrEqual(10);
    expect(activity.waitingSince).toBeUndefined();
    await idler.done();
  });

  it('refuses arguments, and anything but DONE as its end', async () => {
    const client = await server.client();
    expect((await client.command('IDLE now')).status).toBe('BAD');
    client.send('i IDLE\r\n');
    await client.expectContinuation();
    client.send('NOOP\r\n');
    expect((await client.reply('i')).status).toBe('BAD');
    await client.ok('NOOP');
  });

  it('ends with BAD when the line that should be DONE never ends', async () => {
    const client = await server.client();
    client.send('i IDLE\r\n');
    await client.expectContinuation();
    client.send(`${'x'.repeat(200_000)}\r\n`);
    expect((await client.reply('i')).status).toBe('BAD');
    await client.ok('NOOP');
  });

  it('is told of arrivals, flags and expunges as they happen', async () => {
    const [watcher, actor] = [await server.client(), await server.client()];
    await watcher.ok('SELECT INBOX');
    await actor.ok('SELECT INBOX');
    await watcher.idle();
    await actor.append('INBOX', MESSAGE);
    await watcher.expectUntagged(/^\* \d+ EXISTS/);
    await actor.ok('STORE * +FLAGS (\\Deleted)');
    await watcher.expectUntagged(/FETCH \(FLAGS \(.*\\Deleted/);
    await actor.ok('EXPUNGE');
    await watcher.expectUntagged(/^\* \d+ EXPUNGE/);
    expect((await watcher.done()).status).toBe('OK');
  });

  it('finishes DONE normally when IDLE was switched off meanwhile', async () => {
    const client = await server.client();
    await client.idle();
    server.server.settings.set('imap4.advanced.supportIdle', false);
    try {
      expect((await client.done()).status).toBe('OK');
      expect((await client.command('IDLE')).status).toBe('BAD');
    } finally {
      server.server.settings.set('imap4.advanced.supportIdle', true);
    }
  });
});
