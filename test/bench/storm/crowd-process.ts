import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fulfilOrder } from '../client/client-process.ts';
import { FastImap, NotOk } from '../client/fast-imap.ts';
import type { CrowdOrder, Wave } from './crowd.ts';
import { machineTime } from './machine-time.ts';

/** So long a client of the storm waits for anything at all. The mail clients this stands for give up sooner. */
const PATIENCE = 60_000;

/** The octets of a greeting or of LOGIN's reply fit in. */
const BUFFER = 4 * 1024;

interface Guest {
  readonly client: FastImap | undefined;
  readonly outcome: 'in' | 'refused' | 'failed';
  readonly reason: string;
  /** From the beginning of its connection to the answer. */
  readonly time: number;
}

async function work(order: CrowdOrder, go: () => Promise<unknown>): Promise<Wave[]> {
  await growFileTable(order.connections);
  await go();
  const waves: Wave[] = [];
  for (let i = 0; i < order.waves; i++) waves.push(await wave(order));
  return waves;
}

/**
 * The operating system stops a process for a moment whenever its table of open files grows; what would have begun
 * meanwhile would come all at once. Once grown it stays so.
 */
async function growFileTable(count: number): Promise<void> {
  const files = await Promise.all(Array.from({ length: count }, () => open(import.meta.filename)));
  await Promise.all(files.map((file) => file.close()));
}

/** Opens all connections, waits until each is answered, cuts them all. */
async function wave(order: CrowdOrder): Promise<Wave> {
  const began = machineTime();
  const coming: Promise<Guest>[] = [];
  let lag = 0;
  for (let i = 0; i < order.connections; i++) {
    const due = began + (i * order.spread) / order.connections;
    while (machineTime() < due) await sleep(1);
    lag = Math.max(lag, machineTime() - due);
    coming.push(enter(order));
  }
  const guests = await Promise.all(coming);
  const ended = machineTime();
  await Promise.all(guests.map(({ client }) => client?.close()));
  const of = (outcome: Guest['outcome']) => guests.filter((guest) => guest.outcome === outcome);
  return {
    began,
    ended,
    lag,
    logins: of('in').map(({ time }) => time),
    refusals: of('refused').map(({ time }) => time),
    failures: of('failed').map(({ reason }) => reason),
  };
}

/** Connects and logs in. Whoever is refused stays connected until all are cut. */
async function enter({ port, user, password }: CrowdOrder): Promise<Guest> {
  const start = machineTime();
  let client: FastImap | undefined;
  try {
    client = await FastImap.connect(port, { buffer: BUFFER, patience: PATIENCE });
    await client.login(user, password);
    return { client, outcome: 'in', reason: '', time: machineTime() - start };
  } catch (problem) {
    const outcome = problem instanceof NotOk ? 'refused' : 'failed';
    return { client, outcome, reason: (problem as Error).message, time: machineTime() - start };
  }
}

await fulfilOrder(work);
