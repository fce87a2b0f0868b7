import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MailGenerator } from '../../support/mail-generator.ts';
import { Random } from '../../support/random.ts';
import { makeTempFolder, removeFolder } from '../../support/temp-folder.ts';
import { Bench } from '../bench.ts';
import { othersAtWork } from '../machine.ts';
import { memoryOfTree } from '../processes.ts';
import { mailroom } from '../servers/mailroom.ts';
import { PASSWORD } from '../servers/server.ts';
import { SoakSession } from './session.ts';

const HELP = `npm run bench:soak -- [options]
  --minutes N    how long the sessions work (10)
  --users N      users, with a session each (50)
  --messages N   messages in each mailbox before (2000)
  --after N      seconds to watch after the last logout (90)
`;

/** Times at which memory and open files are looked at while the sessions work. */
const LOOKS = 20;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      users: { type: 'string', default: '50' },
      messages: { type: 'string', default: '2000' },
      after: { type: 'string', default: '90' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const [minutes, users, messages, after] = [values.minutes, values.users, values.messages, values.after].map(Number);
  for (const remark of othersAtWork()) say(remark);
  const dir = await makeTempFolder('soak');
  const mails = new MailGenerator().take(messages!);
  const bench = new Bench(mailroom, dir, mails);
  const names = Array.from({ length: users! }, (_, i) => `user${i}`);
  try {
    await bench.setUp([], names);
    for (const name of names) await bench.fill('INBOX', mails, name);
    await look(bench, `filled, ${users} users with ${messages} messages each`);
    await bench.restart();
    await look(bench, 'started again');
    await soak(bench, names, minutes! * 60_000);
    for (let second = 0; second < after!; second += 15) {
      await pause(15_000);
      await look(bench, `${second + 15} s after the last logout`);
    }
  } finally {
    await bench.stop();
    await removeFolder(dir);
  }
}

async function soak(bench: Bench, names: readonly string[], time: number): Promise<void> {
  const sessions = await Promise.all(
    names.map((name, i) => SoakSession.open(bench.server.port, name, PASSWORD, bench.mails, new Random(i + 1))),
  );
  await look(bench, 'all logged in');
  const until = performance.now() + time;
  const working = Promise.all(sessions.map((session) => session.work(until)));
  const watching = watch(bench, sessions, time);
  await Promise.all([working, watching]);
  await Promise.all(sessions.map((session) => session.close()));
}

async function watch(bench: Bench, sessions: readonly SoakSession[], time: number): Promise<void> {
  for (let i = 1; i <= LOOKS; i++) {
    await pause(time / LOOKS);
    const commands = sessions.reduce((sum, session) => sum + session.commands, 0);
    await look(bench, `after ${((time * i) / LOOKS / 60_000).toFixed(1)} min, ${commands} commands`);
  }
}

/** A line of the curve: memory, open files, what is going on. */
async function look(bench: Bench, what: string): Promise<void> {
  const { rootPid } = bench.server;
  const [memory, files] = await Promise.all([memoryOfTree(rootPid), readdir(`/proc/${rootPid}/fd`)]);
  const megabytes = Math.round(memory / 1024);
  say(
    `${String(megabytes).padStart(6)} MB ${String(files.length).padStart(5)} files  ${'#'.repeat(Math.min(120, Math.round(megabytes / 8)))} ${what}`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
