import { extname } from 'node:path';
import { searchLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import { TaskThread } from '../threads/task-thread.ts';
import type { SearchRunner, TaskInput, TaskName, TaskResult } from './search-tasks.ts';

export interface SearchThreadOptions {
  readonly logger: Logger;
  /** The thread's program; for tests of its death. */
  readonly entry?: URL;
  /** Milliseconds before a thread that died is started anew, doubled each time it happens again. */
  readonly restartAfter?: number;
}

/** `.ts` as it is developed, `.js` when compiled. */
const ENTRY = new URL(`./search.worker${extname(import.meta.url)}`, import.meta.url);

/**
 * A thread for searching and indexing, of its own: what the maintenance thread does may wait for the disk, a search must
 * not. When it dies, what it was asked is answered by scanning, and it is started anew after a while.
 */
export class SearchThread implements SearchRunner {
  readonly #thread: TaskThread;
  readonly #logger: Logger;
  #notBefore = 0;
  #pause: number;

  constructor({ logger, entry = ENTRY, restartAfter = searchLimits.restartAfter }: SearchThreadOptions) {
    this.#logger = logger;
    this.#pause = restartAfter;
    this.#thread = new TaskThread({
      name: 'mail search',
      entry,
      // A message that needs more ends the thread, not the process.
      heap: searchLimits.heap,
      onDeath: (error) => this.#died(error),
    });
  }

  /** Starts the thread ahead of the first task: loading its program takes longer than most searches. */
  start(): this {
    this.#thread.start();
    return this;
  }

  async run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    // There is nothing to be closed where nothing was started.
    if (name === 'close' && !this.#thread.isStarted) return undefined as TaskResult<Name>;
    if (!this.#thread.isStarted && performance.now() < this.#notBefore) {
      throw new Error('The search thread died and is not started anew yet');
    }
    return (await this.#thread.run(name, input)) as TaskResult<Name>;
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  #died(error: Error): void {
    this.#notBefore = performance.now() + this.#pause;
    this.#logger.error({ err: error, retryAfter: this.#pause }, 'The search thread died; searches scan meanwhile');
    this.#pause = Math.min(this.#pause * 2, searchLimits.restartAtLast);
  }
}
