import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { StoredAccount } from '../mail/ports.ts';
import { checkMailStore } from './check/check-store.ts';
import type { RunningMailStore } from './mail-store.ts';
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

/** What the accounts hold that were not removed. */
type Mail = Readonly<Partial<Record<Name, Contents>>>;

const NAMES = ['anna', 'bert'] as const;
type Name = (typeof NAMES)[number];
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
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), of: name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact full' as const), of: name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove user' as const), of: name }) },
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
/** What comes last: after a failed flush an account takes no more changes until it is opened again. */
const last = fc.constantFrom('nothing', 'flush fails');
const history = fc.record({ steps: fc.array(step, { minLength: 6, maxLength: 16 }), end: last });
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

/** What was promised, and what UIDs were told, at every mark. */
interface Promised {
  readonly mail: Mail;
  readonly uidNext: Readonly<Record<string, number>>;
}

/** Runs steps on a watched disk. */
class Run {
  readonly promised: Promised[] = [];
  readonly disk: SimulatedDisk;
  readonly #store: RunningMailStore;
  /** Those that were not removed. */
  readonly #accounts = new Map<Name, StoredAccount>();
  #texts = 0;
  #full = false;
  #flushFails = false;

  private constructor(store: RunningMailStore, disk: SimulatedDisk) {
    this.#store = store;
    this.disk = disk;
    disk.fault = (operation, path) => this.#fault(operation, path);
  }

  /** Goes on with what is in `live`, which may be what a failed flush has left. */
  static async play(folder: string, { steps, end }: History, names: readonly Name[]): Promise<Run> {
    copyFolder(join(folder, 'live'), join(folder, 'base'));
    const disk = new SimulatedDisk();
    const store = await openTestStore(join(folder, 'live'), { files: disk });
    const run = new Run(store, disk);
    for (const one of names) run.#accounts.set(one, await store.account(one));
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
    const mail: Partial<Record<Name, Contents>> = {};
    const uidNext: Record<string, number> = {};
    for (const [one, account] of this.#accounts) {
      mail[one] = await everything(account);
      uidNext[one] = (await account.status('INBOX')).uidNext;
    }
    this.promised.push({ mail, uidNext });
    this.disk.mark(String(this.promised.length - 1));
  }

  /** Those that were not removed. */
  get names(): readonly Name[] {
    return [...this.#accounts.keys()];
  }

  #messages(sizes: readonly number[]) {
    return sizes.map((size) => textMessage(`${this.#texts++} ${'x'.repeat(size)}`, ['\\Deleted']));
  }

  async #do(one: Step): Promise<void> {
    const account = this.#accounts.get(one.of);
    if (account === undefined) return;
    if (one.do === 'remove user') return this.#remove(one.of);
    if (one.do === 'compact') return void (await this.#store.compact(one.of));
    if (one.do === 'compact full') return this.#whileFull(() => this.#store.compact(one.of));
    if (one.do === 'wait') return void (await sleep(8));
    if (one.do === 'append') return void (await account.append('INBOX', this.#messages(one.sizes)));
    if (one.do === 'disk full') return this.#whileFull(() => account.append('INBOX', this.#messages(one.sizes)));
    const inbox = await select(account, 'INBOX');
    const { columns, count } = inbox.state;
    const uids = [...new Set(one.rows.map((row) => columns.uid[row % Math.max(1, count)]!))].sort((a, b) => a - b);
    if (count > 0) {
      const other = this.#accounts.get(one.of === 'anna' ? 'bert' : 'anna');
      const across = { ...into('INBOX'), ...(other && { account: other }) };
      if (one.do === 'expunge') await inbox.expunge(uids);
      if (one.do === 'flag') await inbox.storeFlags(uids, { mode: 'add', flags: ['\\Deleted', `k${one.rows[0]}`] });
      if (one.do === 'copy') await inbox.copy(uids, into('Archive'));
      if (one.do === 'copy across' && other) await inbox.copy(uids, across);
      if (one.do === 'move across' && other) await inbox.move(uids, across);
    }
    inbox.close();
  }

  async #whileFull(work: () => Promise<unknown>): Promise<void> {
    this.#full = true;
    await work().catch(() => {});
    this.#full = false;
  }

  async #remove(one: Name): Promise<void> {
    this.#accounts.delete(one);
    await this.#store.deleteAccount(one);
  }

