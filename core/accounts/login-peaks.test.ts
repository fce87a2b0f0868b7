import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { peakLimits } from '../base/limits.ts';
import { silentLogger } from '../base/logger.ts';
import { LoginPeaks } from './login-peaks.ts';
import { CountedLogins } from './login-slots.ts';

const hour = 3_600_000;
const start = 470_000 * hour;
const options = { perUser: 20, perAddress: 0, whenReached: 'refuse', exempt: [] } as const;

let now: number;
let file: string;
let warnings: string[];

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailroom-peaks-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, 'peaks.json');
  now = start;
  warnings = [];
});

const opened = async () => {
  const clock = { now: () => now };
  const logger = { ...silentLogger, warn: (_: object, message: string) => warnings.push(message) };
  const peaks = await LoginPeaks.open(file, { clock, logger });
  const slots = new CountedLogins({ options, refusals: { record() {} }, peaks, clock });
  return { peaks, slots };
};
const login = (name: string, address: string) => ({
  id: 1,
  user: { name, accountId: name },
  address,
  clientId: undefined,
  lastActivity: 0,
  bye() {},
});
const hours = (slots: CountedLogins) =>
  slots.status().peaks.map(({ hour: at, user, address }) => [(at - start) / hour, user, address]);

describe('the peaks of concurrent logins', () => {
  it('are the most that one user and one address had in an hour, also when they are gone', async () => {
    const { slots } = await opened();
    const frees = ['karen', 'karen', 'bob'].map((user) => slots.take(login(user, '10.0.0.1')));
    slots.take(login('karen', '10.0.0.2'));
    for (const free of frees) free();
    expect(slots.status()).toMatchObject({
      userPeak: { name: 'karen', sessions: 3, at: start },
      addressPeak: { name: '10.0.0.1', sessions: 3, at: start },
    });
    expect(hours(slots)).toEqual([[0, 3, 3]]);
  });

  it('count sessions that last in every hour they last, and hours without any are left out', async () => {
    const { slots } = await opened();
    const frees = [slots.take(login('karen', '10.0.0.1')), slots.take(login('karen', '10.0.0.1'))];
    now += 3 * hour;
    frees[0]!();
    now += hour;
    frees[1]!();
    now += 3 * hour;
    slots.take(login('bob', '10.0.0.1'));
    expect(hours(slots)).toEqual([
      [0, 2, 2],
      [1, 2, 2],
      [2, 2, 2],
      [3, 2, 2],
      [4, 1, 1],
      [7, 1, 1],
    ]);
  });

  it('are those of the last seven days', async () => {
    const { slots } = await opened();
    for (let count = 0; count < 5; count += 1) slots.take(login('karen', '10.0.0.1'))();
    const frees = [1, 2, 3].map(() => slots.take(login('karen', '10.0.0.1')));
    for (const free of frees) free();
    now += hour;
    slots.take(login('bob', '10.0.0.1'))();
    now = start + 7 * 24 * hour - 1;
    expect(slots.status().userPeak).toMatchObject({ name: 'karen', sessions: 3 });
    now += 1;
    expect(slots.status().userPeak).toEqual({ name: 'bob', sessions: 1, at: start + hour });
    now += hour;
    expect(slots.status()).toMatchObject({ peaks: [], userPeak: undefined, addressPeak: undefined });
  });

  it('do not grow without end, however long a session lasts', async () => {
    const { slots } = await opened();
    slots.take(login('karen', '10.0.0.1'));
    now += 10_000 * hour;
    expect(slots.status().peaks).toHaveLength(peakLimits.hours);
  });

  it('survive a clock that is set back', async () => {
    const { slots } = await opened();
    slots.take(login('karen', '10.0.0.1'));
    now -= 5 * hour;
    slots.take(login('karen', '10.0.0.1'));
    expect(hours(slots)).toEqual([[-5, 2, 2]]);
  });
});

describe('the file of the peaks', () => {
  it('brings them over a restart', async () => {
    const before = await opened();
    before.slots.take(login('karen', '10.0.0.1'));
    await before.peaks.close();
    now += 2 * hour;
    const { slots } = await opened();
    expect(hours(slots)).toEqual([[0, 1, 1]]);
    expect(slots.status().userPeak).toEqual({ name: 'karen', sessions: 1, at: start });
  });

  it('is written now and then, not at every login', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { slots, peaks } = await opened();
    for (let count = 0; count < 10; count += 1) slots.take(login('karen', '10.0.0.1'));
    await expect(readFile(file)).rejects.toThrow('ENOENT');
    vi.advanceTimersByTime(peakLimits.writeAfter);
    await vi.waitFor(async () => expect(await readFile(file, 'utf8')).toContain('"sessions":10'));
    await peaks.close();
  });

  it.each(['', '{', '{"version":2}', '[]'])('that is %j does not keep the server from starting', async (content) => {
    await writeFile(file, content);
    const { slots, peaks } = await opened();
    slots.take(login('karen', '10.0.0.1'));
    await peaks.close();
    expect(warnings).toEqual(['the peaks of concurrent logins cannot be read; they begin anew']);
    expect(hours((await opened()).slots)).toEqual([[0, 1, 1]]);
  });

  it('that cannot be written costs a warning, and nothing else', async () => {
    const { slots, peaks } = await opened();
    file = join(file, 'no folder');
    const lost = await opened();
    lost.slots.take(login('karen', '10.0.0.1'));
    await lost.peaks.close();
    expect(warnings).toEqual(['the peaks of concurrent logins cannot be written']);
    expect(hours(lost.slots)).toEqual([[0, 1, 1]]);
    slots.take(login('karen', '10.0.0.1'));
    await peaks.close();
  });
});
