import { cpus, totalmem } from 'node:os';
import { aligned } from '../report.ts';
import { BYSTANDERS, MESSAGES, SPREAD } from './scene.ts';
import type { CaseSummary, Latency, WaveSummary } from './summary.ts';

export interface StormReport {
  readonly contestants: readonly { readonly name: string; readonly note: string }[];
  readonly rounds: number;
  readonly cases: readonly CaseSummary[];
  /** Failures and circumstances, for people. */
  readonly remarks: readonly string[];
}

/** What we want of our own server, in milliseconds. */
export const TARGETS = { answered: 1_200, slowest: 200, othersP99: 3 } as const;

const HEAD = [
  'storm',
  'server',
  'all answered s',
  'slowest login ms',
  'logged in',
  'refused',
  'a refusal ms',
  'slowest',
  'others before ms',
  '99 %',
  'longest',
  'others during ms',
  '99 %',
  'longest',
];

/** The table as Markdown, which also reads well as it is, then the targets and what one must know. */
export function table(report: StormReport): string {
  const rows = report.cases.flatMap((one) => one.waves.map((wave, i) => [name(one, i), one.server, ...numbers(wave)]));
  return [heading(report), '', ...aligned([HEAD, ...rows]), '', ...verdicts(report), ...closing(report)].join('\n');
}

/** The same and more for machines. */
export function asJson(report: StormReport): string {
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, memory: totalmem(), node: process.version };
  return JSON.stringify(
    { machine, spread: SPREAD, bystanders: BYSTANDERS.length, targets: TARGETS, ...report },
    null,
    2,
  );
}

function heading({ rounds }: StormReport): string {
  return (
    `All connections of a storm are one user's and begin within ${SPREAD / 1_000} s; when all are answered they are cut and ` +
    `all come again. ${BYSTANDERS.length} others work meanwhile. Medians of ${rounds} round(s), each on a server just started; "longest" is of all rounds.`
  );
}

function name({ connections, limit }: CaseSummary, wave: number): string {
  return `${connections}, ${limit === 0 ? 'no limit' : `limit ${limit}`}${wave === 0 ? '' : ', again'}`;
}

function numbers(wave: WaveSummary): string[] {
  return [
    (wave.answered / 1_000).toFixed(2),
    shown(wave.slowestLogin),
    `${wave.loggedIn}`,
    wave.failed === 0 ? `${wave.refused}` : `${wave.refused} + ${wave.failed} failed`,
    shown(wave.refusal),
    shown(wave.slowestRefusal),
    ...latency(wave.before),
    ...latency(wave.during),
  ];
}

function latency({ median, p99, longest }: Latency): string[] {
  return [median, p99, longest].map(shown);
}

function shown(value: number): string {
  if (Number.isNaN(value)) return '-';
  return value >= 100 ? Math.round(value).toString() : value.toPrecision(3);
}

/** Each target against the worst of our rows. */
function verdicts({ cases }: StormReport): string[] {
  const waves = cases.filter(({ server }) => server === 'mailroom').flatMap((one) => one.waves);
  const verdict = (what: string, target: number, value: (wave: WaveSummary) => number) => {
    const values = waves.map(value).filter((each) => !Number.isNaN(each));
    if (values.length === 0) return [];
    const worst = Math.max(...values);
    return [`${worst < target ? 'reached    ' : 'NOT REACHED'} ${what} under ${target}: ${shown(worst)} at worst`];
  };
  return [
    ...verdict('all answered (ms)', TARGETS.answered, (wave) => wave.answered),
    ...verdict('slowest login (ms)', TARGETS.slowest, (wave) => wave.slowestLogin),
    ...verdict('slowest refusal (ms)', TARGETS.slowest, (wave) => wave.slowestRefusal),
    ...verdict("others' 99th percentile (ms)", TARGETS.othersP99, (wave) => wave.during.p99),
    ...verdict('connections that failed', 1, (wave) => wave.failed),
  ];
}

function closing({ contestants, cases, remarks }: StormReport): string[] {
  const lag = Math.max(...cases.flatMap(({ waves }) => waves.map((wave) => wave.lag)));
  return [
    ...contestants.map(({ name: server, note }) => `${server}: ${note}`),
    `times of the storm are from the beginning of a connection to LOGIN's answer; its clients began ${shown(lag)} ms late at most`,
    `${cpus().length} cores, shared by the server, the storm's clients (a process at the same priority) and the others (a process at a higher one); ${MESSAGES} messages in each INBOX`,
    ...disturbance(cases),
    ...remarks.map((remark) => `NOTE ${remark}`),
  ];
}

/** What the others' times hold that is no server's doing. */
function disturbance(cases: readonly CaseSummary[]): string[] {
  const held = cases.flatMap(({ waves }) => waves.map((wave) => wave.held));
  const times = held.reduce((sum, each) => sum + each.times, 0);
  if (times === 0) return [];
  const longest = Math.max(...held.map((each) => each.longest));
  return [
    `NOTE the others' own process was held up ${times} times, ${shown(longest)} ms at most: so long, their times are not the servers'`,
  ];
}
