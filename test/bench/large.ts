import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MailGenerator } from '../support/mail-generator.ts';
import { Bench } from './bench.ts';
import { ClientProcess } from './client/client-process.ts';
import type { FastImap } from './client/fast-imap.ts';
import type { Fetched, FetchOrder } from './client/fetch-process.ts';
import { median, percentile, repeated, timed } from './measure.ts';
import { RARE_WORD } from './rows/search-rows.ts';
import { type Contestant, PASSWORD, USERS } from './servers/server.ts';

const SMALL = 10_000;
const LARGE = 100_000;

export interface LargePlan {
  readonly contestants: readonly Contestant[];
  readonly dir: string;
  readonly progress: (line: string) => void;
}

/** How much slower things get in a mailbox ten times as large, and what another user feels of it. Prints tables. */
export async function measureLarge({ contestants, dir, progress }: LargePlan): Promise<void> {
  progress(`making ${LARGE} messages`);
  const mails = new MailGenerator({ rareWord: RARE_WORD }).take(LARGE);
  for (const contestant of contestants) {
    const bench = new Bench(contestant, join(dir, contestant.name), mails.slice(0, SMALL));
    try {
      progress(`${contestant.name}: filling`);
      await bench.setUp(['Small']);
      await bench.fill('Large', mails);
      await bench.settled();
      process.stdout.write(`${contestant.name}: ${SMALL} and ${LARGE} messages in a mailbox (ms)\n`);
      await growth(bench);
      await felt(bench);
    } finally {
      await bench.stop();
    }
  }
}

/** Prints the times in both mailboxes and the factor between them; 10 is linear. */
async function growth(bench: Bench): Promise<void> {
  for (const [name, work, times] of works) {
    const both: number[] = [];
    for (const mailbox of ['Small', 'Large']) both.push(median(await work(bench, mailbox, times)));
    const [small, large] = both as [number, number];
    const cells = [small.toPrecision(3), large.toPrecision(3), `${(large / small).toFixed(1)} times`];
    process.stdout.write(`  ${name.padEnd(28)}${cells.map((cell) => cell.padStart(12)).join('')}\n`);
  }
}

type Work = (bench: Bench, mailbox: string, times: number) => Promise<number[]>;

const works: readonly (readonly [string, Work, number])[] = [
  ['SELECT, first after start', selectFirst, 3],
  ['SELECT, again', selectAgain, 200],
  ['FETCH 1:* (UID FLAGS)', command('FETCH 1:* (UID FLAGS)'), 20],
  ['SEARCH UNSEEN', command('SEARCH UNSEEN'), 30],
  ['SEARCH SUBJECT', command('SEARCH SUBJECT invoice'), 3],
  ['SEARCH FROM', command('SEARCH FROM keller'), 3],
  ['SEARCH TEXT, a rare word', command(`SEARCH TEXT ${RARE_WORD.word}`), 3],
  ['SEARCH BODY, a rare word', command(`SEARCH BODY ${RARE_WORD.word}`), 3],
];

async function selectFirst(bench: Bench, mailbox: string, times: number): Promise<number[]> {
  const out: number[] = [];
  for (let i = 0; i < times; i++) {
    await bench.restart();
    const client = await bench.connect();
    out.push(await timed(() => client.command(`SELECT ${mailbox}`)));
  }
  return out;
}

async function selectAgain(bench: Bench, mailbox: string, times: number): Promise<number[]> {
  const client = await bench.connect();
  return repeated(times, () => client.command(`SELECT ${mailbox}`), 20).finally(() => client.close());
}

function command(text: string): Work {
  return async (bench, mailbox, times) => {
    const client = await bench.select(mailbox);
    return repeated(times, () => client.command(text), times / 2).finally(() => client.close());
  };
}

/** Another user's NOOP, one every few milliseconds, at rest and while all bodies of the large mailbox are fetched. */
async function felt(bench: Bench): Promise<void> {
  const client = await bench.connect(USERS[1]);
  await client.command('SELECT INBOX');
  const quiet = await noopsUntil(client, sleep(3_000));
  const script = join(import.meta.dirname, 'client/fetch-process.ts');
  const order = { port: bench.server.port, user: USERS[0], password: PASSWORD, mailbox: 'Large' };
  const fetcher = new ClientProcess<FetchOrder, Fetched>(script, order);
  fetcher.prioritize(constants.priority.PRIORITY_LOW); // it must not take the processor from who measures
  await fetcher.ready;
  fetcher.go();
  const busy = await noopsUntil(client, fetcher.result);
  const { octets, time } = await fetcher.result;
  const show = (times: number[]) =>
    `median ${median(times).toFixed(2)}, 99th percentile ${percentile(times, 0.99).toFixed(2)}, longest ${Math.max(...times).toFixed(2)} (${times.length})`;
  process.stdout.write(`  another user's NOOP, at rest: ${show(quiet)}\n`);
  process.stdout.write(
    `  while FETCH 1:* BODY.PEEK[] of all runs (${Math.round(octets / 1e6)} MB in ${Math.round(time)} ms): ${show(busy)}\n`,
  );
}

/** The milliseconds of NOOPs, one every few milliseconds, until something has ended. */
export async function noopsUntil(client: FastImap, end: Promise<unknown>): Promise<number[]> {
  let over = false;
  void end.then(() => {
    over = true;
  });
  const times: number[] = [];
  while (!over) {
    times.push(await timed(() => client.command('NOOP')));
    await sleep(3);
  }
  return times;
}
