import { setTimeout as pause, setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Activity, Pace, type PaceTimes } from '../../base/activity.ts';
import { silentLogger } from '../../base/logger.ts';
import { type IndexedAccount, IndexSchedule, type IndexTimes } from './index-schedule.ts';
import type { SearchRunner } from './search-tasks.ts';

const account = (folder: string) => ({ folder, durable: { below: async () => 100 } }) as unknown as IndexedAccount;

/** As if a piece took so long that the pause behind it outlasts the test. */
const ENDLESS = { patience: 60_000, recent: 60_000, pause: 1_000_000 };

/** A schedule whose runner writes down what it is asked, and has so many pieces of work for each account. */
function watched(times: Partial<IndexTimes>, pieces = 1, paces: PaceTimes = ENDLESS) {
  const activity = new Activity();
  const done: string[] = [];
  const vanished: boolean[] = [];
  let failures = 0;
  const left = new Map<string, number>();
  const runner: SearchRunner = {
    async run(name, input) {
      await setImmediate();
      const { folder } = input;
      if (failures-- > 0) throw new Error('the disk is full');
      const now = (left.get(folder) ?? pieces) - 1;
      left.set(folder, now <= 0 ? pieces : now);
      done.push(`${name} ${folder}`);
      vanished.push('vanished' in input && input.vanished);
      return { left: now, rebuilt: undefined } as never;
    },
    close: async () => {},
  };
  const schedule = new IndexSchedule(runner, silentLogger, new Pace(activity, paces), {
    quiet: 20,
    overdue: 60_000,
    afterSearch: 0,
    retryAfter: 20,
    ...times,
  });
  onTestFinished(() => schedule.close());
  const fail = (times: number) => {
    failures = times;
  };
  return { schedule, activity, done, vanished, fail: fail };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(2);
}

describe('when messages are indexed', () => {
  it('lets deliveries go before, however long they last', async () => {
    const { schedule, done } = watched({ quiet: 60_000 });
    const one = account('a');
    for (let i = 0; i < 20; i++) {
      schedule.delivered(one);
      await pause(2);
    }
    expect(done).toEqual([]);
  });

  it('stops between two pieces when a delivery comes', async () => {
    const { schedule, done } = watched({ quiet: 50 }, 1_000_000);
    const one = account('a');
    schedule.add(one);
    await until(() => done.length > 3);
    schedule.delivered(one);
    const before = done.length;
    await pause(5);
    expect(done.length).toBeLessThanOrEqual(before + 1);
  });

  it('indexes now and then when deliveries never cease', async () => {
    const { schedule, done } = watched({ quiet: 30, overdue: 40 }, 1_000_000);
    const one = account('a');
    const delivering = setInterval(() => schedule.delivered(one), 1);
    onTestFinished(() => clearInterval(delivering));
    await until(() => done.length >= 3);
  });

  it('leaves the thread to those who search and are answered', async () => {
    const { schedule, done } = watched({ quiet: 0, afterSearch: 60_000 });
    schedule.answered();
    schedule.add(account('a'));
    await pause(20);
    expect(done).toEqual([]);
  });

  it('leaves the processor to those who wait, and goes on soon when they are answered', async () => {
    const { schedule, activity, done } = watched({ quiet: 0 }, 1_000_000);
    activity.begin();
    schedule.hurry(account('a'));
    await pause(20);
    expect(done).toEqual([]);
    const quiet = watched({ quiet: 0 }, 1_000_000);
    quiet.schedule.hurry(account('b'));
    await until(() => quiet.done.length > 3);
    quiet.activity.begin();
    quiet.activity.end();
    const before = quiet.done.length;
    await pause(20);
    // It takes a part of the time while somebody works.
    expect(quiet.done.length).toBeLessThanOrEqual(before + 1);
  });

  it('does a piece now and then although somebody always waits', async () => {
    const { schedule, activity, done } = watched({ quiet: 0 }, 1_000_000, { patience: 5, recent: 0, pause: 0 });
    activity.begin();
    schedule.add(account('a'));
    await until(() => done.length >= 3);
  });

  it('begins at once when somebody searches', async () => {
    const { schedule, done } = watched({ quiet: 60_000 }, 3);
    const one = account('a');
    schedule.delivered(one);
    schedule.hurry(one);
    await until(() => done.length === 3);
  });

  it('comes to every account, also while one has much to do', async () => {
    const { schedule, done } = watched({ quiet: 1 }, 5);
    schedule.add(account('a'));
    schedule.add(account('b'));
    await until(() => done.length === 10);
    expect(done.slice(0, 4)).toEqual(['index a', 'index b', 'index a', 'index b']);
  });

  it('tries again after a failure, and does not forget what it was asked', async () => {
    const { schedule, done, vanished, fail } = watched({ quiet: 1 });
    fail(2);
    schedule.add(account('a'), { vanished: true });
    await until(() => done.length === 1);
    expect(vanished).toEqual([true]);
  });

  it('leaves an account alone once it is closed, or its files could not be removed', async () => {
    const { schedule, done } = watched({ quiet: 1 }, 1_000_000);
    const one = account('a');
    schedule.add(one);
    await until(() => done.length > 0);
    const before = done.length;
    await schedule.remove(one);
    await pause(20);
    expect(done.length).toBeLessThanOrEqual(before + 1);
  });
});
