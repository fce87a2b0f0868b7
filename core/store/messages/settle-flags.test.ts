import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { storeLimits } from '../../base/limits.ts';
import type { StoredAccount, StoredMailbox } from '../../mail/ports.ts';
import { checkMailStore } from '../check/check-store.ts';
import type { RunningMailStore } from '../mail-store.ts';
import { copyFolder } from '../testing/simulated-disk.ts';
import { into, openTestStore, select, temporaryFolder, testClock, textMessage, uidsIn } from '../testing/test-store.ts';

const seen = { mode: 'add', flags: ['\\Seen'] } as const;
const flagged = { mode: 'add', flags: ['\\Flagged'] } as const;
const ALL = [1, 2, 3, 4, 5, 6];

describe('a change of many flags, before it is in the rows of its messages', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let store: RunningMailStore;
  let account: StoredAccount;
  let inbox: StoredMailbox;
  const connections: DatabaseSync[] = [];
  const path = (name: string) => join(folder.path, name);

  beforeEach(async () => {
    folder = temporaryFolder();
    await open('live');
    await account.append(
      'INBOX',
      ALL.map((uid) => textMessage(`${uid}`)),
    );
  });
  afterEach(async () => {
    await store.close();
    // Windows removes no file that is open.
    for (const connection of connections.splice(0)) if (connection.isOpen) connection.close();
    folder.remove();
  });

  async function open(name: string): Promise<void> {
    store = await openTestStore(path(name));
    account = await store.account('anna');
    inbox = await select(account, 'INBOX');
  }
  /** Goes on with what a killed process would have left. */
  async function kill(change = (_sql: DatabaseSync) => {}): Promise<void> {
    copyFolder(path('live'), path('left'));
    await store.close();
    change(index('left'));
    await open('left');
  }
  function index(name: string): DatabaseSync {
    const connection = new DatabaseSync(join(path(name), 'anna', 'index.db'));
    connections.push(connection);
    return connection;
  }
  const count = (name: string) => Number(index(name).prepare('SELECT count(*) AS n FROM flag_change').get()!['n']);
  const flagsOf = ({ state }: StoredMailbox) =>
    Object.fromEntries(uidsIn({ state } as StoredMailbox).map((uid, i) => [uid, textOf(state.columns.flagSet[i]!)]));
  const textOf = (set: number) => account.flagSets.text(set);
  const modseqsOf = ({ state }: StoredMailbox) => Array.from(state.columns.modseq.subarray(0, state.count));
  const same = (flags: string) => Object.fromEntries(ALL.map((uid) => [uid, flags]));
  const findings = async (name: string) =>
    (await checkMailStore({ folder: path(name), clock: testClock, repair: false })).findings.map(({ what }) => what);

  it('survives a killed process, mod-sequences included', async () => {
    await inbox.storeFlags(ALL, seen);
    await inbox.storeFlags([1, 3, 6], flagged);
    await inbox.storeFlags([2], { mode: 'remove', flags: ['\\Seen'] });
    const before = { flags: flagsOf(inbox), modseqs: modseqsOf(inbox) };
    expect(count('live')).toBeGreaterThan(0);
    await kill();
    expect({ flags: flagsOf(inbox), modseqs: modseqsOf(inbox) }).toEqual(before);
    expect(before.flags).toEqual({
      ...same('\\Seen'),
      1: '\\Flagged \\Seen',
      2: '',
      3: '\\Flagged \\Seen',
      6: '\\Flagged \\Seen',
    });
    await store.close();
    expect(await findings('left')).toEqual([]);
  });

  it('survives being killed when some of it is in the rows, in any order', async () => {
    await inbox.storeFlags(ALL, seen);
    await inbox.storeFlags([1, 2, 3], flagged);
    const before = { flags: flagsOf(inbox), modseqs: modseqsOf(inbox) };
    const ids = (sql: DatabaseSync) => sql.prepare('SELECT id FROM flag_change ORDER BY id').all();
    await kill((sql) => {
      expect(ids(sql).length).toBe(2);
      // What settling the later one first leaves behind.
      sql.exec(`UPDATE message SET (flag_set, modseq) = (SELECT flag_set, modseq FROM flag_change ORDER BY id DESC LIMIT 1)
        WHERE uid IN (1, 2, 3); DELETE FROM flag_change WHERE id = (SELECT max(id) FROM flag_change)`);
      sql.close();
    });
    expect({ flags: flagsOf(inbox), modseqs: modseqsOf(inbox) }).toEqual(before);
  });

  it('is in the rows, and nowhere else, once the account is closed', async () => {
    await inbox.storeFlags(ALL, seen);
    await inbox.storeFlags([4, 5], { mode: 'replace', flags: ['work'] });
    await inbox.storeFlags([5], flagged);
    const modseqs = modseqsOf(inbox);
    await store.close();
    expect(count('live')).toBe(0);
    const rows = index('live')
      .prepare('SELECT modseq, flags FROM message JOIN flag_set ON id = flag_set ORDER BY uid')
      .all();
    expect(rows.map((row) => row['modseq'])).toEqual(modseqs);
    expect(rows.map((row) => row['flags'])).toEqual(['\\Seen', '\\Seen', '\\Seen', 'work', '\\Flagged work', '\\Seen']);
    await open('live');
    expect(modseqsOf(inbox)).toEqual(modseqs);
  });

  it('reaches the rows in a quiet moment, not while more is coming', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await inbox.storeFlags(ALL, seen);
      vi.advanceTimersByTime(storeLimits.settleFlagsAfter - 1);
      await inbox.storeFlags([1, 2], flagged);
      vi.advanceTimersByTime(storeLimits.settleFlagsAfter - 1);
      expect(count('live')).toBe(2);
      vi.advanceTimersByTime(1);
    } finally {
      vi.useRealTimers();
    }
    await vi.waitFor(() => expect(count('live')).toBe(0));
    const flags = flagsOf(inbox);
    await kill();
    expect(flagsOf(inbox)).toEqual(flags);
  });

  it.each(['copy', 'move'] as const)('goes along with %s', async (how) => {
    await inbox.storeFlags(ALL, seen);
    await inbox.storeFlags([2, 5], flagged);
    await inbox[how]([1, 2], into('Sent'));
    expect(flagsOf(await select(account, 'Sent'))).toEqual({ 1: '\\Seen', 2: '\\Flagged \\Seen' });
    const before = flagsOf(inbox);
    await kill();
    expect(flagsOf(await select(account, 'Sent'))).toEqual({ 1: '\\Seen', 2: '\\Flagged \\Seen' });
    expect(flagsOf(inbox)).toEqual(before);
  });

  it('goes along when INBOX is renamed, and does not touch what comes into INBOX later', async () => {
    await inbox.storeFlags(ALL, seen);
    await account.rename('INBOX', 'Old');
    await account.append('INBOX', [textMessage('new')]);
    await kill();
    expect(flagsOf(await select(account, 'Old'))).toEqual(same('\\Seen'));
    expect(flagsOf(inbox)).toEqual({ 7: '' });
  });

  it('lets EXPUNGE remove what has just got \\Deleted, and brings nothing back', async () => {
    await inbox.storeFlags([2, 3, 4], { mode: 'add', flags: ['\\Deleted'] });
    expect(Array.from(await inbox.expunge(ALL))).toEqual([2, 3, 4]);
    await kill();
    expect(flagsOf(inbox)).toEqual({ 1: '', 5: '', 6: '' });
    await store.close();
    expect(await findings('left')).toEqual([]);
  });

  it('leaves alone what was changed since, as UNCHANGEDSINCE asks', async () => {
    const start = inbox.state.highestModseq;
    const { modseq } = await inbox.storeFlags([1, 2, 3], seen);
    expect(await inbox.storeFlags(ALL, flagged, { unchangedSince: start })).toMatchObject({ modified: [1, 2, 3] });
    await kill();
    expect(flagsOf(inbox)).toEqual({ ...same('\\Flagged'), 1: '\\Seen', 2: '\\Seen', 3: '\\Seen' });
    expect(modseqsOf(inbox).slice(0, 3)).toEqual([modseq, modseq, modseq]);
  });

  it('goes with its mailbox', async () => {
    await inbox.copy(ALL, into('Archive'));
    await (await select(account, 'Archive')).storeFlags(ALL, seen);
    await account.delete('Archive');
    expect(count('live')).toBe(0);
  });

  it('is dropped by check when it names what is not there', async () => {
    await store.close();
    index('live').exec('INSERT INTO flag_change VALUES (NULL, 99, 1, 0, 1, 6, NULL), (NULL, 1, 1, 99, 1, 6, NULL)');
    const problem = 'A change of flags names a mailbox or flags that are not in the index';
    expect(await findings('live')).toEqual([problem, problem]);
    await checkMailStore({ folder: path('live'), clock: testClock, repair: true });
    expect(await findings('live')).toEqual([]);
  });
});
