import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TaskThread, type ThreadDied } from './task-thread.ts';

/** A thread that answers with what it was asked, and dies when it is told to. */
const program = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (request) => {
      if (request === 'no more') return parentPort.close();
      const { id, name, input } = request;
      if (name === 'die') process.exit(1);
      parentPort.postMessage({ id, ok: true, value: input });
    });
  `)}`,
);

const serve = JSON.stringify(new URL('./serve-tasks.ts', import.meta.url).href);

/** A thread with a task that counts in pieces, one that is short, and one that ends it. */
const byTurns = new URL(
  `data:text/javascript,${encodeURIComponent(`
    const { serveTasks } = await import(${serve});
    let last = '';
    const tasks = {
      *long(name) {
        let turns = 0;
        for (const end = performance.now() + 200; performance.now() < end; ) {
          if (last !== name) turns++;
          last = name;
          yield;
        }
        return turns;
      },
      short: (name) => (last = name),
      *deadly() {
        yield;
        process.exit(1);
      },
    };
    serveTasks((name, input) => tasks[name](input));
  `)}`,
);

describe('a thread for tasks', () => {
  it('fails the tasks of a thread that died, instead of leaving them waiting, and starts another', async () => {
    const deaths: string[] = [];
    const thread = new TaskThread({ name: 'test', entry: program, onDeath: ({ message }) => deaths.push(message) });
    expect(await thread.run('echo', 1)).toBe(1);
    const lost = [thread.run('die', undefined), thread.run('echo', 2)];
    for (const each of lost) await expect(each).rejects.toThrow('ended');
    expect(deaths).toHaveLength(1);
    expect(thread.isStarted).toBe(false);
    expect(await thread.run('echo', 3)).toBe(3);
    await thread.close();
  });

  it('lets no long task keep others waiting: short ones go before, long ones take turns', async () => {
    const thread = new TaskThread({ name: 'test', entry: byTurns });
    const order: string[] = [];
    const long = ['a', 'b'].map((name) => thread.run('long', name).finally(() => order.push(name)));
    await thread.run('short', 'c').finally(() => order.push('c'));
    for (const turns of await Promise.all(long)) expect(turns).toBeGreaterThan(2);
    expect(order).toEqual(['c', 'a', 'b']);
    await thread.close();
  });

  it('ends in order when it is closed: a task that has had some of its turns is done', async () => {
    const thread = new TaskThread({ name: 'test', entry: byTurns });
    const long = thread.run('long', 'a');
    await thread.run('short', 'b');
    await thread.close();
    expect(await long).toBeGreaterThan(0);
  });

  it('blames the task that the thread died of, and not one that waited for its turn', async () => {
    const thread = new TaskThread({ name: 'test', entry: byTurns });
    const lost = ['long', 'deadly', 'short'].map((name) => thread.run(name, name));
    const ends = await Promise.allSettled(lost);
    const blamed = ends.map((end) => end.status === 'rejected' && (end.reason as ThreadDied).ofIt);
    expect(blamed.slice(0, 2)).toEqual([false, true]);
    await thread.close();
  });

  it('ends when nothing is asked of it for a while, which is no death, and starts again with the next task', async () => {
    const deaths: Error[] = [];
    const thread = new TaskThread({ name: 'test', entry: program, idle: 1, onDeath: (error) => deaths.push(error) });
    for (let time = 0; time < 3; time++) {
      expect(await thread.run('echo', time)).toBe(time);
      while (thread.isStarted) await sleep(1);
    }
    expect(await Promise.all([1, 2, 3].map((value) => thread.run('echo', value)))).toEqual([1, 2, 3]);
    await thread.close();
    expect(deaths).toEqual([]);
    await expect(thread.run('echo', 4)).rejects.toThrow('closed');
  });
});
