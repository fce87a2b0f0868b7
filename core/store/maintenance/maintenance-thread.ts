import { extname } from 'node:path';
import { TaskThread } from '../threads/task-thread.ts';
import type { Maintenance } from './maintenance.ts';
import type { TaskInput, TaskName, TaskResult } from './tasks.ts';

/** `.ts` as it is developed, `.js` when compiled. */
const ENTRY = new URL(`./maintenance.worker${extname(import.meta.url)}`, import.meta.url);

/**
 * One thread for all that would hold up the event loop: checkpoints, summaries, compaction. Nothing that was promised
 * depends on it.
 */
export class MaintenanceThread implements Maintenance {
  readonly #thread = new TaskThread({ name: 'mail store maintenance', entry: ENTRY });

  async run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    // There is nothing to be closed where nothing was started.
    if (name === 'closeAccount' && !this.#thread.isStarted) return undefined as TaskResult<Name>;
    return (await this.#thread.run(name, input)) as TaskResult<Name>;
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
