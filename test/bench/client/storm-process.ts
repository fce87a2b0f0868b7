import { setTimeout as sleep } from 'node:timers/promises';
import { fulfilOrder } from './client-process.ts';
import { FastImap } from './fast-imap.ts';
import type { StormOrder } from './storm.ts';

/** A client process of a storm: rounds per second. */
async function work(order: StormOrder, go: () => Promise<unknown>): Promise<number> {
  const round = order.kind === 'noop' ? await noopRounds(order) : loginRounds(order);
  await go();
  return measure(order, round);
}

type Round = (connection: number) => Promise<unknown>;

/** Logged in, INBOX selected, as a mail client that looks for news. */
async function noopRounds(order: StormOrder): Promise<Round> {
  const clients = await Promise.all(
    Array.from({ length: order.connections }, async () => {
      const client = await FastImap.connect(order.port);
      await client.login(order.user, order.password);
      await client.command('SELECT INBOX');
      return client;
    }),
  );
  return (connection) => clients[connection]!.command('NOOP');
}

function loginRounds(order: StormOrder): Round {
  return async () => {
    const client = await FastImap.connect(order.port);
    await client.login(order.user, order.password);
    await client.command('LOGOUT');
    await client.close();
  };
}

async function measure(order: StormOrder, round: Round): Promise<number> {
  let count = 0;
  let over = false;
  const loops = Array.from({ length: order.connections }, async (_, connection) => {
    while (!over) {
      await round(connection);
      count++;
    }
  });
  const failed = Promise.race(loops); // a loop that throws ends the process; none ends otherwise before `over`
  await Promise.race([failed, sleep(order.warmUp)]);
  const countBefore = count;
  const start = performance.now();
  await Promise.race([failed, sleep(order.duration)]);
  const rate = ((count - countBefore) * 1_000) / (performance.now() - start);
  over = true;
  await Promise.all(loops);
  return rate;
}

await fulfilOrder(work);
