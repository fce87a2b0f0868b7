import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { valuesOf } from '../support/fetch-replies.ts';
import { smallMessage } from '../support/mailboxes.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { share } from '../support/sharing.ts';
import { KAREN, OLAF, startTestServer, type TestServer } from '../support/test-server.ts';

const LONG_AGO = '17-Jul-1996 02:44:25 -0700';

/** What the copy of a message that had LONG_AGO and some flags looks like. */
interface Seen {
  readonly internalDate: string;
  readonly flags: string;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
}

describe('"Keep Internal Date and Message Flags when messages are copied"', () => {
  let server: TestServer;
  let karen: RawImap;
  let olaf: RawImap;
  let last = 0;
  let source: string;

  beforeAll(async () => {
    server = await startTestServer();
    karen = await server.client(KAREN);
    olaf = await server.client(OLAF);
  });
  afterAll(() => server.stop());

  /** A mailbox of Karen's, open to Olaf, with a message of long ago that has been dealt with. */
  beforeEach(async () => {
    source = `source${++last}`;
    await karen.ok(`CREATE ${source}`);
    await share(karen, source, 'olaf', 'lrswipkxtea');
    const flags = ['\\Seen', '\\Answered', 'Work'];
    await karen.append(source, smallMessage(1), { date: LONG_AGO, flags });
  });

  const keep = (on: boolean) => server.server.settings.set('imap4.advanced.keepDateAndFlagsOnCopy', on);

  async function lastOf(client: RawImap, mailbox: string): Promise<Seen> {
    await client.ok(`EXAMINE ${mailbox}`);
    const reply = await client.ok('FETCH * (FLAGS INTERNALDATE SAVEDATE)');
    await client.ok('UNSELECT');
    const text = reply.untagged.join('\n');
    const [[, flags] = []] = valuesOf(reply, 'FLAGS');
    return {
      internalDate: /INTERNALDATE "([^"]*)"/.exec(text)?.[1] ?? '',
      flags: String(flags)
        .replace(/[()]|\\Recent/g, '')
        .trim(),
      savedAt: Date.parse(/SAVEDATE "([^"]*)"/.exec(text)?.[1] ?? ''),
    };
  }

  /** Dates on the wire have whole seconds. */
  const isNow = (time: number, begun: number) => time >= Math.floor(begun / 1000) * 1000 && time <= Date.now();

  const WAYS = ['COPY 1', 'UID COPY 1', 'MOVE 1', 'UID MOVE 1'];

  it.each(WAYS)('on: %s keeps date, flags and keywords; the date of saving is the moment of copying', async (way) => {
    keep(true);
    const begun = Date.now();
    await karen.ok(`CREATE target${last}`);
    await karen.ok(`SELECT ${source}`);
    await karen.ok(`${way} target${last}`);
    const copy = await lastOf(karen, `target${last}`);
    expect(copy).toMatchObject({ internalDate: LONG_AGO, flags: '\\Answered \\Seen Work' });
    expect(isNow(copy.savedAt, begun)).toBe(true);
  });

  it.each(WAYS)('off: %s gives the moment of copying and no flags', async (way) => {
    keep(false);
    const begun = Date.now();
    await karen.ok(`CREATE target${last}`);
    await karen.ok(`SELECT ${source}`);
    await karen.ok(`${way} target${last}`);
    const copy = await lastOf(karen, `target${last}`);
    expect(copy.flags).toBe('');
    expect(isNow(Date.parse(copy.internalDate), begun)).toBe(true);
    expect(isNow(copy.savedAt, begun)).toBe(true);
  });

  it.each(WAYS)('holds for %s into the mail of somebody else, too', async (way) => {
    for (const on of [true, false]) {
      keep(on);
      const begun = Date.now();
      await karen.append(source, smallMessage(2), { date: LONG_AGO, flags: ['\\Flagged'] });
      await olaf.ok(`SELECT #users/karen/${source}`);
      await olaf.ok(`${way.replace('1', '*')} INBOX`);
      const copy = await lastOf(olaf, 'INBOX');
      expect(copy.flags).toBe(on ? '\\Flagged' : '');
      if (on) expect(copy.internalDate).toBe(LONG_AGO);
      else expect(isNow(Date.parse(copy.internalDate), begun)).toBe(true);
      expect(isNow(copy.savedAt, begun)).toBe(true);
    }
  });

  it('applies at once to sessions that have been open all the time', async () => {
    await karen.ok(`SELECT ${source}`);
    await karen.ok(`CREATE target${last}`);
    const flags: string[] = [];
    for (const on of [true, false, true]) {
      keep(on);
      await karen.ok(`SELECT ${source}`);
      await karen.ok(`COPY 1 target${last}`);
      flags.push((await lastOf(karen, `target${last}`)).flags);
    }
    expect(flags).toEqual(['\\Answered \\Seen Work', '', '\\Answered \\Seen Work']);
  });

  it('leaves the original as it was, and APPEND alone: there the client says what it wants', async () => {
    for (const on of [true, false]) {
      keep(on);
      await karen.ok(`CREATE target${last}${on}`);
      await karen.ok(`SELECT ${source}`);
      await karen.ok(`COPY 1 target${last}${on}`);
      expect(await lastOf(karen, source)).toMatchObject({ internalDate: LONG_AGO, flags: '\\Answered \\Seen Work' });
      await karen.append(`target${last}${on}`, smallMessage(3), { date: LONG_AGO, flags: ['\\Seen', '\\Draft'] });
      const appended = await lastOf(karen, `target${last}${on}`);
      expect(appended).toMatchObject({ internalDate: LONG_AGO, flags: '\\Seen \\Draft' });
    }
  });

  it('off: a copy counts as unread, and who watches the mailbox sees it so', async () => {
    keep(false);
    await karen.ok(`CREATE target${last}`);
    const watcher = await server.client(KAREN);
    await watcher.ok(`SELECT target${last}`);
    await watcher.idle();
    await karen.ok(`SELECT ${source}`);
    await karen.ok(`COPY 1 target${last}`);
    expect(await watcher.expectUntagged(/EXISTS/)).toBe('* 1 EXISTS');
    await watcher.done();
    expect((await watcher.ok('SEARCH UNSEEN')).untagged).toEqual(['* SEARCH 1']);
    expect((await watcher.ok('SEARCH SINCE 1-Jan-2000')).untagged).toEqual(['* SEARCH 1']);
    await watcher.logout();
  });
});
