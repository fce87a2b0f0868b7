import type { Bench } from '../bench.ts';
import { appendCommand, type FastImap } from '../client/fast-imap.ts';
import { timed } from '../measure.ts';
import type { Row } from './row.ts';

const ROUNDS = 5;

export const appendRows: readonly Row[] = [
  { id: 'multiappend', title: 'MULTIAPPEND by 100', unit: '/s', target: 1, measure: async (bench) => bench.fillRates },
  { id: 'append', title: 'APPEND one by one, LITERAL+', unit: '/s', target: 2, measure: appendOneByOne },
];

export const changeRows: readonly Row[] = [
  { id: 'store', title: 'STORE 1:* +FLAGS (\\Seen)', unit: 'ms', target: 1, measure: storeSeen },
  { id: 'copy', title: 'COPY 1:*', unit: 'ms', target: 1, measure: (bench) => inCopies(bench, 'copy') },
  { id: 'expunge', title: 'EXPUNGE 1:*', unit: 'ms', target: 1, measure: (bench) => inCopies(bench, 'expunge') },
];

/** Each message is answered OK before the next is sent. */
async function appendOneByOne(bench: Bench): Promise<number[]> {
  const client = await bench.connect();
  await client.command('CREATE Appended');
  const commands = bench.mails.slice(0, 1_000).map((mail) => appendCommand('Appended', [mail]));
  const appendAll = async () => {
    for (const command of commands) await client.command(command);
  };
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rates.push((commands.length * 1_000) / (await timed(appendAll)));
  await client.command('DELETE Appended');
  await client.close();
  return rates;
}

/** Every message gets the flag and is reported; between the rounds the flag is taken away. */
async function storeSeen(bench: Bench): Promise<number[]> {
  const client = await bench.select();
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    await client.command('STORE 1:* -FLAGS.SILENT (\\Seen)');
    times.push(await timed(() => client.command('STORE 1:* +FLAGS (\\Seen)')));
  }
  await client.command('STORE 1:* -FLAGS.SILENT (\\Seen)');
  await client.close();
  return times.slice(1);
}

/** Copies all of INBOX to a new mailbox, expunges all there, removes it; tells the time of one of the two. */
async function inCopies(bench: Bench, what: 'copy' | 'expunge'): Promise<number[]> {
  const client = await bench.select();
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const target = `Copies-${what}-${round}`;
    await client.command(`CREATE ${target}`);
    const copy = await timed(() => client.command(`COPY 1:* ${target}`));
    times.push(what === 'copy' ? copy : await expungeAll(bench, target));
    await client.command(`DELETE ${target}`);
  }
  await client.close();
  return times.slice(1);
}

async function expungeAll(bench: Bench, mailbox: string): Promise<number> {
  const client: FastImap = await bench.select(mailbox);
  await client.command('STORE 1:* +FLAGS.SILENT (\\Deleted)');
  const time = await timed(() => client.command('EXPUNGE'));
  await client.close();
  return time;
}
