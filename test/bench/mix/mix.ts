import { join } from 'node:path';
import { ClientProcess } from '../client/client-process.ts';
import { median } from '../measure.ts';
import { aligned } from '../report.ts';
import { type Contestant, PASSWORD } from '../servers/server.ts';

const SESSIONS = 50;
/** Messages in each mailbox when a round begins; as many come as go. */
const MESSAGES = 200;
const ROUNDS = 3;
/** Milliseconds: not counted at first, then counted. */
const WARM_UP = 3_000;
const DURATION = 10_000;

export interface MixPlan {
  readonly contestants: readonly Contestant[];
  readonly dir: string;
  readonly progress: (line: string) => void;
}

/** What the client process is told. */
export interface MixOrder {
  readonly port: number;
  readonly password: string;
  readonly users: readonly string[];
  readonly messages: number;
  /** Of what the sessions do, the same for every server. */
  readonly seed: number;
  readonly warmUp: number;
  readonly duration: number;
}

/**
 * Sessions that stay logged in, each in a mailbox of its own, read, mark, append and expunge; what each believes is compared
 * with every reply. The servers take turns, so that a busy hour of the machine is none's alone. Prints a table.
 */
export async function measureMix({ contestants, dir, progress }: MixPlan): Promise<void> {
  const users = Array.from({ length: SESSIONS }, (_, i) => `user${i}`);
  for (const contestant of contestants) await contestant.prepare(join(dir, contestant.name), users);
  const rates = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const contestant of contestants) {
      const rate = await oneRound(contestant, join(dir, contestant.name), users, round);
      rates.get(contestant.name)!.push(rate);
      progress(`${contestant.name}: round ${round}, ${Math.round(rate)} commands/s`);
    }
  }
  process.stdout.write(`${SESSIONS} sessions, a mailbox each, messages of 5 kB: commands a second\n`);
  const lines = contestants.map(({ name, note }) => [name, ...spread(rates.get(name)!), note]);
  process.stdout.write(`${aligned([['server', 'least', 'median', 'most', ''], ...lines]).join('\n')}\n`);
}

async function oneRound(contestant: Contestant, dir: string, users: readonly string[], seed: number): Promise<number> {
  const server = await contestant.start(dir, { style: 'installed', loginsPerUser: 0 });
  try {
    const script = join(import.meta.dirname, 'mix-process.ts');
    const times = { warmUp: WARM_UP, duration: DURATION };
    const order = { port: server.port, password: PASSWORD, users, messages: MESSAGES, seed, ...times };
    const client = new ClientProcess<MixOrder, number>(script, order);
    await client.ready;
    client.go();
    return await client.result;
  } finally {
    await server.stop();
  }
}

function spread(rates: readonly number[]): string[] {
  return [Math.min(...rates), median(rates), Math.max(...rates)].map((rate) => String(Math.round(rate)));
}
