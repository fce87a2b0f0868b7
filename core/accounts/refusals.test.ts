import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { refusalLimits } from '../base/limits.ts';
import { silentLogger } from '../base/logger.ts';
import { RecentRefusals } from './refusals.ts';

let lines: { fields: object; message: string }[];
let log: RecentRefusals;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  lines = [];
  const warn = (fields: object, message: string) => lines.push({ fields, message });
  log = new RecentRefusals({ now: () => 1_000 }, { ...silentLogger, warn });
});

const refusal = (index: number, address = '10.0.0.1') => ({
  reason: 'userLimit' as const,
  user: 'karen',
  address,
  clientId: undefined,
  limit: 20,
  holders: [],
  text: `refusal ${index}`,
  setting: undefined,
});

describe('refusals', () => {
  it('are remembered, the newest first, and no more than a thousand', () => {
    expect(log.recent()).toEqual([]);
    for (let index = 0; index < 3; index += 1) log.record(refusal(index));
    expect(log.recent().map(({ text, at }) => [text, at])).toEqual([
      ['refusal 2', 1_000],
      ['refusal 1', 1_000],
      ['refusal 0', 1_000],
    ]);
    for (let index = 0; index < 2_500; index += 1) log.record(refusal(index));
    const texts = log.recent().map(({ text }) => text);
    expect(texts).toHaveLength(refusalLimits.remembered);
    expect([texts[0], texts.at(-1)]).toEqual(['refusal 2499', 'refusal 1500']);
  });

  it('are told to who listens, until he has enough', () => {
    const told: string[] = [];
    const stop = log.onRefusal(({ text }) => told.push(text));
    log.record(refusal(1));
    stop();
    log.record(refusal(2));
    expect(told).toEqual(['refusal 1']);
  });

  it('of one kind by the hundred thousand are two lines of the log', () => {
    for (let index = 0; index < 100_000; index += 1) log.record(refusal(index));
    expect(lines.map(({ message }) => message)).toEqual(['refusal 0']);
    vi.advanceTimersByTime(60_000);
    expect(lines.slice(1)).toEqual([
      {
        fields: { reason: 'userLimit', user: 'karen', address: '10.0.0.1', times: 99_999 },
        message: 'refused again within a minute',
      },
    ]);
    log.record(refusal(7));
    expect(lines.at(-1)?.message).toBe('refusal 7');
  });

  it('of a hundred thousand kinds do not flood the log either, and their number is there', () => {
    for (let index = 0; index < 100_000; index += 1) log.record(refusal(index, `address ${index}`));
    expect(lines).toHaveLength(refusalLimits.linesPerMinute);
    log.close();
    expect(lines).toHaveLength(refusalLimits.linesPerMinute + 1);
    expect(lines.at(-1)?.fields).toEqual({ times: 100_000 - refusalLimits.linesPerMinute });
    vi.advanceTimersByTime(600_000);
    expect(lines).toHaveLength(refusalLimits.linesPerMinute + 1);
  });

  it('name who held the slots', () => {
    const holder = { session: 7, user: 'karen', address: '10.0.0.2', clientId: 'Phone', since: 5 };
    log.record({ ...refusal(1), holders: [holder] });
    expect(log.recent()[0]?.holders).toEqual([holder]);
    expect(lines[0]?.fields).toMatchObject({ limit: 20, holders: '7 karen 10.0.0.2' });
  });
});
