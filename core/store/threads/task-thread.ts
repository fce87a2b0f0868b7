import { Worker } from 'node:worker_threads';
import { storeLimits } from '../../base/limits.ts';
import { NO_MORE, type TaskReply, type TaskRequest } from './task-messages.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface TaskThreadOptions {
  /** For people who look at the process. */
  readonly name: string;
  /** The thread's program; it calls serveTasks(). */
  readonly entry: URL;
  /** MiB of JavaScript heap after which the thread ends; as Node.js has it unless said otherwise. */
  readonly heap?: number;
  /** The thread has died; what it was asked is rejected after this returns. */
  readonly onDeath?: (error: Error) => void;
  /** Milliseconds without a task after which the thread ends; storeLimits.threadIdle unless said otherwise. */
  readonly idle?: number;
}

/** A thread ended before a task was done. */
export class ThreadDied extends Error {
  override readonly name = 'ThreadDied';
  /** It was at this very task: the task may be why. */
  readonly ofIt: boolean;

  constructor(cause: Error, ofIt: boolean) {
    super(cause.message, { cause });
    this.ofIt = ofIt;
  }
}

/**
 * A worker thread that does tasks one by one. It is started when first needed, ended when nothing was asked of it for a
 * while, started again by the next task, also when it died, and never keeps the process alive while it has nothing to do.
 */
export class TaskThread {
  readonly #options: TaskThreadOptions;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;
  /** The end of a thread that had nothing to do. Never rejects. */
  #retired: Promise<void> | undefined;
  #closed = false;

  constructor(options: TaskThreadOptions) {
    this.#options = options;
  }

  get isStarted(): boolean {
    return this.#worker !== undefined;
  }

  /** Starts the thread ahead of the first task. */
  start(): void {
    this.#running().unref();
  }

  /**
   * Resolves with the result of the task. Rejects with what it threw, with ThreadDied when the thread dies and with an
   * Error when it is closed.
   */
  run(name: string, input: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const worker = this.#running();
      clearTimeout(this.#idle);
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, name, input } satisfies TaskRequest);
    });
  }

  /** What was asked before is done first; what is not done in the time of storeLimits.threadEnd rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker) await endInOrder(worker);
    await this.#retired;
    this.#rejectAll(() => new Error(`The ${this.#options.name} thread was closed`));
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const { name, entry, heap } = this.#options;
    if (this.#closed) throw new Error(`The ${name} thread is closed`);
    const resourceLimits = {
      maxYoungGenerationSizeMb: storeLimits.threadYoungHeap,
      ...(heap !== undefined && { maxOldGenerationSizeMb: heap }),
    };
    const worker = new Worker(entry, { name, resourceLimits });
    worker.on('message', (reply: TaskReply) => this.#settle(reply));
    worker.on('error', (error) => this.#died(worker, error));
    worker.on('exit', () => this.#died(worker, new Error(`The ${name} thread ended`)));
    this.#worker = worker;
    return worker;
  }

  #settle(reply: TaskReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(reply.error);
    if (this.#waiting.size > 0) return;
    this.#worker?.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#retire(), this.#options.idle ?? storeLimits.threadIdle).unref();
  }

  /** A thread has a heap of its own, of some dozens of megabytes: whoever has nothing to do gives it back. */
  #retire(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker !== undefined) this.#retired = Promise.all([this.#retired, endInOrder(worker)]).then(() => undefined);
  }

  #died(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#options.onDeath?.(error);
    // Tasks are done one by one, in the order in which they were asked.
    let ofIt = true;
    this.#rejectAll(() => {
      const died = new ThreadDied(error, ofIt);
      ofIt = false;
      return died;
    });
  }

  #rejectAll(reason: () => Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(reason());
    this.#waiting.clear();
  }
}

/**
 * Lets a thread end by itself, between two tasks: one that is stopped in the middle of its work with a database may take the
 * whole process with it. One that does not end in time is stopped all the same.
 */
async function endInOrder(worker: Worker): Promise<void> {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  worker.once('exit', () => resolve());
  worker.ref();
  worker.postMessage(NO_MORE);
  const timer = setTimeout(() => void worker.terminate(), storeLimits.threadEnd);
  await ended;
  clearTimeout(timer);
}
