import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Maintenance } from './maintenance.ts';
import type { TaskInput, TaskName, TaskReply, TaskRequest, TaskResult } from './tasks.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One thread for all that would hold up the event loop: checkpoints, summaries, compaction. It is started when first
 * needed, works task by task, and is started anew when it died. Nothing that was promised depends on it.
 */
export class MaintenanceThread implements Maintenance {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    // There is nothing to be closed where nothing was started.
    if (name === 'closeAccount' && !this.#worker) return Promise.resolve() as Promise<TaskResult<Name>>;
    return new Promise<TaskResult<Name>>((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve: (value) => resolve(value as TaskResult<Name>), reject });
      const worker = this.#running();
      worker.ref();
      worker.postMessage({ id, name, input } satisfies TaskRequest);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    // `.ts` as it is developed, `.js` when compiled.
    const entry = new URL(`./maintenance.worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(entry, { name: 'mail store maintenance' });
    worker.on('message', (reply: TaskReply) => this.#settle(reply));
    worker.on('error', (error) => this.#died(worker, error));
    worker.on('exit', () => this.#died(worker, new Error('The maintenance thread of the mail store ended')));
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
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
