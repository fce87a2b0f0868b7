import { once } from 'node:events';
import { FastImap } from './fast-imap.ts';

/** A client process that fetches all of a mailbox once: order, ready, go, `{octets, time}` in milliseconds, end. */
interface Order {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly mailbox: string;
}

const [order] = (await once(process, 'message')) as [Order];
const client = await FastImap.connect(order.port);
await client.login(order.user, order.password);
await client.command(`SELECT ${order.mailbox}`);
const go = once(process, 'message');
process.send!('ready');
await go;
const start = performance.now();
const octets = await client.command('FETCH 1:* (BODY.PEEK[])');
process.send!({ octets, time: performance.now() - start });
process.disconnect();
process.exit(0);
