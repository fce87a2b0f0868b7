import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../support/random.ts';
import { fulfilOrder } from '../client/client-process.ts';
import { FastImap } from '../client/fast-imap.ts';
import { type BystanderOrder, commandsOf, type HeldUp, type Sample, type Watched } from './bystander.ts';
import { machineTime } from './machine-time.ts';

/** Milliseconds a timer of one may be late before its process counts as held up. */
const LATE = 2;

/** Users at work from the first word to the second. */
async function work(order: BystanderOrder, go: () => Promise<unknown>): Promise<Watched> {
  const clients = await Promise.all(order.users.map((user) => atInbox(order, user)));
  await go();
  let over = false;
  const stopped = go().then(() => {
    over = true;
  });
  const samples: Sample[] = [];
  const held: HeldUp[] = [];
  const watch = watchOneself(held);
  const random = new Random(1);
  const loops = clients.map((client) => loop(client, order, random.fork(), samples, () => over));
  await Promise.all([stopped, ...loops]);
  clearInterval(watch);
  await Promise.all(clients.map((client) => client.close()));
  return { samples, held };
}

function watchOneself(held: HeldUp[]): NodeJS.Timeout {
  let last = machineTime();
  return setInterval(() => {
    const now = machineTime();
    const late = now - last - 1;
    if (late > LATE) held.push({ start: last, time: late });
    last = now;
  }, 1);
}

async function atInbox({ port, password }: BystanderOrder, user: string): Promise<FastImap> {
  const client = await FastImap.connect(port);
  await client.login(user, password);
  await client.command('SELECT INBOX');
  return client;
}

async function loop(
  client: FastImap,
  { messages, pause }: BystanderOrder,
  random: Random,
  samples: Sample[],
  isOver: () => boolean,
): Promise<void> {
  for (let round = random.int(messages); ; round++) {
    for (const text of commandsOf(round, messages)) {
      await sleep(pause * (0.5 + random.fraction()));
      if (isOver()) return;
      const start = machineTime();
      await client.command(text);
      samples.push({ command: text.split(' ', 1)[0]!, start, time: machineTime() - start });
    }
  }
}

await fulfilOrder(work);
