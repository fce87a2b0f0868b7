import type { Tasks } from './tasks.ts';
import { checkpoint } from './worker-checkpoint.ts';
import { WorkerDatabases } from './worker-databases.ts';
import { planCompaction } from './worker-plan-compaction.ts';
import { WorkerSummaries } from './worker-summaries.ts';
import { verifyIndex } from './worker-verify-index.ts';

/** The tasks, with the databases they keep open in between. */
export function createTasks(): Tasks {
  const databases = new WorkerDatabases();
  const summaries = new WorkerSummaries();
  return {
    checkpoint: ({ database }) => checkpoint(databases.get(database)),
    planCompaction: (task) => planCompaction(databases.get(task.database), task),
    verifyIndex: ({ database }) => verifyIndex(databases.get(database)),
    summarise: ({ folder, blobs }) => summaries.run(folder, blobs),
    forgetBlobs: ({ folder, blobs }) => summaries.forget(folder, blobs),
    closeAccount({ folder }) {
      databases.close(folder);
      summaries.close(folder);
    },
  };
}

export function runTask(tasks: Tasks, name: keyof Tasks, input: unknown): unknown {
  return (tasks[name] as (task: unknown) => unknown)(input);
}
