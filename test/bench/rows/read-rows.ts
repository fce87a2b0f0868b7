import { Random } from '../../support/random.ts';
import { type Bench, FILLED } from '../bench.ts';
import { repeated, timed } from '../measure.ts';
import type { Row } from './row.ts';

const LISTING = 'FETCH 1:* (UID ENVELOPE INTERNALDATE RFC822.SIZE BODYSTRUCTURE)';

/** What can be measured once a mailbox only; before all other rows that read. */
export const firstRows: readonly Row[] = [
  { id: 'select-first', title: 'SELECT, first after start', unit: 'ms', target: 1, measure: selectFirst },
  {
    id: 'envelope-first',
    title: 'FETCH 1:* (ENVELOPE … BODYSTRUCTURE), first',
    unit: 'ms',
    target: 2,
    measure: listFirst,
  },
];

export const readRows: readonly Row[] = [
  { id: 'select', title: 'SELECT, again', unit: 'ms', target: 1, measure: selectAgain },
  fetchRow('flags', 'FETCH 1:* (UID FLAGS)', 'FETCH 1:* (UID FLAGS)', 20),
  fetchRow('envelope', 'FETCH 1:* (ENVELOPE … BODYSTRUCTURE), again', LISTING, 7),
  fetchRow('headers', 'FETCH 1:* three header fields', 'FETCH 1:* (BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE)])', 7),
  fetchRow('bodies', 'FETCH 1:* BODY.PEEK[]', 'FETCH 1:* (BODY.PEEK[])', 7),
  { id: 'one', title: 'one message at random', unit: 'ms', target: 1, measure: oneAtRandom },
];

function fetchRow(id: string, title: string, command: string, times: number): Row {
  const measure = async (bench: Bench) => {
    const client = await bench.select();
    const result = await repeated(times, () => client.command(command), 2);
    await client.close();
    return result;
  };
  return { id, title, unit: 'ms', target: 1, measure };
}

/** A server just started, nobody has been logged in before; the login itself is not counted. */
async function selectFirst(bench: Bench): Promise<number[]> {
  const times: number[] = [];
  for (const mailbox of [...FILLED, 'INBOX', 'INBOX']) {
    await bench.restart();
    const client = await bench.connect();
    times.push(await timed(() => client.command(`SELECT ${mailbox}`)));
  }
  return times;
}

/** Nobody has ever listed the mailbox, and the server has just been started. */
async function listFirst(bench: Bench): Promise<number[]> {
  const times: number[] = [];
  for (const mailbox of FILLED) {
    await bench.restart();
    const client = await bench.select(mailbox);
    times.push(await timed(() => client.command(LISTING)));
  }
  return times;
}

async function selectAgain(bench: Bench): Promise<number[]> {
  const client = await bench.connect();
  const times = await repeated(200, () => client.command('SELECT INBOX'), 20);
  await client.close();
  return times;
}

async function oneAtRandom(bench: Bench): Promise<number[]> {
  const random = new Random(5);
  const client = await bench.select();
  const fetchOne = () => client.command(`FETCH ${random.between(1, bench.mails.length)} (BODY.PEEK[])`);
  const times = await repeated(2_000, fetchOne, 200);
  await client.close();
  return times;
}
