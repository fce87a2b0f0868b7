import type { SearchRunner, TaskInput, TaskName, TaskResult } from './search-tasks.ts';
import { createTasks, runTask } from './worker/task-table.ts';

/** Does it at once, in the caller's thread: for tests. */
export class SearchInPlace implements SearchRunner {
  readonly #tasks = createTasks();

  async run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    // Opening ahead is for a thread that has nothing else to do. Here somebody would wait for it.
    if (name === 'open') return { rebuilt: undefined } as TaskResult<Name>;
    return runTask(this.#tasks, name, input) as TaskResult<Name>;
  }

  async close(): Promise<void> {}
}
