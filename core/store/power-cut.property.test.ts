import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
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

const SMALL = vi.hoisted(() => ({ segment: 3_000, compactAfter: 2_000, compactDelay: 1, flagFlush: 30 }));

// Segments are full, and worth compacting in the background, after a few messages.
vi.mock(import('../base/limits.ts'), async (original) => {
  const limits = await original();
  return { ...limits, storeLimits: { ...limits.storeLimits, ...SMALL } } as unknown as typeof limits;
});

type Contents = Awaited<ReturnType<typeof everything>>;

/** What both accounts hold. */
type Mail = Readonly<Record<'anna' | 'bert', Contents>>;

const NAMES = ['anna', 'bert'] as const;
const name = fc.constantFrom(...NAMES);
const some = fc.array(fc.nat(30), { minLength: 1, maxLength: 6 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      of: name,
      sizes: fc.array(fc.nat(1_200), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('expunge' as const), of: name, rows: some }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flag' as const), of: name, rows: some }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('copy' as const), of: name, rows: some }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('copy across' as const, 'move across' as const), of: name, rows: some }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), of: name }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('disk full' as const),
      of: name,
      sizes: fc.array(fc.nat(1_200), { minLength: 1, maxLength: 2 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
/** What comes last: after a failed flush an account takes no more changes. */
const last = fc.constantFrom('nothing', 'flush fails');

/** What was promised, and what UIDs were told, at every mark. */
interface Promised {
  readonly mail: Mail;
  readonly uidNext: Readonly<Record<string, number>>;
}

/** Runs steps on a watched disk. */
class Run {
  readonly promised: Promised[] = [];
  readonly disk = new SimulatedDisk();
  readonly #accounts = new Map<string, StoredAccount>();
  #texts = 0;
  #full = false;
  #flushFails = false;

  static async play(folder: string, steps: readonly Step[], end: string): Promise<Run> {
    const first = await openTestStore(join(folder, 'live'));
    for (const one of NAMES) await (await first.account(one)).append('INBOX', [textMessage(`old of ${one}`)]);
    await first.close();
    copyFolder(join(folder, 'live'), join(folder, 'base'));
    const run = new Run();
    run.disk.fault = (operation, path) => run.#fault(operation, path);
    const store = await openTestStore(join(folder, 'live'), { files: run.disk });
    for (const one of NAMES) run.#accounts.set(one, await store.account(one));
    await run.#mark();
    for (const one of steps) {
      await run.#do(one);
      await run.#mark();
    }
    if (end === 'flush fails') await run.#failFlush();
    await sleep(5);
    run.events = [...run.disk.events];
    await store.close();
    return run;
  }

  events: SimulatedDisk['events'] = [];

  #fault(operation: 'open' | 'write' | 'flush', path: string): void {
    const code = this.#full && operation === 'write' && path.endsWith('.seg') ? 'ENOSPC' : undefined;
    if (code !== undefined) throw Object.assign(new Error(`${code}: no space left on device`), { code });
    if (this.#flushFails && operation === 'flush') throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  }

  async #mark(): Promise<void> {
    const mail = { anna: await everything(this.#account('anna')), bert: await everything(this.#account('bert')) };
    const uidNext: Record<string, number> = {};
    for (const one of NAMES) uidNext[one] = (await this.#account(one).status('INBOX')).uidNext;
    this.promised.push({ mail, uidNext });
    this.disk.mark(String(this.promised.length - 1));
  }

  #account(one: string): StoredAccount {
    return this.#accounts.get(one)!;
  }

  #messages(sizes: readonly number[]) {
    return sizes.map((size) => textMessage(`${this.#texts++} ${'x'.repeat(size)}`, ['\\Deleted']));
  }

  async #do(one: Step): Promise<void> {
    const account = this.#account(one.of);
    if (one.do === 'wait') return void (await sleep(8));
    if (one.do === 'append') return void (await account.append('INBOX', this.#messages(one.sizes)));
    if (one.do === 'disk full') return this.#appendToFullDisk(account, one.sizes);
    const inbox = await select(account, 'INBOX');
    const { columns, count } = inbox.state;
    const uids = [...new Set(one.rows.map((row) => columns.uid[row % Math.max(1, count)]!))].sort((a, b) => a - b);
    if (count > 0) {
      const other = this.#account(one.of === 'anna' ? 'bert' : 'anna');
      const across = { ...into('INBOX'), account: other };
      if (one.do === 'expunge') await inbox.expunge(uids);
      if (one.do === 'flag') await inbox.storeFlags(uids, { mode: 'add', flags: ['\\Deleted', `k${one.rows[0]}`] });
      if (one.do === 'copy') await inbox.copy(uids, into('Archive'));
      if (one.do === 'copy across') await inbox.copy(uids, across);
      if (one.do === 'move across') await inbox.move(uids, across);
    }
    inbox.close();
  }

  async #appendToFullDisk(account: StoredAccount, sizes: readonly number[]): Promise<void> {
    this.#full = true;
    await account.append('INBOX', this.#messages(sizes)).catch(() => {});
    this.#full = false;
  }

  async #failFlush(): Promise<void> {
    this.#flushFails = true;
    await this.#account('anna')
      .append('INBOX', this.#messages([10]))
      .catch(() => {});
    this.#flushFails = false;
  }
}

describe('a power cut at any moment of any history', () => {
  it('loses nothing that was answered and brings nothing back, with compaction, copies and full disks in between', async () => {
    const folder = temporaryFolder();
    const parameters = { numRuns: Number(process.env['POWER_CUT_RUNS'] ?? 6), endOnFailure: true };
    const history = fc.array(step, { minLength: 6, maxLength: 16 });
    try {
      await fc.assert(
        fc.asyncProperty(history, last, fc.infiniteStream(fc.nat(999)), async (steps, end, chances) => {
          const run = await Run.play(folder.path, steps, end);
          const chance = () => chances.next().value! / 1_000;
          for (let tries = 0; tries < 12; tries++) {
            const cut = Math.floor(chance() * (run.events.length + 1));
            await cutAt(folder.path, run, cut, chance);
          }
        }),
        parameters,
      );
    } finally {
      folder.remove();
    }
  }, 120_000);
});

async function cutAt(folder: string, run: Run, cut: number, chance: () => number): Promise<void> {
  const before = run.events.slice(0, cut);
  cutPower(join(folder, 'base'), join(folder, 'cut'), join(folder, 'live'), before, chance);
  const marks = before.flatMap((event) => (event.kind === 'mark' ? [Number(event.text)] : []));
  const done = marks.at(-1) ?? 0;
  const store = await openTestStore(join(folder, 'cut'));
  const found = {
    anna: await everything(await store.account('anna')),
    bert: await everything(await store.account('bert')),
  };
  const states = [run.promised[done], run.promised[done + 1]].filter((state) => state !== undefined);
  for (const one of NAMES) expectPromised(one, found[one], states);
  for (const one of NAMES) {
    const { uids } = await (await store.account(one)).append('INBOX', [textMessage('next')]);
    expect(uids[0]).toBeGreaterThanOrEqual(run.promised[done]!.uidNext[one]!);
  }
  await store.close();
  const { findings } = await checkMailStore({ folder: join(folder, 'cut'), clock: testClock, repair: false });
  expect(findings).toEqual([]);
}

/** The account is as it was before the step under way, or after it. What was under way at the end may be there or not. */
function expectPromised(one: 'anna' | 'bert', found: Contents, states: readonly Promised[]): void {
  const allowed = states.map(({ mail }) => mail[one]);
  if (states.length > 1) return void expect(allowed).toContainEqual(found);
  for (const [mailbox, messages] of Object.entries(allowed[0]!)) expect(found[mailbox]).toMatchObject(messages);
}
