import { type MessagePort, parentPort } from 'node:worker_threads';
import type { TaskReply, TaskRequest } from './search-tasks.ts';
import { createTasks, runTask } from './worker/task-table.ts';

/** The search thread: takes tasks one by one. */
function serve(port: MessagePort): void {
  const tasks = createTasks();
  port.on('message', ({ id, name, input }: TaskRequest) => {
    port.postMessage(reply(id, () => runTask(tasks, name, input)));
  });
}

function reply(id: number, task: () => unknown): TaskReply {
  try {
    return { id, ok: true, value: task() };
  } catch (error) {
    return { id, ok: false, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

if (parentPort) serve(parentPort);
