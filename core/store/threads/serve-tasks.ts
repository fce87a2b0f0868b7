import { parentPort } from 'node:worker_threads';
import { NO_MORE, type TaskReply, type TaskRequest } from './task-messages.ts';

/** The thread's side of a TaskThread: takes tasks one by one and answers each. */
export function serveTasks(run: (name: string, input: unknown) => unknown): void {
  parentPort?.on('message', (request: TaskRequest | typeof NO_MORE) => {
    if (request === NO_MORE) return void parentPort?.close();
    const { id, name, input } = request;
    parentPort?.postMessage(reply(id, () => run(name, input)));
  });
}

function reply(id: number, task: () => unknown): TaskReply {
  try {
    return { id, ok: true, value: task() };
  } catch (error) {
    return { id, ok: false, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
