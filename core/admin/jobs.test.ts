import { describe, expect, it } from 'vitest';
import { Refused, UserError } from '../base/errors.ts';
import { jobLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import type { TransferWatch } from '../transfer/watch.ts';
import { Jobs } from './jobs.ts';

const karen = { name: 'karen', accountId: 'a1' };
const olaf = { name: 'olaf', accountId: 'a2' };

function tryJobs() {
  const logged: { level: string; text: string }[] = [];
  const note = (level: string) => (fields: object, message: string) =>
    logged.push({ level, text: `${message} ${JSON.stringify(fields)}` });
  const logger: Logger = { debug() {}, info: note('info'), warn: note('warn'), error: note('error') };
  const clock = { time: 1_000, now: () => clock.time++ };
  const held: string[] = [];
  const hold = (accountId: string) => {
    held.push(accountId);
    return () => void held.splice(held.indexOf(accountId), 1);
  };
  const jobs = new Jobs({ clock, logger, random: (size) => new Uint8Array(size), mail: { hold } });
  return { jobs, logged, held };
}

/** Work that ends when it is told to, or cancelled. */
function waiting() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const work = (watch: TransferWatch) => {
    watch.signal.addEventListener('abort', () => reject(watch.signal.reason));
    return promise;
  };
  return { work, resolve, reject };
}

/** Lets everything that is due happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('jobs', () => {
  it('tell how far they are, and what came of them', async () => {
    const { jobs } = tryJobs();
    const { promise, resolve } = Promise.withResolvers<void>();
    const id = jobs.start('import', karen, async (watch) => {
      watch.expect(10);
      watch.expect(5);
      watch.transferred(2, 700);
      watch.duplicate();
      watch.skipped('message 4', 'it is empty');
      watch.done(4);
      await promise;
    });
    expect(jobs.get(id)).toMatchObject({ kind: 'import', user: 'karen', state: 'running', done: 0 });
    await settle();
    const counts = { done: 4, total: 15, transferred: 2, octets: 700, duplicates: 1, leftOut: 1 };
    const skipped = [{ what: 'message 4', why: 'it is empty' }];
    expect(jobs.get(id)).toMatchObject({ state: 'running', ...counts, skipped });
    resolve();
    await settle();
    expect(jobs.list()).toMatchObject([{ id, state: 'done', ...counts, skipped, endedAt: expect.any(Number) }]);
  });

  it('keep the mail they work on open while they wait, however they end', async () => {
    const { jobs, held } = tryJobs();
    const first = waiting();
    const second = waiting();
    jobs.start('importFromServer', karen, first.work);
    const cancelled = jobs.start('export', olaf, second.work);
    await settle();
    expect(held).toEqual(['a1', 'a2']);
    jobs.cancel(cancelled);
    first.resolve();
    await settle();
    expect(held).toEqual([]);
  });

  it('say why they failed, of a bug only where the log has more', async () => {
    const { jobs, logged } = tryJobs();
    const errors = [
      new UserError('the file is gone'),
      new Refused('OVERQUOTA', 'the mailbox is full'),
      Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' }),
      new TypeError('undefined is not a function'),
    ];
    const told: (string | undefined)[] = [];
    for (const error of errors) {
      const id = jobs.start('export', karen, () => Promise.reject(error));
      await settle();
      expect(jobs.get(id).state).toBe('failed');
      told.push(jobs.get(id).error);
    }
    expect(told.slice(0, 2)).toEqual(['the file is gone', 'the mailbox is full']);
    expect(told[2]).toMatch(/disk is full/);
    expect(told[3]).toMatch(/bug of ours.*000000000000/);
    expect(told[3]).not.toContain('undefined');
    expect(logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('end as cancelled when cancelled, also before they have begun, and stay as they ended', async () => {
    const { jobs } = tryJobs();
    const first = jobs.start('import', karen, waiting().work);
    await settle();
    jobs.cancel(first);
    const second = jobs.start('import', karen, () => Promise.reject(new Error('must not run')));
    jobs.cancel(second);
    await settle();
    expect(jobs.list().map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    const finished = jobs.start('import', karen, async () => {});
    await settle();
    jobs.cancel(finished);
    await settle();
    expect(jobs.get(finished).state).toBe('done');
  });

  it('are few at one time, so that imports of everybody do not take the memory', async () => {
    const { jobs } = tryJobs();
    const works = Array.from({ length: jobLimits.running }, waiting);
    for (const { work } of works) jobs.start('import', karen, work);
    expect(() => jobs.start('import', olaf, async () => {})).toThrow(/run already/);
    works[0]!.resolve();
    await settle();
    expect(() => jobs.start('import', olaf, async () => {})).not.toThrow();
    await jobs.close();
  });

  it('are forgotten, the oldest that ended first, and never one that runs', async () => {
    const { jobs } = tryJobs();
    const long = jobs.start('import', karen, waiting().work);
    for (let number = 0; number < jobLimits.remembered + 5; number++) {
      jobs.start('export', karen, async () => {});
      await settle();
    }
    expect(jobs.list()).toHaveLength(jobLimits.remembered + 1);
    expect(jobs.get(long).state).toBe('running');
    expect(() => jobs.get(long + 1)).toThrow(/no job/);
    await jobs.close();
  });

  it('name a bounded number of left-out messages, in bounded words, and count them all', async () => {
    const { jobs } = tryJobs();
    const id = jobs.start('import', karen, async (watch) => {
      for (let number = 0; number < jobLimits.skipped + 7; number++) watch.skipped('x'.repeat(10_000), 'broken');
    });
    await settle();
    const { skipped, leftOut } = jobs.get(id);
    expect(leftOut).toBe(jobLimits.skipped + 7);
    expect(skipped).toHaveLength(jobLimits.skipped);
    expect(skipped[0]?.what).toHaveLength(jobLimits.text);
  });

  it('of a removed user end before his mail is touched, those of others go on', async () => {
    const { jobs } = tryJobs();
    const his = jobs.start('import', karen, waiting().work);
    const others = jobs.start('import', olaf, waiting().work);
    await jobs.endThoseOf(karen.accountId);
    expect(jobs.get(his).state).toBe('cancelled');
    expect(jobs.get(others).state).toBe('running');
    await jobs.close();
    expect(jobs.get(others).state).toBe('cancelled');
    expect(() => jobs.start('import', olaf, async () => {})).toThrow(/shutting down/);
  });
});
