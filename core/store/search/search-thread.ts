import { extname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Refused } from '../../base/errors.ts';
import { searchLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import { TaskThread, ThreadDied } from '../threads/task-thread.ts';
import type { SearchRunner, TaskInput, TaskName, TaskResult } from './search-tasks.ts';

export interface SearchThreadOptions {
  readonly logger: Logger;
  /** The thread's program; for tests of its death. */
  readonly entry?: URL;
  /** Milliseconds before a thread that died is started again, doubled each time it happens again. */
  readonly restartAfter?: number;
}

/** `.ts` as it is developed, `.js` when compiled. */
const ENTRY = new URL(`./search.worker${extname(import.meta.url)}`, import.meta.url);

/**
 * A thread for searching and indexing, of its own: what the maintenance thread does may wait for the disk, a search must
 * not. When it dies it is started again after a while, and does what it had not begun yet.
 */
export class SearchThread implements SearchRunner {
  readonly #thread: TaskThread;
  readonly #logger: Logger;
  readonly #restartAfter: number;
  #notBefore = 0;
  #lastDeath = Number.NEGATIVE_INFINITY;
  #pause: number;

  constructor({ logger, entry = ENTRY, restartAfter = searchLimits.restartAfter }: SearchThreadOptions) {
    this.#logger = logger;
    this.#restartAfter = this.#pause = restartAfter;
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

  /** @throws ThreadDied when the thread died of the task; Refused UNAVAILABLE when it is not to be started again so soon */
  async run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    for (;;) {
      // There is nothing to be closed where nothing was started.
      if (name === 'close' && !this.#thread.isStarted) return undefined as TaskResult<Name>;
      await this.#untilMayStart();
      try {
        return (await this.#thread.run(name, input)) as TaskResult<Name>;
      } catch (error) {
        if (!(error instanceof ThreadDied) || error.ofIt) throw error;
      }
    }
  }

  async #untilMayStart(): Promise<void> {
    while (!this.#thread.isStarted) {
      const wait = this.#notBefore - performance.now();
      if (wait <= 0) return;
      if (wait > searchLimits.waitedFor) {
        throw new Refused('UNAVAILABLE', 'Messages cannot be searched at the moment; try again in some minutes');
      }
      await pause(wait, undefined, { ref: false });
    }
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  #died(error: Error): void {
    const now = performance.now();
    if (now - this.#lastDeath > searchLimits.restartAtLast) this.#pause = this.#restartAfter;
    this.#lastDeath = now;
    this.#notBefore = now + this.#pause;
    this.#logger.error(
      { err: error, retryAfter: this.#pause },
      'The search thread died; searches wait until it is back',
    );
    this.#pause = Math.min(this.#pause * 2, searchLimits.restartAtLast);
  }
}
