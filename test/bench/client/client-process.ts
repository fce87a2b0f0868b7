import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';

/** Room (MiB) for what a client makes in some seconds: while it collected garbage, it would send nothing, then all at once. */
const ROOM = ['--min-semi-space-size=64', '--max-semi-space-size=64'] as const;

/** Clients in a process of their own, so that the server and who measures it do not share a thread. */
export class ClientProcess<Order extends object, Result> {
  /** It has its order and has prepared. */
  readonly ready: Promise<void>;
  readonly result: Promise<Result>;
  readonly #child;

  /** @param script a module that calls `fulfilOrder` */
  constructor(script: string, order: Order) {
    this.#child = fork(script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [...ROOM] });
    this.#child.send(order);
    const ended = new Promise<never>((_, reject) => {
      this.#child.once('exit', (code) => reject(new Error(`a client process ended (${code}) before it had measured`)));
    });
    ended.catch(() => {}); // an exit after the result is as it should be
    const message = () => new Promise<unknown>((resolve) => this.#child.once('message', resolve));
    this.ready = Promise.race([message(), ended]).then(() => {});
    this.result = this.ready.then(() => Promise.race([message(), ended])) as Promise<Result>;
    this.result.catch(() => {}); // whoever wants the result is told
  }

  /** Lets it go on: after `ready`, and once more if its work runs until it is told to stop. */
  go(): void {
    this.#child.send('go');
  }

  /** @param nice as in os.setPriority. False where that is not allowed. */
  prioritize(nice: number): boolean {
    try {
      setPriority(this.#child.pid!, nice);
      return true;
    } catch {
      return false;
    }
  }

  /** For when something went wrong elsewhere. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

/**
 * The other side, in the process itself: gets the order, does the work, tells its result, ends.
 * @param work calls `go` once when it is prepared, and waits for it; a second call waits for the second word.
 */
export async function fulfilOrder<Order, Result>(
  work: (order: Order, go: () => Promise<unknown>) => Promise<Result>,
): Promise<void> {
  process.once('disconnect', () => process.exit(1)); // nobody is left who wants the result
  const [order] = (await once(process, 'message')) as [Order];
  let prepared = false;
  const result = await work(order, () => {
    const word = once(process, 'message');
    if (!prepared) process.send!('ready');
    prepared = true;
    return word;
  });
  await new Promise((resolve) => process.send!(result, resolve));
  process.exit(0);
}
