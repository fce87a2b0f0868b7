import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MailGenerator } from '../support/mail-generator.ts';
import { Bench } from './bench.ts';
import { ClientProcess } from './client/client-process.ts';
import type { CommandsOrder } from './client/commands-process.ts';
import type { FastImap } from './client/fast-imap.ts';
import { noopsUntil } from './large.ts';
import { median, percentile, timed } from './measure.ts';
import { memoryOfTree } from './processes.ts';
import { RARE_WORD } from './rows/search-rows.ts';
import { mailroom } from './servers/mailroom.ts';
import { PASSWORD, USERS } from './servers/server.ts';

const MILLION = 1_000_000;
/** Messages that are appended; copies of them in the same mailbox make up the rest. */
const DISTINCT = 100_000;
/** Messages made and appended at once: all of them together are more than this process should hold. */
const AT_ONCE = 10_000;

/** What an office would not forgive: milliseconds, and MB of the server's own memory. */
const WANTED = { select: 200, noop: 20, memory: 600 } as const;

const SEARCHES = [
  'SEARCH UNSEEN FLAGGED',
  'SEARCH SINCE 1-Jan-2031',
  'SEARCH FROM nobodyofthatname',
  'SEARCH SUBJECT nothingofthatkind',
  `SEARCH BODY ${RARE_WORD.word}`,
  'SEARCH TEXT nothingofthatkind',
  'SEARCH RETURN (MIN MAX COUNT) ALL',
] as const;

export interface MillionPlan {
  readonly dir: string;
  readonly progress: (line: string) => void;
}

/** Mailroom with a million messages in one mailbox: how it opens, what others feel of searches in it, what it takes. Prints a table. */
export async function measureMillion({ dir, progress }: MillionPlan): Promise<void> {
  const bench = new Bench(mailroom, join(dir, 'mailroom'), []);
  try {
    await bench.setUp([]);
    await fill(bench, progress);
    show('SELECT, first after start', await selectsAfterStart(bench), WANTED.select);
    const client = await bench.connect(USERS[1]);
    await client.command('SELECT INBOX');
    show("another user's NOOP, at rest", await noopsUntil(client, sleep(3_000)), WANTED.noop);
    for (const command of SEARCHES) await searched(bench, client, command);
    const memory = (await memoryOfTree(bench.server.rootPid)) / 1_000;
    process.stdout.write(`  memory of the server ${Math.round(memory)} MB${verdict(memory, WANTED.memory)}\n`);
  } finally {
    await bench.stop();
  }
}

async function fill(bench: Bench, progress: MillionPlan['progress']): Promise<void> {
  const generator = new MailGenerator({ rareWord: RARE_WORD });
  for (let made = 0; made < DISTINCT; made += AT_ONCE) {
    progress(`mailroom: ${made} of ${DISTINCT} messages appended`);
    await bench.append('INBOX', generator.take(AT_ONCE));
  }
  const client = await bench.select();
  for (let count = DISTINCT; count < MILLION; count += DISTINCT) {
    progress(`mailroom: ${count} of ${MILLION} messages copied`);
    await client.command(`COPY 1:${DISTINCT} INBOX`);
  }
  await client.close();
}

async function selectsAfterStart(bench: Bench): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    await bench.restart();
    const client = await bench.connect();
    times.push(await timed(() => client.command('SELECT INBOX')));
  }
  return times;
}

/** A search three times over by the owner of the million, and what the other user feels of it meanwhile. */
async function searched(bench: Bench, other: FastImap, command: string): Promise<void> {
  const order = { port: bench.server.port, user: USERS[0], password: PASSWORD, mailbox: 'INBOX' };
  const script = join(import.meta.dirname, 'client/commands-process.ts');
  const searcher = new ClientProcess<CommandsOrder, number[]>(script, {
    ...order,
    commands: [command, command, command],
  });
  await searcher.ready;
  searcher.go();
  const noops = await noopsUntil(other, searcher.result);
  const times = await searcher.result;
  process.stdout.write(`  ${command}: ${times.map((time) => time.toFixed(0)).join(' / ')} ms\n`);
  show("  another user's NOOP", noops, WANTED.noop);
}

/** The 99th percentile is what is held against the wish: of three measurements it is the longest. */
function show(title: string, times: readonly number[], wanted: number): void {
  const high = percentile(times, 0.99);
  const numbers = `median ${median(times).toFixed(2)}, 99th percentile ${high.toFixed(2)}, longest ${Math.max(...times).toFixed(2)} ms (${times.length})`;
  process.stdout.write(`  ${title}: ${numbers}${verdict(high, wanted)}\n`);
}

function verdict(value: number, wanted: number): string {
  return value <= wanted ? '' : `  MORE THAN ${wanted}`;
}
