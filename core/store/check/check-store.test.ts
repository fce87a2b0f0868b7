import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everything, openTestStore, temporaryFolder, testClock, textMessage } from '../testing/test-store.ts';
import { checkMailStore } from './check-store.ts';

describe('check', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(async () => {
    folder = temporaryFolder();
    const store = await openTestStore(folder.path);
    const account = await store.account('anna');
    await account.append(
      'INBOX',
      ['one', 'two', 'three'].map((text) => textMessage(text, ['\\Seen'])),
    );
    await account.create('Work');
    await account.append('Work', [textMessage('four')]);
    await store.close();
  });
  afterEach(() => folder.remove());

  const file = (name: string) => join(folder.path, 'anna', name);
  const segment = () => file('segments/000001.seg');
  const check = (repair: boolean) => checkMailStore({ folder: folder.path, clock: testClock, repair });
  const whats = async (repair: boolean) => (await check(repair)).findings.map(({ what, state }) => `${state}: ${what}`);
  const inIndex = (sql: string) => {
    const database = new DatabaseSync(file('index.db'));
    database.exec(sql);
    database.close();
  };
  const mail = async () => {
    const store = await openTestStore(folder.path);
    const all = await everything(await store.account('anna'));
    await store.close();
    const texts = (name: string) => Object.values(all[name] ?? {}).map((content) => content?.split('\r\n\r\n')[1]);
    return { INBOX: texts('INBOX'), Work: texts('Work'), Recovered: texts('Recovered') };
  };
  const whole = { INBOX: ['one', 'two', 'three'], Work: ['four'], Recovered: [] };

  it('finds nothing in sound mail, and changes nothing', async () => {
    const before = readFileSync(file('index.db'));
    expect(await check(false)).toEqual({ accounts: 1, messages: 4, findings: [] });
    expect(await check(true)).toEqual({ accounts: 1, messages: 4, findings: [] });
    expect(readFileSync(file('index.db')).equals(before)).toBe(true);
    expect(await mail()).toEqual(whole);
  });

  it('tells of content that changed on the disk, which nobody gets for what was sent, and lets it be read on repair', async () => {
    const bytes = readFileSync(segment());
    bytes[bytes.indexOf('two\r\n\r\ntwo') + 8] = 'T'.charCodeAt(0);
    writeFileSync(segment(), bytes);
    expect((await mail()).INBOX).toEqual(['one', undefined, 'three']);
    expect(await whats(true)).toEqual([
      'repaired: The content of message 2 of INBOX is damaged: it does not fit its checksum',
    ]);
    expect((await mail()).INBOX).toEqual(['one', 'tTo', 'three']);
    expect(await whats(false)).toEqual([]);
  });

  it('strikes a message whose content is gone only on repair', async () => {
    truncateSync(segment(), readFileSync(segment()).indexOf('Subject: four'));
    expect(await whats(false)).toContain('repairable: The content of message 1 of Work is gone');
    expect(await whats(false)).toContain('repairable: The content of message 1 of Work is gone');
    await check(true);
    expect(await mail()).toEqual({ ...whole, Work: [] });
    expect((await whats(false)).filter((what) => what.startsWith('repairable'))).toEqual([]);
  });

  it('brings mail that is in no mailbox back into Recovered', async () => {
    inIndex('DELETE FROM message WHERE uid = 2; DELETE FROM blob WHERE id = 2');
    expect(await whats(true)).toEqual([
      expect.stringMatching(/^repaired: Segment 1 has a message at \d+ that is in no mailbox$/),
    ]);
    expect(await mail()).toEqual({ INBOX: ['one', 'three'], Work: ['four'], Recovered: ['two'] });
    expect(await whats(false)).toEqual([]);
  });

  it('brings messages of a vanished mailbox back', async () => {
    inIndex("DELETE FROM mailbox WHERE name = 'Work'");
    await check(true);
    expect(await mail()).toEqual({ ...whole, Work: [], Recovered: ['four'] });
    expect(await whats(false)).toEqual([]);
  });

  it('corrects places and counters, so that no UID is given twice', async () => {
    inIndex('UPDATE blob SET offset = offset + 8 WHERE id = 1; DELETE FROM blob WHERE id = 3');
    inIndex(
      "UPDATE mailbox SET uid_next = 2 WHERE name = 'INBOX'; UPDATE fact SET value = 1 WHERE name = 'uid_validity'",
    );
    expect((await whats(true)).every((what) => what.startsWith('repaired'))).toBe(true);
    expect(await mail()).toEqual(whole);
    expect(await whats(false)).toEqual([]);
    const store = await openTestStore(folder.path);
    const account = await store.account('anna');
    expect((await account.append('INBOX', [textMessage('five')])).uids).toEqual([4]);
    await store.close();
  });

  it.each([
    ['missing', () => rmSync(file('index.db'))],
    ['empty', () => truncateSync(file('index.db'))],
  ])(
    'shows no account without mail where the index is %s, and makes a new one from the segments',
    async (how, harm) => {
      harm();
      expect(await whats(false)).toEqual([`repairable: The mail index cannot be used: it is ${how}`]);
      await expect(openTestStore(folder.path).then((store) => store.account('anna'))).rejects.toThrow(
        'mailroom check --repair',
      );
      await check(true);
      expect(await mail()).toEqual({ INBOX: [], Work: [], Recovered: ['one', 'two', 'three', 'four'] });
      expect(await whats(false)).toEqual([]);
    },
  );

  it('saves what can be read of a broken index, and keeps the broken one', async () => {
    const bytes = readFileSync(file('index.db'));
    // All of the pages behind the first: mailboxes, messages …
    for (const page of [3, 5, 7]) bytes.fill(0xaa, page * 2048, (page + 1) * 2048);
    writeFileSync(file('index.db'), bytes);
    expect(await whats(false)).toEqual([expect.stringContaining('cannot be used')]);
    await check(true);
    expect(readdirSync(join(folder.path, 'anna'))).toContain('index.db.broken-1');
    expect(readFileSync(file('index.db.broken-1')).equals(bytes)).toBe(true);
    const found = await mail();
    expect([...found.INBOX, ...found.Work, ...found.Recovered].sort()).toEqual(['four', 'one', 'three', 'two']);
    expect(await whats(false)).toEqual([]);
  });

  it('keeps mailboxes and flags when only part of the index is broken', async () => {
    inIndex('CREATE TABLE damage (x); INSERT INTO damage VALUES (zeroblob(1500))');
    const bytes = readFileSync(file('index.db'));
    bytes.fill(0xaa, bytes.length - 2048);
    writeFileSync(file('index.db'), bytes);
    expect(await whats(true)).toEqual([expect.stringContaining('could not be used')]);
    expect(await mail()).toEqual(whole);
    const store = await openTestStore(folder.path);
    const account = await store.account('anna');
    expect(await account.status('INBOX')).toMatchObject({ unseen: 0, uidNext: 4 });
    await store.close();
  });

  it('leaves an index of a newer version alone', async () => {
    inIndex('PRAGMA user_version = 99');
    const before = readFileSync(file('index.db'));
    await expect(check(true)).rejects.toThrow('newer version of Mailroom');
    expect(readFileSync(file('index.db')).equals(before)).toBe(true);
  });
});
