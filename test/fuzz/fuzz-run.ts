import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoted, RawImap } from '../support/raw-imap.ts';
import { addUser, runMailroom, ServerProcess } from '../support/server-process.ts';
import { Bystander } from './bystander.ts';
import { misbehaviour } from './oracle.ts';
import { type Played, play } from './play.ts';
import { FUZZ_PASSWORD, FUZZ_USER } from './seeds.ts';
import { planSession, type SessionPlan } from './session-plan.ts';

export interface FuzzPlan {
  readonly seed: number;
  /** The first session's number. */
  readonly from: number;
  /** Whether there is to be a session of this number. */
  readonly more: (number: number) => boolean;
  readonly dataDir: string;
  readonly progress: (line: string) => void;
}

export interface FuzzResult {
  readonly sessions: number;
  /** Sessions whose prefix (LOGIN, SELECT) was answered OK, of those that have one: without them little was tried. */
  readonly reached: number;
  readonly withPrefix: number;
  /** Milliseconds of the bystander's slowest round. */
  readonly slowest: number;
  /** kB of resident memory: after the first sessions, and at its most. */
  readonly memory: { readonly early: number; readonly most: number };
  readonly failures: readonly string[];
}

/** Sessions at one time: two may meet in one mailbox. */
const ABREAST = 3;
/** Between two clean-ups, so that the account that is fuzzed does not grow until it is all that takes time. */
const BATCH = 150;
/** kB by which resident memory may exceed what it was early: buffers of what may be in flight, and garbage. */
const GROWTH = 600_000;
/** MB; what is kept in the JavaScript heap by mistake ends the process, and so the run. */
const HEAP = 384;
const MOST_FAILURES = 20;

/** Plays mutated sessions and watches the server, a bystander and every reply. */
export async function runFuzz(plan: FuzzPlan): Promise<FuzzResult> {
  for (const [user, password] of [
    [FUZZ_USER, FUZZ_PASSWORD],
    ['calm', FUZZ_PASSWORD],
  ] as const)
    await addUser(plan.dataDir, user, password);
  const server = await ServerProcess.start({ dataDir: plan.dataDir, nodeArgs: [`--max-old-space-size=${HEAP}`] });
  const bystander = await Bystander.start(server.imapPort, 'calm', FUZZ_PASSWORD);
  const run = new FuzzRun(plan, server);
  const watching = bystander.run().catch((error: Error) => run.fail(`bystander: ${error.message}`));
  await run.batches();
  bystander.stop();
  await watching;
  if (server.running) await server.stop().catch((error: Error) => run.fail(error.message));
  const check = await runMailroom(['check', '--data', plan.dataDir]);
  if (check.code !== 0) run.fail(`mailroom check ended with ${check.code}: ${check.stdout}${check.stderr}`);
  return { ...run.result, slowest: bystander.slowest };
}

class FuzzRun {
  readonly #plan: FuzzPlan;
  readonly #server: ServerProcess;
  readonly #failures: string[] = [];
  readonly #seen = new Set<string>();
  readonly #current = new Set<number>();
  #next: number;
  #withPrefix = 0;
  #reached = 0;
  #earlyMemory = 0;
  #mostMemory = 0;

  constructor(plan: FuzzPlan, server: ServerProcess) {
    this.#plan = plan;
    this.#server = server;
    this.#next = plan.from;
  }

