import { join } from 'node:path';
import { ClientProcess } from './client-process.ts';

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

const SCRIPT = join(import.meta.dirname, 'storm-process.ts');

/** Runs a storm; returns rounds per second over all connections. */
export async function runStorm(storm: Storm): Promise<number> {
  const shares = shared(storm.connections, storm.processes);
  const clients = shares.map((connections) => new ClientProcess<StormOrder, number>(SCRIPT, { ...storm, connections }));
  await Promise.all(clients.map((client) => client.ready));
  for (const client of clients) client.go();
  const rates = await Promise.all(clients.map((client) => client.result));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

function shared(count: number, among: number): number[] {
  return Array.from({ length: among }, (_, i) => Math.floor((count + i) / among));
}
