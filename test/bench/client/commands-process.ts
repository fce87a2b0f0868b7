import { timed } from '../measure.ts';
import { fulfilOrder } from './client-process.ts';
import { FastImap } from './fast-imap.ts';

export interface CommandsOrder {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly mailbox: string;
  readonly commands: readonly string[];
}

/** A client process that gives commands in a mailbox, one after another. Returns the milliseconds of each. */
async function work(order: CommandsOrder, go: () => Promise<unknown>): Promise<number[]> {
  const client = await FastImap.connect(order.port);
  await client.login(order.user, order.password);
  await client.command(`SELECT ${order.mailbox}`);
  await go();
  const times: number[] = [];
  for (const command of order.commands) times.push(await timed(() => client.command(command)));
  return times;
}

await fulfilOrder(work);
