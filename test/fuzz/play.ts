import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { ResponseReader } from '../support/response-reader.ts';
import { Waiter } from '../support/waiter.ts';
import type { SessionPlan } from './session-plan.ts';

export interface Ports {
  readonly imap: number;
  readonly imaps: number;
}

/** What a session brought. */
export interface Played {
  /** latin1, without the last CRLF. */
  readonly responses: readonly string[];
  /** Octets after the last whole response. */
  readonly rest: number;
  /** All that was sent inside the protocol, as far as it was sent. */
  readonly sent: Buffer;
  /** The server closed the connection after we had ended our side, or before. */
  readonly closed: boolean;
}

/** Milliseconds after our last octet in which the server must have answered all and closed. */
const PATIENCE = 15_000;

/** Plays one session against a server. Throws when the server cannot even be connected to. */
export async function play(plan: SessionPlan, ports: Ports): Promise<Played> {
  const responses: string[] = [];
  const reader = new ResponseReader((response) => responses.push(response.toString('latin1')));
  const socket = await connected(plan, ports);
  const closed = new Waiter<true>('the server to close', 10 * PATIENCE);
  socket.on('error', () => {}); // a reset is the server's right; `close` follows
  socket.once('close', () => closed.resolve(true));
  if (plan.reads) socket.on('data', (chunk: Buffer) => reader.push(chunk));
  else socket.pause();
  const sent = await send(socket, plan);
  const inTime = await (plan.ending === 'break' || !plan.reads ? broken(socket, plan) : ended(socket, closed.promise));
  closed.resolve(true);
  socket.destroy();
  return { responses, rest: reader.pendingOctets, sent, closed: inTime };
}

async function connected(plan: SessionPlan, ports: Ports): Promise<net.Socket> {
  const host = '127.0.0.1';
  if (plan.transport === 'tls')
    return opened(tls.connect({ host, port: ports.imaps, rejectUnauthorized: false }), 'secureConnect');
  const plain = await opened(net.connect({ host, port: ports.imap, noDelay: true }), 'connect');
  if (plan.transport === 'plain') return plain;
  plain.write('tls1 STARTTLS\r\n');
  await untilAnswered(plain);
  return opened(tls.connect({ socket: plain, rejectUnauthorized: false }), 'secureConnect');
}

function opened<T extends net.Socket>(socket: T, event: string): Promise<T> {
  const waiter = new Waiter<T>(event, PATIENCE);
  socket.once(event, () => waiter.resolve(socket));
  socket.once('error', (error) => waiter.reject(error));
  return waiter.promise;
}

/** Passes the greeting and the reply to STARTTLS: the responses are those of the time after. */
async function untilAnswered(socket: net.Socket): Promise<void> {
  const waiter = new Waiter<true>('the reply to STARTTLS', PATIENCE);
  let text = '';
  const take = (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (/^tls1 OK.*\r\n/m.test(text)) waiter.resolve(true);
  };
  socket.on('data', take);
  await waiter.promise;
  socket.off('data', take);
}

async function send(socket: net.Socket, plan: SessionPlan): Promise<Buffer> {
  const sent = [plan.prefix];
  socket.write(plan.prefix);
  for (const chunk of plan.chunks) {
    if (!socket.writable) break;
    socket.write(chunk);
    sent.push(chunk);
    if (plan.pause > 0) await sleep(plan.pause);
  }
  return Buffer.concat(sent);
}

/** We are done and say so; the server answers what is left and closes. */
async function ended(socket: net.Socket, closed: Promise<true>): Promise<boolean> {
  socket.end();
  return Promise.race([closed, sleep(PATIENCE, false, { ref: false })]);
}

async function broken(socket: net.Socket, plan: SessionPlan): Promise<boolean> {
  await sleep(plan.reads ? 5 : 100);
  socket.destroy();
  return true;
}
