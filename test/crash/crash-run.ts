import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../support/random.ts';
import { addUser, runMailroom, ServerProcess } from '../support/server-process.ts';
import { ConnectionFailed } from '../support/waiter.ts';
import { Account } from './account.ts';
import { holdSomeFiles } from './holding.ts';

export interface CrashPlan {
  readonly seed: number;
  readonly rounds: number;
  /** `mailroom check` reads everything and needs the server to be down: after every so-manieth round, and the last. */
  readonly checkEvery: number;
  /** In every so-manieth round another program has files open, as only Windows lets it; 0 for never. */
  readonly holdEvery: number;
  readonly dataDir: string;
  /** The script that is the command. */
  readonly program: string;
  readonly progress: (line: string) => void;
}

const PASSWORD = 'a-secret-of-the-crash-test';
const WRITERS = 3;

/**
 * Lets writers work on a server, ends it in the middle of things, starts it again and compares, round after round on the
 * same data. Stops at the first round in which anything is wrong, and tells what.
 */
export async function runCrashes(plan: CrashPlan): Promise<string[]> {
  const random = new Random(plan.seed);
  const accounts = ['ann', 'ben'].map((user) => new Account(user, PASSWORD, WRITERS, random.fork()));
  for (const { user } of accounts) await addUser(plan.dataDir, user, PASSWORD, plan.program);
  const run = new CrashRun(plan, accounts);
  try {
    await run.setUp();
    for (let round = 1; round <= plan.rounds; round++) {
      const wrong = await run.round(round, random.fork()).catch((error: Error) => [error.stack ?? error.message]);
      if (wrong.length > 0) return wrong.map((text) => `round ${round}, seed ${plan.seed}: ${text}`);
    }
    return [];
  } finally {
    await run.tearDown();
  }
}

/** How a round ends, and how often. */
const ENDS = [
  ['busy', 60], // killed while everybody writes
  ['quiet', 12], // everybody has had their OK; the server does what it does in peace
  ['recovering', 10], // killed while busy, and again while it starts
  ['compacting', 10], // killed while busy, then while the space of expunged messages is given back
  ['asked', 8], // told to stop while everybody writes: what was promised must be there then, too
] as const;
type End = (typeof ENDS)[number][0];

class CrashRun {
  readonly #plan: CrashPlan;
  readonly #accounts: readonly Account[];
  #server: ServerProcess | undefined;
  /** How long the last start took, in milliseconds: what is killed on its way is killed in this time. */
  #startTime = 700;

  constructor(plan: CrashPlan, accounts: readonly Account[]) {
    this.#plan = plan;
    this.#accounts = accounts;
  }

  async setUp(): Promise<void> {
    const server = await this.#start();
    for (const account of this.#accounts) await account.setUp(server.imapPort);
  }

  async tearDown(): Promise<void> {
    if (this.#server?.running) await this.#server.kill();
  }

  /** Work, end, start, compare. Returns what is wrong. */
  async round(number: number, random: Random): Promise<string[]> {
    const end = random.weighted(ENDS);
    const doneBefore = total(this.#accounts, 'operationsDone');
    const holds = this.#plan.holdEvery > 0 && number % this.#plan.holdEvery === 0;
    const hold = async () => (holds ? await holdSomeFiles(this.#plan.dataDir, random) : []);
    const held = await hold();
    const wrong = await workAndEnd(this.#server!, end, this.#accounts, random);
    const pending = total(this.#accounts, 'operationsPending');
    held.push(...(await hold()));
    if (end === 'recovering') await this.#killWhileStarting(random);
    if (end === 'compacting') wrong.push(...(await this.#killWhileCompacting(random)));
    const server = await this.#start();
    for (const account of this.#accounts) wrong.push(...(await account.verify(server.imapPort)));
    if (number % this.#plan.checkEvery === 0 || number === this.#plan.rounds) wrong.push(...(await this.#check()));
    const done = total(this.#accounts, 'operationsDone') - doneBefore;
    const counts = `${done} operations answered OK, ${pending} under way, ${held.length} files held, ${wrong.length} wrong`;
    this.#plan.progress(`round ${number}: ${end}, ${counts}`);
    return wrong;
  }

  async #start(): Promise<ServerProcess> {
    const { dataDir, program } = this.#plan;
    const began = performance.now();
    this.#server = await ServerProcess.start({ dataDir, program, timeout: 60_000 });
    this.#startTime = performance.now() - began;
    return this.#server;
  }

  async #check(): Promise<string[]> {
    await this.#server!.stop();
    const { dataDir, program } = this.#plan;
    const check = await runMailroom(['check', '--data', dataDir], '', { program });
    await this.#start();
    return check.code === 0 ? [] : [`mailroom check ended with ${check.code}: ${check.stdout}${check.stderr}`];
  }

  /** Recovery must bear being killed, too. */
  async #killWhileStarting(random: Random): Promise<void> {
    const killAfter = Math.round((this.#startTime * random.between(7, 100)) / 100);
    const starting = ServerProcess.start({ dataDir: this.#plan.dataDir, program: this.#plan.program, killAfter });
    const server = await starting.catch(() => undefined); // most are killed before they are ready
    await server?.ended;
  }

  /** The background does the same, but half a minute after the last expunge; nobody wants to wait for that here. */
  async #killWhileCompacting(random: Random): Promise<string[]> {
    const { dataDir, program } = this.#plan;
    const killAfter = Math.round((this.#startTime * random.between(40, 200)) / 100);
    const result = await runMailroom(['compact', '--data', dataDir], '', { killAfter, program });
    return result.code > 0 ? [`mailroom compact ended with ${result.code}: ${result.stdout}${result.stderr}`] : [];
  }
}

async function workAndEnd(
  server: ServerProcess,
  end: End,
  accounts: readonly Account[],
  random: Random,
): Promise<string[]> {
  const wrong: string[] = [];
  let ending = false;
  const workers = accounts.flatMap((account) => account.work(server.imapPort));
  const watched = workers.map((worker) =>
    worker.catch((error: Error) => {
      if (!(ending && error instanceof ConnectionFailed)) wrong.push(error.stack ?? error.message);
    }),
  );
  if (random.chance(0.9)) await untilAtWork(accounts); // else: killed among the logins
  await sleep(random.chance(0.2) ? random.between(0, 40) : random.between(40, 900));
  if (end === 'quiet') {
    for (const account of accounts) account.stop();
    await Promise.all(watched);
    await sleep(random.between(0, 600));
  }
  ending = true;
  if (end === 'asked') await server.stop();
  else await server.kill();
  await Promise.all(watched);
  return wrong;
}

/** Until the first operation of this round is answered; logins take their time. */
async function untilAtWork(accounts: readonly Account[]): Promise<void> {
  const before = total(accounts, 'operationsDone');
  for (let tries = 0; tries < 1_000 && total(accounts, 'operationsDone') === before; tries++) await sleep(5);
}

function total(accounts: readonly Account[], what: 'operationsDone' | 'operationsPending'): number {
  return accounts.reduce((sum, account) => sum + account[what], 0);
}