  async #failFlush(): Promise<void> {
    this.#flushFails = true;
    for (const account of this.#accounts.values()) await account.append('INBOX', this.#messages([10])).catch(() => {});
    this.#flushFails = false;
  }
}

const RUNS = Number(process.env['POWER_CUT_RUNS'] ?? 4);

describe('a power cut at any moment of any history', () => {
  it(
    'loses nothing that was answered and brings nothing back, whatever else is done and fails in between',
    async () => {
      const folder = temporaryFolder();
      const parameters = { numRuns: RUNS, endOnFailure: true };
      try {
        await fc.assert(
          fc.asyncProperty(history, history, fc.infiniteStream(fc.nat(999)), async (first, second, chances) => {
            const chance = () => chances.next().value! / 1_000;
            await startAnew(folder.path);
            const run = await Run.play(folder.path, first, NAMES);
            await cutSomewhere(folder.path, run, chance);
            const after = await Run.play(folder.path, second, run.names);
            await cutSomewhere(folder.path, after, chance);
          }),
          parameters,
        );
      } finally {
        folder.remove();
      }
    },
    60_000 + RUNS * 15_000,
  );
});

async function startAnew(folder: string): Promise<void> {
  rmSync(join(folder, 'live'), { recursive: true, force: true });
  const store = await openTestStore(join(folder, 'live'));
  for (const one of NAMES) await (await store.account(one)).append('INBOX', [textMessage(`old of ${one}`)]);
  await store.close();
}

async function cutSomewhere(folder: string, run: Run, chance: () => number): Promise<void> {
  for (let tries = 0; tries < 8; tries++) {
    const cut = Math.floor(chance() * (run.events.length + 1));
    await cutAt(folder, run, cut, chance);
  }
}

async function cutAt(folder: string, run: Run, cut: number, chance: () => number): Promise<void> {
  const before = run.events.slice(0, cut);
  cutPower(join(folder, 'base'), join(folder, 'cut'), join(folder, 'live'), before, chance);
  const marks = before.flatMap((event) => (event.kind === 'mark' ? [Number(event.text)] : []));
  const done = marks.at(-1) ?? 0;
  const states = [run.promised[done], run.promised[done + 1]].filter((state) => state !== undefined);
  const store = await openTestStore(join(folder, 'cut'));
  for (const one of NAMES) {
    const account = await store.account(one);
    expectPromised(one, await everything(account), states);
    const { uids } = await account.append('INBOX', [textMessage('next')]);
    // A removed one begins anew.
    expect(uids[0]).toBeGreaterThanOrEqual(Math.min(...states.map(({ uidNext }) => uidNext[one] ?? 1)));
  }
  await store.close();
  const { findings } = await checkMailStore({ folder: join(folder, 'cut'), clock: testClock, repair: false });
  expect(findings).toEqual([]);
}

/** The account is as it was before the step under way, or after it. What was under way at the end may be there or not. */
function expectPromised(one: Name, found: Contents, states: readonly Promised[]): void {
  const allowed = states.map(({ mail }) => mail[one]);
  // Of somebody who was removed nothing is there.
  if (allowed.includes(undefined) && Object.values(found).every((messages) => Object.keys(messages).length === 0))
    return;
  if (states.length > 1) return void expect(allowed).toContainEqual(found);
  for (const [mailbox, messages] of Object.entries(allowed[0] ?? { none: { 0: 'removed mail is back' } }))
    expect(found[mailbox]).toMatchObject(messages);
}
