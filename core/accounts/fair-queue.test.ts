import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

/** Jobs that end when told, and the order in which they began. */
function bench(limits: { running?: number; waitingPerLane?: number; waiting?: number } = {}) {
  const queue = new FairQueue({ running: 1, waitingPerLane: 100, waiting: 100, ...limits });
  const began: string[] = [];
  const running: (() => void)[] = [];
  const refused: string[] = [];
  const add = (source: string, lane: string, name: string) =>
    queue
      .run(source, lane, () => {
        began.push(name);
        return new Promise<void>((resolve) => running.push(resolve));
      })
      .catch(() => refused.push(name));
  const finish = async () => {
    while (running.length > 0) {
      running.shift()!();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { add, finish, began, running, refused };
}

describe('password checks that wait', () => {
  it("do not wait behind one user's storm: the next user has his turn after the first of it", async () => {
    const { add, finish, began } = bench();
    for (let index = 0; index < 5; index += 1) void add('office', 'karen', `karen ${index}`);
    void add('office', 'bob', 'bob');
    await finish();
    expect(began.slice(0, 3)).toEqual(['karen 0', 'karen 1', 'bob']);
  });

  it("do not wait behind one address's storm of made-up names", async () => {
    const { add, finish, began } = bench();
    for (let index = 0; index < 50; index += 1) void add('stranger', `name ${index}`, `stranger ${index}`);
    void add('office', 'karen', 'karen');
    void add('office', 'bob', 'bob');
    await finish();
    expect(began.indexOf('karen')).toBeLessThanOrEqual(2);
    expect(began.indexOf('bob')).toBeLessThanOrEqual(4);
    expect(began).toHaveLength(52);
  });

  it('never run more than the limit at once: the threads that flush disks stay free', async () => {
    const { add, finish, began, running } = bench({ running: 2 });
    for (let index = 0; index < 6; index += 1) void add('office', `user ${index}`, `${index}`);
    expect(running).toHaveLength(2);
    await finish();
    expect(began).toHaveLength(6);
  });

  it('are refused when one user has too many, and nobody else is', async () => {
    const { add, finish, refused } = bench({ waitingPerLane: 2 });
    for (let index = 0; index < 5; index += 1) void add('office', 'karen', `karen ${index}`);
    void add('office', 'bob', 'bob');
    await finish();
    expect(refused).toEqual(['karen 3', 'karen 4']);
  });

  it('make room for others at the cost of the address that has most of them', async () => {
    const { add, finish, refused, began } = bench({ waiting: 4 });
    for (let index = 0; index < 8; index += 1) void add('stranger', `name ${index}`, `stranger ${index}`);
    void add('office', 'karen', 'karen');
    void add('office', 'bob', 'bob');
    await finish();
    expect(began).toContain('karen');
    expect(began).toContain('bob');
    expect(refused.every((name) => name.startsWith('stranger'))).toBe(true);
    expect(refused).toHaveLength(5);
  });

  it('say UNAVAILABLE when refused, which tells nothing of the user', async () => {
    const queue = new FairQueue({ running: 1, waitingPerLane: 0, waiting: 1 });
    await expect(queue.run('a', 'b', async () => 1)).rejects.toMatchObject({ name: 'Refused', code: 'UNAVAILABLE' });
  });

  it('go on after a job that fails', async () => {
    const queue = new FairQueue({ running: 1, waitingPerLane: 9, waiting: 9 });
    const failed = queue.run('a', 'b', () => Promise.reject(new Error('no memory')));
    const next = queue.run('a', 'b', async () => 'done');
    await expect(failed).rejects.toThrow('no memory');
    expect(await next).toBe('done');
  });

  it('all either run or are refused, whoever comes in whatever order', async () => {
    const arrival = fc.record({ source: fc.constantFrom('a', 'b', 'c'), lane: fc.constantFrom('x', 'y', 'z') });
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { maxLength: 40 }), async (arrivals) => {
        const { add, finish, began, refused } = bench({ waitingPerLane: 3, waiting: 6, running: 2 });
        const all = arrivals.map(({ source, lane }, index) => add(source, lane, `${index}`));
        await finish();
        await Promise.all(all);
        expect(new Set([...began, ...refused]).size).toBe(arrivals.length);
        expect(began.length + refused.length).toBe(arrivals.length);
      }),
      { numRuns: 50 },
    );
  });
});
