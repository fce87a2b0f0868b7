import { setTimeout as sleep } from 'node:timers/promises';
import { RawImap } from '../../support/raw-imap.ts';
import type { Bench } from '../bench.ts';
import { runStorm, type Storm } from '../client/storm.ts';
import { median } from '../measure.ts';
import { memoryOfTree } from '../processes.ts';
import { PASSWORD, type ProcessStyle, USERS } from '../servers/server.ts';
import type { Row } from './row.ts';

const ROUNDS = 3;
/** So many that a few megabytes of garbage, come or gone meanwhile, do not decide the result. */
const IDLE_CONNECTIONS = 300;

export const sessionRows: readonly Row[] = [
  { id: 'idle', title: 'an APPEND seen by an IDLE client', unit: 'ms', target: 100, measure: seenInIdle },
  { id: 'noop', title: 'NOOP, 50 connections', unit: '/s', target: 2, measure: (bench) => storms(bench, 'noop', 50) },
  ...loginRows('installed', ''),
  ...loginRows('reused', ', reused processes'),
  { id: 'memory', title: 'memory of an idle connection (PSS)', unit: 'kB', target: 10, measure: idleMemory },
];

function loginRows(style: ProcessStyle, suffix: string): Row[] {
  const row = (id: string, title: string, connections: number): Row => ({
    id: style === 'reused' ? `${id}-reused` : id,
    title: `${title}${suffix}`,
    unit: '/s',
    target: 1,
    style,
    measure: (bench) => storms(bench, 'login', connections),
  });
  return [row('login', 'LOGIN+LOGOUT one after another', 1), row('login-20', 'LOGIN+LOGOUT 20 at once', 20)];
}

/**
 * With one client process and with two, and the better counts, for every server alike: one may be the bottleneck, and on
 * few cores the second takes from the server what it adds.
 */
async function storms(bench: Bench, kind: Storm['kind'], connections: number): Promise<number[]> {
  const order = { kind, connections, port: bench.server.port, user: USERS[0], password: PASSWORD };
  const tries: number[][] = [];
  for (const processes of connections === 1 ? [1] : [1, 2]) {
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rates.push(await runStorm({ ...order, processes, warmUp: 1_000, duration: 2_000 }));
    }
    tries.push(rates);
  }
  return tries.reduce((best, rates) => (median(rates) > median(best) ? rates : best));
}

/** From the moment a client sends an APPEND to the moment another, in IDLE, has the EXISTS. */
async function seenInIdle(bench: Bench): Promise<number[]> {
  const mailbox = 'Watched';
  const writer = await loggedIn(bench);
  await writer.ok(`CREATE ${mailbox}`);
  const watcher = await loggedIn(bench);
  await watcher.ok(`SELECT ${mailbox}`);
  await watcher.idle();
  const times: number[] = [];
  for (const mail of bench.mails.slice(0, 22)) {
    await sleep(150); // the server is at rest, as a mail server mostly is
    const seen = watcher.expectUntagged(/^\* \d+ EXISTS/).then(() => performance.now());
    const start = performance.now();
    await writer.append(mailbox, mail.bytes, { literals: 'plus' });
    times.push((await seen) - start);
  }
  await watcher.done();
  await Promise.all([watcher.logout(), writer.ok(`DELETE ${mailbox}`).then(() => writer.logout())]);
  return times.slice(2);
}

/** What each of many connections in INBOX and IDLE adds, in a server that has served one such connection before. */
async function idleMemory(bench: Bench): Promise<number[]> {
  const results: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await bench.restart();
    const clients = [await inIdle(bench)];
    await sleep(2_000);
    const before = await memoryOfTree(bench.server.rootPid);
    for (let i = 0; i < IDLE_CONNECTIONS; i++) clients.push(await inIdle(bench));
    await sleep(2_000);
    results.push(((await memoryOfTree(bench.server.rootPid)) - before) / IDLE_CONNECTIONS);
    for (const client of clients) client.destroy();
  }
  return results;
}

async function inIdle(bench: Bench): Promise<RawImap> {
  const client = await loggedIn(bench);
  await client.ok('SELECT INBOX');
  await client.idle();
  return client;
}

async function loggedIn(bench: Bench): Promise<RawImap> {
  const client = await RawImap.connect({ port: bench.server.port });
  await client.login(USERS[0], PASSWORD);
  return client;
}
