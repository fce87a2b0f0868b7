import { fork } from 'node:child_process';
import { join } from 'node:path';

/** Many connections at once that do the same thing over and over, from client processes of their own. */
export interface Storm {
  readonly kind: 'noop' | 'login';
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Over all client processes. */
  readonly connections: number;
  readonly processes: number;
  /** Milliseconds: not counted at first, then counted. */
  readonly warmUp: number;
  readonly duration: number;
}

/** What one client process is told. */
export type StormOrder = Omit<Storm, 'processes'>;

/** Runs a storm; returns rounds per second over all connections. */
export async function runStorm(storm: Storm): Promise<number> {
  const shares = shared(storm.connections, storm.processes);
  const clients = shares.map((connections) => new StormProcess({ ...storm, connections }));
  await Promise.all(clients.map((client) => client.ready));
  for (const client of clients) client.go();
  const rates = await Promise.all(clients.map((client) => client.rate));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

class StormProcess {
  readonly ready: Promise<void>;
  /** Rounds per second. */
  readonly rate: Promise<number>;
  readonly #child;

  constructor(order: StormOrder) {
    this.#child = fork(join(import.meta.dirname, 'storm-process.ts'), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.send(order);
    const ended = new Promise<never>((_, reject) => {
      this.#child.once('exit', (code) => reject(new Error(`a client process ended (${code}) before it had measured`)));
    });
    ended.catch(() => {}); // an exit after the result is as it should be
    const message = () => new Promise<unknown>((resolve) => this.#child.once('message', resolve));
    this.ready = Promise.race([message(), ended]).then(() => {});
    this.rate = this.ready.then(() => Promise.race([message(), ended])).then(Number);
  }

  go(): void {
    this.#child.send('go');
  }
}

function shared(count: number, among: number): number[] {
  return Array.from({ length: among }, (_, i) => Math.floor((count + i) / among));
}
