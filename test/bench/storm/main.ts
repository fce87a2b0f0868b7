import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MailGenerator } from '../../support/mail-generator.ts';
import { makeTempFolder, removeFolder } from '../../support/temp-folder.ts';
import { Bench } from '../bench.ts';
import { othersAtWork } from '../machine.ts';
import { bare } from '../servers/bare.ts';
import { dovecot, dovecotVersion } from '../servers/dovecot.ts';
import { mailroom } from '../servers/mailroom.ts';
import { type Contestant, type ProcessStyle, USERS } from '../servers/server.ts';
import { asJson, type StormReport, table } from './report.ts';
import { BYSTANDERS, MESSAGES, type Round, runRound, type StormCase } from './scene.ts';
import { type CaseSummary, summarize } from './summary.ts';

const HELP = `npm run bench:storm -- [options]
  --connections N,…  connections of the storm (200,1000)
  --limits N,…       concurrent logins for a user, 0 = no limit (0,20)
  --servers NAME,…   of mailroom, bare, dovecot, dovecot-reused (all)
  --rounds N         storms of each kind (3)
  --json FILE        every number, for machines (otherwise printed after the table)
`;

/** A server and how its processes live. */
interface Competitor {
  readonly name: string;
  readonly note: string;
  readonly contestant: Contestant;
  readonly style: ProcessStyle;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: '200,1000' },
      limits: { type: 'string', default: '0,20' },
      servers: { type: 'string', default: 'mailroom,bare,dovecot,dovecot-reused' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const rounds = numbersOf(values.rounds, 1)[0]!;
  const remarks = othersAtWork();
  const competitors = chosen(values.servers.split(','), remarks);
  const storms = numbersOf(values.connections, 1).flatMap((connections) =>
    numbersOf(values.limits, 0).map((limit) => ({ connections, limit })),
  );
  const cases = await measure({ competitors, storms, rounds, remarks });
  const contestants = competitors.map(({ name, note }) => ({ name, note }));
  const report: StormReport = { contestants, rounds, cases, remarks };
  process.stdout.write(`${table(report)}\n`);
  if (values.json === undefined) process.stdout.write(`${asJson(report)}\n`);
  else await writeFile(values.json, asJson(report));
}

interface Plan {
  readonly competitors: readonly Competitor[];
  readonly storms: readonly Omit<StormCase, 'style'>[];
  readonly rounds: number;
  readonly remarks: string[];
}

/** Each storm on one server after the other, so that what the machine does otherwise meets all of them. */
async function measure({ competitors, storms, rounds, remarks }: Plan): Promise<CaseSummary[]> {
  const dir = await makeTempFolder('storm');
  const benches = new Map<Contestant, Bench>();
  try {
    for (const { contestant } of competitors) {
      if (!benches.has(contestant)) benches.set(contestant, await filled(contestant, join(dir, contestant.name)));
    }
    const cases: CaseSummary[] = [];
    for (const storm of storms) {
      for (const competitor of competitors) {
        const summary = await measureCase(benches.get(competitor.contestant)!, competitor, storm, rounds, remarks);
        if (summary !== undefined) cases.push(summary);
      }
    }
    return cases;
  } finally {
    for (const bench of benches.values()) await bench.stop();
    await removeFolder(dir);
  }
}

/** A server with mail for everybody; stopped, also when something went wrong. */
async function filled(contestant: Contestant, dir: string): Promise<Bench> {
  progress(`${contestant.name}: filling`);
  const bench = new Bench(contestant, dir, new MailGenerator().take(MESSAGES));
  if (contestant === bare) return bench;
  const users = [USERS[0], ...BYSTANDERS];
  try {
    await bench.setUp([], users);
    for (const user of users) {
      await bench.fill('INBOX', bench.mails, user);
      await bench.fill('Projects', bench.mails.slice(0, 20), user);
    }
    await bench.settled();
  } finally {
    await bench.stop();
  }
  return bench;
}

async function measureCase(
  bench: Bench,
  { name, style }: Competitor,
  storm: Omit<StormCase, 'style'>,
  rounds: number,
  remarks: string[],
): Promise<CaseSummary | undefined> {
  const measured: Round[] = [];
  const stormCase = { style, ...storm };
  const what = `${name}: ${storm.connections} connections, limit ${storm.limit}`;
  try {
    for (let i = 0; i < rounds; i++) {
      measured.push(await runRound(bench, stormCase));
      const [first, again] = summarize(name, stormCase, measured.slice(-1)).waves;
      progress(`${what}: ${Math.round(first!.answered)} ms, again ${Math.round(again!.answered)} ms`);
    }
  } catch (error) {
    remarks.push(`${what}: ${(error as Error).message}`);
  } finally {
    await bench.stop();
  }
  if (measured.length === 0) return undefined;
  const summary = summarize(name, stormCase, measured);
  for (const failure of summary.failures.slice(0, 5)) remarks.push(`${what}: a connection failed: ${failure}`);
  if (measured.some(({ prioritized }) => !prioritized))
    remarks.push(`${what}: the others had no higher priority (not allowed)`);
  return summary;
}

function chosen(names: readonly string[], remarks: string[]): Competitor[] {
  const version = dovecotVersion();
  const theirs = version === undefined ? undefined : dovecot('mdbox', version);
  const out: Competitor[] = [];
  for (const name of names) {
    const own = { mailroom, bare }[name];
    if (own !== undefined) out.push({ name, note: own.note, contestant: own, style: 'installed' });
    else if (name !== 'dovecot' && name !== 'dovecot-reused') throw new Error(`no such server: ${name}\n${HELP}`);
    else if (theirs === undefined) remarks.push(`${name} was not measured: there is no dovecot on this machine`);
    else {
      const style = name === 'dovecot' ? 'installed' : 'reused';
      const processes = style === 'installed' ? 'a process for each session, as installed' : 'reused processes';
      out.push({ name, note: `${theirs.note}, ${processes}`, contestant: theirs, style });
    }
  }
  return out;
}

/** Numbers with commas between. */
function numbersOf(text: string, least: number): number[] {
  return text.split(',').map((word) => {
    const value = Number(word);
    if (!Number.isInteger(value) || value < least) throw new Error(`not a number from ${least} on: ${word}\n${HELP}`);
    return value;
  });
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}

await main();
