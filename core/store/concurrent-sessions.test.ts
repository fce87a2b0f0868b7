import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredAccount } from '../mail/ports.ts';
import { checkMailStore } from './check/check-store.ts';
import { MaintenanceThread } from './maintenance/maintenance-thread.ts';
import {
  contentsOf,
  into,
  openTestStore,
  select,
  temporaryFolder,
  testClock,
  textMessage,
} from './testing/test-store.ts';

const NAMES = ['INBOX', 'Sent', 'Archive'];
const STEPS = 60;

describe('several sessions at once', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  /** Appends, moves and expunges. Returns which texts it left behind, and how often: it touches only its own messages. */
  async function session(account: StoredAccount, me: string, random: () => number): Promise<string[]> {
    const left: string[] = [];
    const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!;
    for (let i = 0; i < STEPS; i++) {
      const [from, to] = [pick(NAMES), pick(NAMES)];
      const text = `${me} ${i} ${'x'.repeat(Math.floor(random() * 5_000))}`;
      const { uids } = await account.append(from, [textMessage(text, ['\\Deleted'])]);
      const mailbox = await select(account, from);
      const what = pick(['stay', 'move', 'copy', 'expunge', 'flag']);
      if (what === 'move') expect((await mailbox.move(uids, into(to))).sourceUids).toEqual(uids);
      if (what === 'copy') expect((await mailbox.copy(uids, into(to))).sourceUids).toEqual(uids);
      if (what === 'expunge') expect(Array.from(await mailbox.expunge(uids))).toEqual(uids);
      if (what === 'flag') await mailbox.storeFlags(uids, { mode: 'add', flags: [me] });
      if (what !== 'expunge') left.push(text);
      if (what === 'copy') left.push(text);
      mailbox.close();
    }
    return left.sort();
  }

  async function everyText(account: StoredAccount): Promise<string[]> {
    const texts: string[] = [];
    for (const name of NAMES) {
      const mailbox = await select(account, name);
      for (const content of (await contentsOf(mailbox)).values()) texts.push(content?.split('\r\n\r\n')[1] ?? 'lost');
      mailbox.close();
    }
    return texts.sort();
  }

  it('lose nothing to each other nor to compaction, which runs all the time', async () => {
    const maintenance = new MaintenanceThread();
    const store = await openTestStore(folder.path, { maintenance });
    const account = await store.account('anna');
    const random = chances(7);
    let working = true;
    const compacting = (async () => {
      while (working) await store.compact('anna');
    })();
    const left = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((me) => session(account, me, random)));
    working = false;
    await compacting;
    expect(await everyText(account)).toEqual(left.flat().sort());
    await store.close();
    const { findings } = await checkMailStore({ folder: folder.path, clock: testClock, repair: false });
    expect(findings).toEqual([]);
    const again = await openTestStore(folder.path);
    expect(await everyText(await again.account('anna'))).toEqual(left.flat().sort());
    await again.close();
  });
});

function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
