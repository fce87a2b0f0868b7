import { describe, expect, it } from 'vitest';
import { adminLimits } from '../base/limits.ts';
import { silentLogger } from '../base/logger.ts';
import type { LogLine } from './contract.ts';
import { LogTail } from './log-tail.ts';

const clock = { now: () => 5 };

describe('the newest lines of the log', () => {
  it('go where they went before, and are told by level and text, the oldest first', () => {
    const written: string[] = [];
    const tail = new LogTail(clock);
    const logger = tail.through({ ...silentLogger, warn: (_fields, message) => written.push(message) });
    logger.info({ user: 'karen' }, 'one');
    logger.debug({}, 'two');
    logger.warn({}, 'three about Karen');
    expect(written).toEqual(['three about Karen']);
    const messages = (level: LogLine['level'], lines = 10, text?: string) =>
      tail.tail({ lines, level, text }).map(({ message }) => message);
    expect(messages('debug')).toEqual(['one', 'two', 'three about Karen']);
    expect(messages('info')).toEqual(['one', 'three about Karen']);
    expect(messages('debug', 2)).toEqual(['two', 'three about Karen']);
    expect(messages('debug', 10, 'KAREN')).toEqual(['one', 'three about Karen']);
    expect(messages('error')).toEqual([]);
    expect(tail.tail({ lines: 1, level: 'warn' })).toEqual([
      { at: 5, level: 'warn', message: 'three about Karen', fields: {} },
    ]);
  });

  it('are bounded, and a flood for developers pushes out nothing an administrator looks for', () => {
    const tail = new LogTail(clock);
    const logger = tail.through(silentLogger);
    logger.error({}, 'the one that matters');
    for (let at = 0; at < 5 * adminLimits.logLines; at++) logger.debug({ at }, 'noise');
    const all = tail.tail({ lines: 10 * adminLimits.logLines, level: 'debug' });
    expect(all.length).toBeLessThanOrEqual(2 * adminLimits.logLines + 1);
    expect(all[0]?.message).toBe('the one that matters');
    expect(all.at(-1)?.fields).toEqual({ at: 5 * adminLimits.logLines - 1 });
  });

  it('hold nothing of what a line refers to: no secret, no cycle, no getter that throws later, no large text', () => {
    const tail = new LogTail(clock);
    const cycle: Record<string, unknown> = {
      password: 'secret',
      nested: { Token: 'secret', adminPassphrase: 'secret' },
    };
    cycle['self'] = cycle;
    const fields = {
      cycle,
      err: Object.assign(new TypeError('bad'), { request: { password: 'secret' }, code: 'E_BAD' }),
      octets: Buffer.from('secret'),
      large: 'x'.repeat(100_000),
      number: 10n,
      nan: Number.NaN,
      map: new Map([['key', 1]]),
      many: Array.from({ length: 10_000 }, (_, at) => at),
    };
    tail.through(silentLogger).info(fields, 'y'.repeat(100_000));
    const [line] = tail.tail({ lines: 1, level: 'info' });
    const text = JSON.stringify(line);
    expect(text).not.toContain('secret');
    expect(text.length).toBeLessThan(4 * adminLimits.logText);
    expect(line?.fields['err']).toMatchObject({ name: 'TypeError', message: 'bad', code: 'E_BAD' });
    expect(line?.fields['number']).toBe('10');
  });
});
