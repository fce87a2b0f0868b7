import { createTasks, runTask } from './task-table.ts';
import type { TaskInput, TaskName, TaskResult } from './tasks.ts';

/** Does what would hold up the event loop. Nothing that was promised to a client depends on it. */
export interface Maintenance {
  /** @throws what the task throws. */
  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>>;
  close(): Promise<void>;
}

/** Does it at once, in the caller's thread: for tools that do nothing beside it, and for tests. */
export class MaintenanceInPlace implements Maintenance {
  readonly #tasks = createTasks();

  async run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    return runTask(this.#tasks, name, input) as TaskResult<Name>;
  }

  async close(): Promise<void> {}
}
