import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeLimits } from '../base/limits.ts';
import type { CopyTarget, StoredAccount } from '../mail/ports.ts';
import { checkMailStore } from './check/check-store.ts';
import type { RunningMailStore } from './mail-store.ts';
import { copyFolder, cutPower, SimulatedDisk } from './testing/simulated-disk.ts';
import {
  contentsOf,
  everything,
  openTestStore,
  select,
  temporaryFolder,
  testClock,
  textMessage,
  uidsIn,
} from './testing/test-store.ts';

describe('mail that is copied into another account', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let disk: SimulatedDisk;
  let store: RunningMailStore;
  let anna: StoredAccount;
  let bert: StoredAccount;
  const path = (name: string) => join(folder.path, name);
  const to = (account: StoredAccount, name = 'INBOX'): CopyTarget => ({ account, name, keepDateAndFlags: true });
  const texts = async (account: StoredAccount, name = 'INBOX') => {
    const mailbox = await select(account, name);
    const all = [...(await contentsOf(mailbox)).values()].map((content) => content?.split('\r\n\r\n')[1]);
    mailbox.close();
    return all.sort();
  };
  const append = (account: StoredAccount, ...all: string[]) =>
    account.append(
      'INBOX',
      all.map((text) => textMessage(text)),
    );

  beforeEach(async () => {
    folder = temporaryFolder();
    disk = new SimulatedDisk();
    store = await openTestStore(path('live'), { files: disk });
    [anna, bert] = await Promise.all([store.account('anna'), store.account('bert')]);
  });
  afterEach(async () => {
    disk.release();
    await store.close();
    folder.remove();
  });

  it('comes with its date and flags, or as new when those are not kept; it is saved now either way', async () => {
    const internalDate = { time: Date.UTC(1999, 11, 31), zone: 90 };
    await anna.append('INBOX', [{ ...textMessage('old', ['\\Seen', '\\Flagged', 'work']), internalDate }]);
    const inbox = await select(anna, 'INBOX');
    const other = { account: bert, name: 'INBOX', keepDateAndFlags: false };
    for (const target of [to(bert), other, { name: 'Sent', keepDateAndFlags: false }]) {
      const rights = { ...target, may: { seen: true, deleted: true, others: true } };
      expect((await inbox.copy([1], rights)).sourceUids).toEqual([1]);
    }
    const zone = -new Date(testClock.now()).getTimezoneOffset() || 0;
    const asNew = { flags: [], date: testClock.now(), zone, saved: testClock.now() };
    const asOld = { flags: ['\\Flagged', '\\Seen', 'work'], date: internalDate.time, zone: 90, saved: testClock.now() };
    const factsIn = async (account: StoredAccount, name: string) => {
      const { columns, count, flagSets } = (await select(account, name)).state;
      return Array.from({ length: count }, (_, row) => ({
        flags: flagSets.get(columns.flagSet[row]!),
        date: columns.internalDate[row],
        ...{ zone: columns.zone[row], saved: columns.saveDate[row] },
      }));
    };
    const check = async () => {
      expect(await factsIn(bert, 'INBOX')).toEqual([asOld, asNew]);
      expect(await factsIn(anna, 'Sent')).toEqual([asNew]);
    };
    await check();
    await store.close();
    store = await openTestStore(path('live'), { files: disk });
    [anna, bert] = await Promise.all([store.account('anna'), store.account('bert')]);
    await check();
  });

  it('leaves the source only when the copies would survive a power cut, and nobody moves it a second time', async () => {
    await append(anna, 'one', 'two');
    const inbox = await select(anna, 'INBOX');
    const another = await select(anna, 'INBOX');
    await disk.quiet();
    const release = disk.hold();
    let answered = false;
    const moving = inbox.move([1, 2], to(bert)).then((moved) => {
      answered = true;
      return moved;
    });
    await disk.seen('flush begins', join(path('live'), 'bert', 'segments', '000001.seg'));
    const again = await another.move([1], to(bert, 'Archive'));
    const marked = await another.storeFlags([1], { mode: 'add', flags: ['\\Deleted'] });
    expect([again.sourceUids, marked.modseq]).toEqual([[], undefined]);
    expect([answered, uidsIn(inbox), await texts(bert)]).toEqual([false, [1, 2], []]);
    release();
    expect(await moving).toMatchObject({ sourceUids: [1, 2], uids: [1, 2] });
    expect([uidsIn(another), await texts(bert), await texts(bert, 'Archive')]).toEqual([[], ['one', 'two'], []]);
  });

  it('stays usable where it is when the disk of the target fails', async () => {
    await append(anna, 'one');
    const inbox = await select(anna, 'INBOX');
    disk.fault = (_, file) => {
      if (file.includes(join('bert', 'segments'))) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    };
    await expect(inbox.move([1], to(bert))).rejects.toMatchObject({ code: expect.any(String) });
    disk.fault = () => {};
    expect((await inbox.storeFlags([1], { mode: 'add', flags: ['\\Seen'] })).modseq).toBeDefined();
    expect((await inbox.move([1], to(bert))).sourceUids).toEqual([1]);
    expect(await texts(bert)).toEqual(['one']);
  });

  it('appears all at once, however large it is, and is never in memory as a whole', async () => {
    const half = Math.ceil(storeLimits.copiedAtOnce * 0.6);
    const large = ['a', 'b', 'c'].map((letter) => ({ bytes: Buffer.alloc(half, letter), flags: [] }));
    for (const one of large) await anna.append('INBOX', [one]);
    const inbox = await select(anna, 'INBOX');
    const counts = new Set<number>();
    const watcher = await select(bert, 'INBOX', () => counts.add(watcher.state.count));
    await disk.quiet();
    await inbox.copy([1, 2, 3], to(bert));
    // What is flushed before the next is read need not be in memory with it.
    const inSegment = disk.events.filter((event) => 'path' in event && event.path.includes('.seg'));
    const kinds = inSegment.map(({ kind }) => kind);
    expect(kinds.indexOf('flush ends')).toBeLessThan(kinds.lastIndexOf('write'));
    expect(kinds.filter((kind) => kind === 'flush ends').length).toBeGreaterThanOrEqual(3);
    expect([...counts]).toEqual([3]);
    for (const row of [0, 1, 2]) {
      const [content] = await watcher.contents({ columns: watcher.state.columns, rows: [row] });
      expect(Buffer.from(content!).equals(large[row]!.bytes)).toBe(true);
    }
  });

  it('does not lock two accounts up that copy and move into each other at once', async () => {
    await append(anna, 'a1', 'a2', 'a3');
    await append(bert, 'b1', 'b2', 'b3');
    const [annas, berts] = [await select(anna, 'INBOX'), await select(bert, 'INBOX')];
    await Promise.all(
      [1, 2, 3].flatMap((uid) => [
        ...[annas.copy([uid], to(bert, 'Archive')), berts.copy([uid], to(anna, 'Archive'))],
        ...[annas.move([uid], to(bert, 'Sent')), berts.move([uid], to(anna, 'Sent'))],
        ...[append(anna, `more ${uid}`), append(bert, `more ${uid}`)],
      ]),
    );
    const [a, b, more] = ['a', 'b', 'more '].map((letter) => [1, 2, 3].map((uid) => letter + uid));
    expect([await texts(anna, 'Sent'), await texts(bert, 'Sent')]).toEqual([b, a]);
    expect([await texts(anna), await texts(bert)]).toEqual([more, more]);
    const archived = [...(await texts(anna, 'Archive')), ...(await texts(bert, 'Archive'))];
    expect(archived.every((text) => [...a!, ...b!].includes(text!))).toBe(true);
  });

  it('is in both accounts or in one after a power cut in a move, never in none and never in part', async () => {
    await append(anna, 'one', 'two', 'three', 'stays');
    await append(bert, 'old');
    await store.close();
    copyFolder(path('live'), path('base'));
    store = await openTestStore(path('live'), { files: disk });
    [anna, bert] = await Promise.all([store.account('anna'), store.account('bert')]);
    const inbox = await select(anna, 'INBOX');
    await disk.quiet();
    copyFolder(path('live'), path('base'));
    const moves = [[1, 3], [2]];
    for (const uids of moves) {
      await inbox.move(uids, to(bert, 'Archive'));
      disk.mark('moved');
    }
    await inbox.copy([4], to(bert, 'Archive'));
    disk.mark('copied');
    const events = [...disk.events];
    const outcomes = new Set<string>();
    for (let cut = 0; cut <= events.length; cut++) {
      const before = events.slice(0, cut);
      cutPower(path('base'), path('cut'), path('live'), before, chances(cut));
      outcomes.add(await outcomeOf(before.filter(({ kind }) => kind === 'mark').length));
    }
    // Each stage was met, and a cut between the copies and the leaving of the originals, too.
    expect(outcomes.size).toBeGreaterThanOrEqual(5);
  });

  /** What a power cut has left, which must be one of the states the moves went through. */
  async function outcomeOf(answered: number): Promise<string> {
    const after = await openTestStore(path('cut'));
    const accounts = await Promise.all([after.account('anna'), after.account('bert')]);
    const [left, arrived] = await Promise.all(accounts.map(everything));
    await after.close();
    const { findings } = await checkMailStore({ folder: path('cut'), clock: testClock, repair: false });
    expect(findings).toEqual([]);
    const inText = (box: Record<number, string | undefined>) =>
      Object.values(box).map((content) => content?.split('\r\n\r\n')[1]);
    const outcome = `${inText(left!['INBOX']!)} | ${inText(arrived!['Archive']!)}`;
    const stages = [
      'one,two,three,stays | ',
      'one,two,three,stays | one,three',
      'two,stays | one,three',
      'two,stays | one,three,two',
      'stays | one,three,two',
      'stays | one,three,two,stays',
    ];
    const least = [0, 2, 4, 5][answered]!;
    expect(stages.slice(least)).toContain(outcome);
    expect(inText(arrived!['INBOX']!)).toEqual(['old']);
    return outcome;
  }
});

/** Chances that are the same in every run. */
function chances(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
