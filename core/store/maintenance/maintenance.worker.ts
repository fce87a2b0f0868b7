import { type MessagePort, parentPort } from 'node:worker_threads';
import type { TaskReply, TaskRequest, Tasks } from './tasks.ts';
import { WorkerCheckpoints } from './worker-checkpoints.ts';
import { copyRecords } from './worker-copy-records.ts';
import { WorkerSummaries } from './worker-summaries.ts';

/** The maintenance thread: takes tasks one by one. */
function serve(port: MessagePort): void {
  const checkpoints = new WorkerCheckpoints();
  const summaries = new WorkerSummaries();
  const tasks: Tasks = {
    checkpoint: ({ database }) => checkpoints.run(database),
    summarise: ({ folder, blobs }) => summaries.run(folder, blobs),
    copyRecords,
    closeAccount({ folder }) {
      checkpoints.close(folder);
      summaries.close(folder);
    },
  };
  port.on('message', ({ id, name, input }: TaskRequest) => {
    port.postMessage(run(id, () => (tasks[name] as (task: unknown) => unknown)(input)));
  });
}

function run(id: number, task: () => unknown): TaskReply {
  try {
    return { id, ok: true, value: task() };
  } catch (error) {
    return { id, ok: false, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

if (parentPort) serve(parentPort);
