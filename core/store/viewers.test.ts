import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlagChange } from '../mail/flags.ts';
import type { StoredAccount, StoredMailbox } from '../mail/ports.ts';
import { checkMailStore } from './check/check-store.ts';
import type { RunningMailStore } from './mail-store.ts';
import { openTestStore, select, temporaryFolder, testClock, textMessage } from './testing/test-store.ts';

const SEEN: FlagChange = { mode: 'add', flags: ['\\Seen'] };
const UNSEEN: FlagChange = { mode: 'remove', flags: ['\\Seen'] };

describe('a mailbox that others read, too', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let store: RunningMailStore;
  let anna: StoredAccount;
  const file = () => join(folder.path, 'anna', 'index.db');
  const open = async () => {
    store = await openTestStore(folder.path);
    anna = await store.account('anna');
  };
  const view = (id: string, onChange = () => {}) => anna.select('INBOX', { readOnly: false, onChange, viewer: { id } });
  const flagsOf = ({ state }: StoredMailbox) =>
    Array.from(state.columns.flagSet.subarray(0, state.count), (id) => state.flagSets.text(id));
  const modseqsOf = ({ state }: StoredMailbox) => [...state.columns.modseq.subarray(0, state.count)];
  const findings = async (repair = false) =>
    (await checkMailStore({ folder: folder.path, clock: testClock, repair })).findings.map(({ what }) => what);
  const count = (table: string) => {
    const database = new DatabaseSync(file());
    const rows = Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()!['n']);
    database.close();
    return rows;
  };

  beforeEach(async () => {
    folder = temporaryFolder();
    await open();
    await anna.append(
      'INBOX',
      ['one', 'two', 'three'].map((text) => textMessage(text)),
    );
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  it('wakes all sessions of whoever has read something, and nobody else', async () => {
    const woken: string[] = [];
    const sessions = [
      await view('bert', () => woken.push('bert')),
      await view('bert', () => woken.push('bert, too')),
      await view('carl', () => woken.push('carl')),
      await select(anna, 'INBOX', () => woken.push('anna')),
    ];
    await sessions[0]!.storeFlags([1, 2], SEEN);
    expect(woken).toEqual(['bert', 'bert, too']);
    expect(sessions.map(flagsOf).map(String)).toEqual(['\\Seen,\\Seen,', '\\Seen,\\Seen,', ',,', ',,']);
    woken.length = 0;
    await sessions[2]!.storeFlags([3], { mode: 'replace', flags: ['\\Seen', '\\Flagged'] });
    expect(woken.sort()).toEqual(['anna', 'bert', 'bert, too', 'carl']);
    expect(sessions.map((one) => flagsOf(one)[2])).toEqual(['\\Flagged', '\\Flagged', '\\Flagged \\Seen', '\\Flagged']);
  });

  it('gives a mark a modseq that only its owner is told of as a change', async () => {
    const [berts, annas] = [await view('bert'), await select(anna, 'INBOX')];
    const before = { all: modseqsOf(annas), last: annas.state.lastFlagModseq };
    const { modseq } = await berts.storeFlags([2], SEEN);
    expect(modseqsOf(berts)).toEqual([before.all[0], modseq, before.all[2]]);
    expect({ all: modseqsOf(annas), last: annas.state.lastFlagModseq }).toEqual(before);
    expect([berts.state.lastFlagModseq, berts.state.highestModseq]).toEqual([modseq, modseq]);
    // RFC 7162 3.1.3: he has changed it himself since, in another session; for anna it is unchanged.
    const unchangedSince = modseq! - 1;
    expect((await berts.storeFlags([2], UNSEEN, { unchangedSince })).modified).toEqual([2]);
    expect((await annas.storeFlags([2], SEEN, { unchangedSince })).modified).toEqual([]);
    expect([flagsOf(berts)[1], flagsOf(annas)[1]]).toEqual(['\\Seen', '\\Seen']);
  });

  it('changes only the flags that somebody may change, whoever has set them', async () => {
    const [berts, annas] = [await view('bert'), await select(anna, 'INBOX')];
    const all = (may: object) => ({ may: { seen: false, deleted: false, others: false, ...may } });
    await annas.storeFlags([1], { mode: 'add', flags: ['\\Deleted', '\\Flagged', '\\Seen'] });
    const replace: FlagChange = { mode: 'replace', flags: ['\\Seen', '\\Answered', '\\Deleted'] };
    await berts.storeFlags([1, 2], replace, all({ seen: true }));
    expect(flagsOf(berts)).toEqual(['\\Flagged \\Deleted \\Seen', '\\Seen', '']);
    await berts.storeFlags([1, 2], replace, all({ others: true }));
    expect(flagsOf(berts)).toEqual(['\\Answered \\Deleted \\Seen', '\\Answered \\Seen', '']);
    await berts.storeFlags([1, 2], { mode: 'replace', flags: [] }, all({ deleted: true }));
    expect(flagsOf(annas)).toEqual(['\\Answered \\Seen', '\\Answered', '']);
    expect((await berts.storeFlags([1, 2, 3], replace, all({}))).modseq).toBeUndefined();
    await annas.storeFlags([1], UNSEEN, all({ others: true, deleted: true }));
    expect(flagsOf(annas)[0]).toBe('\\Answered \\Seen');
  });

  it('is unseen for its owner when somebody else puts a message in that he has read himself', async () => {
    const [berts, annas] = [await view('bert'), await select(anna, 'INBOX')];
    await anna.append('INBOX', [textMessage('four', ['\\seen', '\\Draft'])], { id: 'bert' });
    expect([flagsOf(berts)[3], flagsOf(annas)[3]]).toEqual(['\\Seen \\Draft', '\\Draft']);
    const unseen = async (id?: string) => (await anna.status('INBOX', id ? { id } : undefined)).unseen;
    expect([await unseen(), await unseen('bert'), await unseen('carl')]).toEqual([4, 3, 4]);
    await berts.storeFlags([1], SEEN);
    expect([await unseen(), await unseen('bert'), await unseen('carl')]).toEqual([4, 2, 4]);
    expect([annas.state.firstUnseenRow, berts.state.firstUnseenRow]).toEqual([0, 1]);
  });

  it('keeps no mark of what is gone: messages, mailboxes, people', async () => {
    const berts = await view('bert');
    await berts.storeFlags([1, 2, 3], { mode: 'add', flags: ['\\Seen', '\\Deleted'] });
    await (await view('carl')).storeFlags([1, 2], SEEN);
    await berts.expunge([1]);
    expect(count('viewer_seen')).toBe(3);
    await anna.forgetViewer('carl');
    expect([count('viewer_seen'), count('viewer')]).toEqual([2, 1]);
    expect(flagsOf(await view('dora'))).toEqual(['\\Deleted', '\\Deleted']);
    await anna.create('Old');
    await berts.copy([2], { name: 'Old', keepDateAndFlags: true, viewer: { id: 'bert' } });
    expect(count('viewer')).toBe(2);
    await anna.delete('Old');
    expect([count('viewer_seen'), count('viewer')]).toEqual([2, 1]);
    await store.close();
    expect(await findings()).toEqual([]);
    await open();
    expect(flagsOf(await view('bert'))).toEqual(['\\Deleted \\Seen', '\\Deleted \\Seen']);
  });

  it('is mended when marks are left of what is not there, or are newer than the mailbox', async () => {
    await (await view('bert')).storeFlags([1, 2], SEEN);
    await store.close();
    const database = new DatabaseSync(file());
    database.exec('INSERT INTO viewer_seen VALUES (1, 77, 1, 2); INSERT INTO viewer VALUES (9, 99, 1)');
    database.exec('UPDATE viewer_seen SET modseq = 5000 WHERE uid = 2');
    database.close();
    const found = [
      'INBOX has marks of what others have seen beyond its counters',
      expect.stringContaining('not there'),
    ];
    expect(await findings()).toEqual(found);
    expect(await findings(true)).toEqual(found);
    expect(await findings()).toEqual([]);
    await open();
    const berts = await view('bert');
    expect(flagsOf(berts)).toEqual(['\\Seen', '\\Seen', '']);
    expect((await berts.storeFlags([2], UNSEEN)).modseq).toBe(5001);
  });

  it('is there in accounts of before anybody else could read them', async () => {
    await store.close();
    const database = new DatabaseSync(file());
    database.exec('DROP TABLE viewer; DROP TABLE viewer_seen; DROP TABLE segment; PRAGMA user_version = 2');
    database.exec("DELETE FROM fact WHERE name LIKE 'used_%'");
    database.close();
    await open();
    expect(anna.usage.messages).toBe(3);
    const berts = await view('bert');
    await berts.storeFlags([3], SEEN);
    expect(flagsOf(berts)).toEqual(['', '', '\\Seen']);
  });
});

describe('the account of the public folders', () => {
  it('begins empty, has no INBOX, and stays what it is however it is opened', async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < 2; round++) {
      const store = await openTestStore(folder.path);
      const folders = await store.account('public', round === 0 ? 'public' : undefined);
      expect(folders.mailboxes().map(({ name }) => name)).toEqual(round === 0 ? [] : ['News']);
      if (round === 0) await folders.create('News');
      await expect(folders.create('INBOX')).rejects.toMatchObject({ code: 'CANNOT' });
      await expect(folders.rename('News', 'INBOX/News')).rejects.toMatchObject({ code: 'CANNOT' });
      await store.close();
    }
    folder.remove();
  });
});