  get result(): Omit<FuzzResult, 'slowest'> {
    return {
      sessions: this.#next - this.#plan.from,
      reached: this.#reached,
      withPrefix: this.#withPrefix,
      memory: { early: this.#earlyMemory, most: this.#mostMemory },
      failures: this.#failures,
    };
  }

  /** Notes a failure, each kind once. */
  fail(text: string): void {
    const kind = text.replace(/\d+|"[^"]*"|<[^>]*>/g, '#').slice(0, 160);
    if (this.#seen.has(kind)) return;
    this.#seen.add(kind);
    this.#failures.push(text);
    this.#plan.progress(`FAILED ${text}`);
  }

  async batches(): Promise<void> {
    while (this.#goesOn() && this.#plan.more(this.#next)) {
      await this.#cleanUp();
      const end = this.#next + BATCH;
      await Promise.all(Array.from({ length: ABREAST }, () => this.#lane(end)));
      await this.#lookAtMemory();
      this.#plan.progress(`${this.#next} sessions, ${this.#mostMemory} kB, ${this.#failures.length} failures`);
    }
    if (!this.#server.running) this.fail(`the server died: ${this.#server.output.slice(-3_000)}`);
  }

  #goesOn(): boolean {
    return this.#server.running && this.#failures.length < MOST_FAILURES;
  }

  async #lane(end: number): Promise<void> {
    while (this.#next < end && this.#goesOn() && this.#plan.more(this.#next)) {
      const number = this.#next++;
      this.#current.add(number);
      await this.#session(number);
      this.#current.delete(number);
    }
  }

  async #session(number: number): Promise<void> {
    const session = planSession(this.#plan.seed, number);
    const { imapPort, imapsPort } = this.#server;
    try {
      const played = await play(session, { imap: imapPort, imaps: imapsPort });
      this.#count(session, played);
      for (const wrong of misbehaviour(session, played)) await this.#failed(number, session, wrong);
    } catch (error) {
      if (this.#server.running) await this.#failed(number, session, `no connection: ${(error as Error).message}`);
    }
    if (!this.#server.running)
      await this.#failed(number, session, `the server died with sessions ${[...this.#current].join(', ')}`);
  }

  #count(session: SessionPlan, { responses }: Played): void {
    if (session.prefix.length === 0 || !session.reads || session.ending === 'break') return;
    this.#withPrefix++;
    if (responses.some((response) => response.startsWith('pre1 OK'))) this.#reached++;
  }

  async #failed(number: number, session: SessionPlan, what: string): Promise<void> {
    const file = join(tmpdir(), `mailroom-fuzz-${this.#plan.seed}-${number}.bin`);
    await writeFile(file, Buffer.concat([session.prefix, ...session.chunks]));
    const again = `npm run test:fuzz -- --seed ${this.#plan.seed} --session ${number}`;
    this.fail(
      `${what} (session ${number} "${session.name}", ${session.transport}; octets in ${file}; again: ${again})`,
    );
  }

  /** Removes what the sessions left in their account and puts some mail there. */
  async #cleanUp(): Promise<void> {
    try {
      const client = await RawImap.connect({ port: this.#server.imapPort, literals: 'plus', timeout: 60_000 });
      await client.login(FUZZ_USER, FUZZ_PASSWORD);
      await removeMailboxes(client);
      await client.ok('SELECT INBOX');
      await client.command('STORE 1:* +FLAGS.SILENT (\\Deleted)');
      await client.ok('EXPUNGE');
      for (let i = 0; i < 5; i++) await client.append('INBOX', Buffer.from(`Subject: mail ${i}\r\n\r\ntext ${i}\r\n`));
      await client.logout();
    } catch (error) {
      this.fail(`clean-up before session ${this.#next}: ${(error as Error).message}`);
    }
  }

  async #lookAtMemory(): Promise<void> {
    const status = await readFile(`/proc/${this.#server.pid}/status`, 'latin1').catch(() => '');
    const resident = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    if (this.#earlyMemory === 0) this.#earlyMemory = resident;
    this.#mostMemory = Math.max(this.#mostMemory, resident);
    if (resident > this.#earlyMemory + GROWTH) this.fail(`memory grew from ${this.#earlyMemory} to ${resident} kB`);
  }
}

/** Deepest first. Names that cannot be said back are left. */
async function removeMailboxes(client: RawImap): Promise<void> {
  const { untagged } = await client.ok('LIST "" "*"');
  const names = untagged.flatMap(
    (line) => /^\* LIST \([^)]*\) "\/" (?:"((?:[^"\\]|\\.)*)"|([^"{]\S*))$/.exec(line)?.slice(1, 3).find(Boolean) ?? [],
  );
  for (const name of names.filter((each) => each !== 'INBOX').reverse())
    await client.command(`DELETE ${quoted(name.replace(/\\(.)/g, '$1'))}`);
}
