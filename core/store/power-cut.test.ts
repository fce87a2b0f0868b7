import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeLimits } from '../base/limits.ts';
import type { StoredAccount } from '../mail/ports.ts';
import { checkMailStore } from './check/check-store.ts';
import { copyFolder, cutPower, SimulatedDisk } from './testing/simulated-disk.ts';
import {
  everything,
  into,
  openTestStore,
  select,
  temporaryFolder,
  testClock,
  textMessage,
} from './testing/test-store.ts';

type Contents = Awaited<ReturnType<typeof everything>>;

describe('a power cut', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const path = (name: string) => join(folder.path, name);
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  /** Runs `work` on a watched disk, then opens what every cut would have left and hands it to `check`. */
  async function cutEverywhere(
    work: (account: StoredAccount, done: (text: string) => void) => Promise<void>,
    check: (account: StoredAccount, done: readonly string[]) => Promise<void>,
  ): Promise<number> {
    const first = await openTestStore(path('live'));
    await (await first.account('anna')).append(
      'INBOX',
      ['old 1', 'old 2'].map((text) => textMessage(text)),
    );
    await first.close();
    copyFolder(path('live'), path('base'));
    const disk = new SimulatedDisk();
    const store = await openTestStore(path('live'), { files: disk });
    await work(await store.account('anna'), (text) => disk.mark(text));
    const events = [...disk.events];
    await store.close();
    for (let cut = 0; cut <= events.length; cut++) {
      const before = events.slice(0, cut);
      cutPower(path('base'), path('cut'), path('live'), before, chances(cut));
      const after = await openTestStore(path('cut'));
      const done = before.flatMap((event) => (event.kind === 'mark' ? [event.text] : []));
      await check(await after.account('anna'), done).catch((error) => {
        throw new Error(`Cut after event ${cut}: ${JSON.stringify(before.at(-1)?.kind)}`, { cause: error });
      });
      await after.close();
      const { findings } = await checkMailStore({ folder: path('cut'), clock: testClock, repair: false });
      expect(findings).toEqual([]);
    }
    return events.length;
  }

  it('loses nothing that was answered, and shows no half of what was under way', async () => {
    const states: Contents[] = [];
    const steps: ((account: StoredAccount) => Promise<unknown>)[] = [
      (account) => account.append('INBOX', [textMessage('a')]),
      (account) =>
        account.append(
          'INBOX',
          ['b', 'c', 'd'].map((text) => textMessage(text, ['\\Deleted'])),
        ),
      async (account) => (await select(account, 'INBOX')).copy([1, 3, 4], into('Archive')),
      (account) => account.create('Work/2024'),
      async (account) => (await select(account, 'INBOX')).expunge([4]),
      async (account) => (await select(account, 'INBOX')).move([1, 5], into('Work/2024')),
      (account) => account.append('Work', [textMessage('e')]),
      (account) => account.rename('Work', 'Play'),
      (account) => account.delete('Play/2024'),
      (account) => account.rename('INBOX', 'Old'),
      (account) => account.append('INBOX', [textMessage('f')]),
    ];
    const events = await cutEverywhere(
      async (account, done) => {
        states.push(await everything(account));
        for (const [i, step] of steps.entries()) {
          await step(account);
          done(String(i));
          states.push(await everything(account));
        }
      },
      async (account, done) => {
        const found = await everything(account);
        const allowed = [states[done.length], states[done.length + 1]].filter((state) => state !== undefined);
        expect(allowed).toContainEqual(found);
      },
    );
    expect(events).toBeGreaterThan(steps.length * 4);
  });

  it('loses nothing of several sessions that append at once, and never gives a UID twice', async () => {
    const sessions = ['one', 'two', 'three', 'four'];
    const told = new Map<string, number>();
    await cutEverywhere(
      async (account, done) => {
        const session = async (name: string) => {
          for (let i = 0; i < 4; i++) {
            const text = `${name} ${i}`;
            const { uids } = await account.append('INBOX', [textMessage(text), textMessage(`${text}, too`)]);
            told.set(text, uids[0]!).set(`${text}, too`, uids[1]!);
            done(text);
          }
        };
        await Promise.all(sessions.map(session));
      },
      async (account, done) => {
        const { INBOX } = await everything(account);
        for (const text of done.flatMap((text) => [text, `${text}, too`])) {
          expect(INBOX![told.get(text)!]).toContain(text);
        }
        for (const content of Object.values(INBOX!)) expect(content).toMatch(/^Subject: (.+)\r\n\r\n\1$/);
        const highest = Math.max(2, ...done.map((text) => told.get(`${text}, too`)!));
        const { uids } = await account.append('INBOX', [textMessage('next')]);
        expect(uids[0]).toBeGreaterThan(highest);
      },
    );
  });

  it('delivers again what lies in segments that the index on the disk has never heard of', async () => {
    const first = await openTestStore(path('live'));
    await (await first.account('anna')).append('INBOX', [textMessage('old')]);
    await first.close();
    copyFolder(path('live'), path('base'));
    const disk = new SimulatedDisk();
    const store = await openTestStore(path('live'), { files: disk });
    const account = await store.account('anna');
    const large = { bytes: new Uint8Array(storeLimits.segment * 0.6).fill(120), flags: ['\\Flagged', 'kept'] };
    disk.mark('opened');
    for (let i = 0; i < 3; i++) await account.append('Sent', [large]);
    const events = [...disk.events];
    // The index is flushed half a second later; what the disk has of it then is thrown away here.
    await store.close();
    const opened = events.findIndex(({ kind }) => kind === 'mark');
    const withoutIndex = events.filter((one, i) => i < opened || !('path' in one) || !one.path.endsWith('-wal'));
    cutPower(path('base'), path('cut'), path('live'), withoutIndex, () => 0);
    const after = await openTestStore(path('cut'));
    const sent = await select(await after.account('anna'), 'Sent');
    const { columns, flagSets } = sent.state;
    expect(Array.from(columns.uid.subarray(0, sent.state.count))).toEqual([1, 2, 3]);
    expect(flagSets.text(columns.flagSet[2]!)).toBe('\\Flagged kept');
    expect((await sent.contents({ columns, rows: [2] }))[0]).toHaveLength(large.bytes.length);
    await after.close();
    const { findings } = await checkMailStore({ folder: path('cut'), clock: testClock, repair: false });
    expect(findings).toEqual([]);
  });

  it('takes back flags at most, and never a mod-sequence that was told', async () => {
    const told: { modseq: number }[] = [];
    await cutEverywhere(
      async (account, done) => {
        const inbox = await select(account, 'INBOX');
        for (let i = 0; i < 5; i++) {
          await inbox.storeFlags([1, 2], { mode: i % 2 ? 'remove' : 'add', flags: ['\\Seen'] });
          told.push({ modseq: inbox.state.highestModseq });
          done('stored');
          await account.append('INBOX', [textMessage('x')]);
          told.push({ modseq: inbox.state.highestModseq });
          done('appended');
        }
      },
      async (account, done) => {
        const inbox = await select(account, 'INBOX');
        expect(inbox.state.count).toBeGreaterThanOrEqual(2 + done.filter((text) => text === 'appended').length);
        await inbox.storeFlags([1], { mode: 'replace', flags: ['fresh'] });
        const highest = Math.max(0, ...told.slice(0, done.length).map(({ modseq }) => modseq));
        expect(inbox.state.highestModseq).toBeGreaterThan(highest);
      },
    );
  });
});

/** Chances that are the same in every run. */
function chances(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
