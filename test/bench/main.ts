import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { measureLarge } from './large.ts';
import { othersAtWork } from './machine.ts';
import { measureMillion } from './million.ts';
import { measureMix } from './mix/mix.ts';
import { orientation } from './orientation.ts';
import { asJson, table } from './report.ts';
import { ALL_ROWS } from './rows/all-rows.ts';
import type { Row } from './rows/row.ts';
import { measureAll } from './run.ts';
import { dovecot, dovecotVersion } from './servers/dovecot.ts';
import { mailroom } from './servers/mailroom.ts';
import type { Contestant } from './servers/server.ts';

const HELP = `npm run bench -- [options]
  --messages N      messages in the mailbox (10000)
  --only ROW,…      some rows: ${ALL_ROWS.map((row) => row.id).join(' ')}
  --servers NAME,…  of mailroom, dovecot-mdbox, dovecot-maildir, dovecot-sdbox (the first three; with --mix first and last)
  --json FILE       every measurement, for machines (otherwise printed after the table)
  --large           100,000 messages in one mailbox, against 10,000, instead of the rows
  --million         1,000,000 messages in one mailbox of Mailroom, instead of the rows
  --mix             50 sessions that read, mark, append and expunge in a mailbox each, instead of the rows
`;

const USUAL = 'mailroom,dovecot-mdbox,dovecot-maildir';
const USUAL_IN_MIX = 'mailroom,dovecot-sdbox';
const FORMATS = ['mdbox', 'maildir', 'sdbox'] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      messages: { type: 'string', default: '10000' },
      only: { type: 'string' },
      servers: { type: 'string' },
      json: { type: 'string' },
      large: { type: 'boolean', default: false },
      million: { type: 'boolean', default: false },
      mix: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  const busy = othersAtWork();
  const { contestants, missing } = chosenContestants(
    (values.servers ?? (values.mix ? USUAL_IN_MIX : USUAL)).split(','),
  );
  const dir = await makeTempFolder('bench');
  try {
    if (values.million) return void (await measureMillion({ dir, progress }));
    if (values.large) return void (await measureLarge({ contestants, dir, progress }));
    if (values.mix) return void (await measureMix({ contestants, dir, progress }));
    const plan = { contestants, rows: chosenRows(values.only), messages: Number(values.messages), dir, progress };
    const measured = await measureAll(plan);
    const bare = values.only === undefined ? await orientation(dir) : undefined;
    const remarks = [...busy, ...missing, ...measured.remarks];
    const report = {
      ...measured,
      contestants: named(contestants),
      messages: plan.messages,
      orientation: bare,
      remarks,
    };
    process.stdout.write(`${table(report)}\n`);
    if (values.json === undefined) process.stdout.write(`${asJson(report)}\n`);
    else await writeFile(values.json, asJson(report));
  } finally {
    await removeFolder(dir);
  }
}

function chosenContestants(names: readonly string[]): { contestants: Contestant[]; missing: string[] } {
  const version = dovecotVersion();
  const contestants: Contestant[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const format = FORMATS.find((one) => name === `dovecot-${one}`);
    if (name === 'mailroom') contestants.push(mailroom);
    else if (format === undefined) throw new Error(`no such server: ${name}\n${HELP}`);
    else if (version === undefined) missing.push(`${name} was not measured: there is no dovecot on this machine`);
    else contestants.push(dovecot(format, version));
  }
  return { contestants, missing };
}

function chosenRows(only: string | undefined): readonly Row[] {
  if (only === undefined) return ALL_ROWS;
  const wanted = new Set(only.split(','));
  const rows = ALL_ROWS.filter((row) => wanted.delete(row.id));
  if (wanted.size > 0) throw new Error(`no such row: ${[...wanted].join(', ')}\n${HELP}`);
  return rows;
}

function named(contestants: readonly Contestant[]): { name: string; note: string }[] {
  return contestants.map(({ name, note }) => ({ name, note }));
}

await main();
