import type { Tasks } from './tasks.ts';
import { WorkerCheckpoints } from './worker-checkpoints.ts';
import { copyRecords } from './worker-copy-records.ts';
import { WorkerSummaries } from './worker-summaries.ts';

/** The tasks, with the databases they keep open in between. */
export function createTasks(): Tasks {
  const checkpoints = new WorkerCheckpoints();
  const summaries = new WorkerSummaries();
  return {
    checkpoint: ({ database }) => checkpoints.run(database),
    summarise: ({ folder, blobs }) => summaries.run(folder, blobs),
    copyRecords,
    closeAccount({ folder }) {
      checkpoints.close(folder);
      summaries.close(folder);
    },
  };
}

export function runTask(tasks: Tasks, name: keyof Tasks, input: unknown): unknown {
  return (tasks[name] as (task: unknown) => unknown)(input);
}
