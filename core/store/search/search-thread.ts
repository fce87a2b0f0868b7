import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { searchLimits } from '../../base/limits.ts';
import type { Logger } from '../../base/logger.ts';
import type { SearchRunner, TaskInput, TaskName, TaskReply, TaskRequest, TaskResult } from './search-tasks.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

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
  readonly #options: SearchThreadOptions;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #notBefore = 0;
  #pause: number;
  #closed = false;

  constructor(options: SearchThreadOptions) {
    this.#options = options;
    this.#pause = options.restartAfter ?? searchLimits.restartAfter;
  }

  /** Starts the thread ahead of the first task: loading its program takes longer than most searches. */
  start(): this {
    this.#running().unref();
    return this;
  }

  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    return new Promise<TaskResult<Name>>((resolve, reject) => {
      // There is nothing to be closed where nothing was started.
      if (name === 'close' && !this.#worker) return resolve(undefined as TaskResult<Name>);
      const worker = this.#running();
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve: (value) => resolve(value as TaskResult<Name>), reject });
      worker.ref();
      worker.postMessage({ id, name, input } satisfies TaskRequest);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#rejectAll(new Error('The search thread was closed'));
  }

  /** @throws Error when it died a moment ago. */
  #running(): Worker {
    if (this.#worker) return this.#worker;
    if (this.#closed) throw new Error('The search thread is closed');
    if (performance.now() < this.#notBefore) throw new Error('The search thread died and is not started anew yet');
    const worker = new Worker(this.#options.entry ?? ENTRY, {
      name: 'mail search',
      // A message that needs more ends the thread, not the process.
      resourceLimits: { maxOldGenerationSizeMb: searchLimits.heap },
    });
    worker.on('message', (reply: TaskReply) => this.#settle(reply));
    worker.on('error', (error) => this.#died(worker, error));
    worker.on('exit', () => this.#died(worker, new Error('The search thread ended')));
    this.#worker = worker;
    return worker;
  }

  #settle(reply: TaskReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(reply.error);
    // An idle thread does not keep the process alive.
    if (this.#waiting.size === 0) this.#worker?.unref();
  }

  #died(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#notBefore = performance.now() + this.#pause;
    this.#options.logger.error({ error, retryAfter: this.#pause }, 'The search thread died; searches scan meanwhile');
    this.#pause = Math.min(this.#pause * 2, searchLimits.restartAtLast);
    this.#rejectAll(error);
  }

  #rejectAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
