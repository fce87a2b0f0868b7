import { setTimeout as sleep } from 'node:timers/promises';
import { MailGenerator } from '../../support/mail-generator.ts';
import { Random } from '../../support/random.ts';
import { fulfilOrder } from '../client/client-process.ts';
import type { MixOrder } from './mix.ts';
import { MixSession, type MixUser } from './session.ts';

/** Octets of the messages, about 5 kB each. */
const LEAST = 4_500;
const MOST = 5_500;
const VARIETY = 100;

/** All sessions in one client process: commands a second. */
async function work(order: MixOrder, go: () => Promise<unknown>): Promise<number> {
  const mails = mailsOfOneSize();
  const users = order.users.map((name): MixUser => ({ ...order, name }));
  const sessions: MixSession[] = [];
  for (const [i, user] of users.entries()) {
    sessions.push(await MixSession.open(user, mails, new Random(order.seed + i), order.messages));
  }
  await go();
  const rate = await measure(order, sessions);
  await Promise.all(sessions.map((session, i) => session.close(users[i]!)));
  return rate;
}

async function measure({ warmUp, duration }: MixOrder, sessions: readonly MixSession[]): Promise<number> {
  const commands = () => sessions.reduce((sum, session) => sum + session.commands, 0);
  let over = false;
  const working = Promise.all(
    sessions.map(async (session) => {
      while (!over) await session.step();
    }),
  );
  await Promise.race([working, sleep(warmUp)]);
  const before = commands();
  const start = performance.now();
  await Promise.race([working, sleep(duration)]);
  const rate = ((commands() - before) * 1_000) / (performance.now() - start);
  over = true;
  await working;
  return rate;
}

function mailsOfOneSize() {
  const generator = new MailGenerator();
  const mails = [];
  while (mails.length < VARIETY) {
    const mail = generator.next();
    if (mail.bytes.length >= LEAST && mail.bytes.length <= MOST) mails.push(mail);
  }
  return mails;
}

await fulfilOrder(work);
