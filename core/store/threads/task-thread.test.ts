import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TaskThread } from './task-thread.ts';

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
