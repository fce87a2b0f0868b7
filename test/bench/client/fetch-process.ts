import { fulfilOrder } from './client-process.ts';
import { FastImap } from './fast-imap.ts';

export interface FetchOrder {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly mailbox: string;
}

export interface Fetched {
  readonly octets: number;
  /** Milliseconds. */
  readonly time: number;
}

/** A client process that fetches all of a mailbox once. */
async function work(order: FetchOrder, go: () => Promise<unknown>): Promise<Fetched> {
  const client = await FastImap.connect(order.port);
  await client.login(order.user, order.password);
  await client.command(`SELECT ${order.mailbox}`);
  await go();
  const start = performance.now();
  const octets = await client.command('FETCH 1:* (BODY.PEEK[])');
  return { octets, time: performance.now() - start };
}

await fulfilOrder(work);
