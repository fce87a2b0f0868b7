/**
 * Has another program hold each file of a data folder in turn, while a server starts, somebody logs in, writes, compacts,
 * is removed, and while the server stops. Half an hour for all. On Windows:
 *
 *   node test/windows/main.ts [none|rw|readonly] [MILLISECONDS] [PART OF A PATH]
 *
 * The other program shares nothing, as old antivirus, or reading and writing, as backups and viewers (`rw`), for 2,500 ms
 * unless said otherwise, which nobody should notice. PowerShell holds the files; MAILROOM_HOLD names a program that is called
 * with SHARE MILLISECONDS FILE instead.
 */
import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { type Held, hold, type Share } from './hold.ts';
import { type Moment, moments, prepare } from './moments.ts';

const SHARES: readonly Share[] = ['none', 'rw', 'readonly'];
const isShare = (arg: string) => SHARES.some((share) => share === arg);
const args = process.argv.slice(2);
const shares = SHARES.filter((share) => !args.some(isShare) || args.includes(share));
const time = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 2_500);
const parts = args.filter((arg) => !isShare(arg) && !/^\d+$/.test(arg));
const folder = await mkdtemp(join(tmpdir(), 'mailroom-held-'));
const template = join(folder, 'template');
let failures = 0;
try {
  await prepare(template);
  for (const file of await filesIn(template)) {
    if (parts.length > 0 && !parts.some((part) => file.includes(part))) continue;
    for (const share of shares) for (const moment of moments) await tryOne(file, share, moment);
  }
} finally {
  await rm(folder, { recursive: true, force: true }).catch(() => console.log(`${folder} is left`));
}
console.log(failures === 0 ? 'nothing failed' : `failed: ${failures}`);
process.exit(failures === 0 ? 0 : 1);

async function filesIn(data: string): Promise<string[]> {
  const names = await readdir(data, { recursive: true });
  const kinds = await Promise.all(names.map(async (name) => (await stat(join(data, name))).isFile()));
  return names.filter((_, at) => kinds[at]);
}

async function tryOne(file: string, share: Share, moment: Moment): Promise<void> {
  // A server that failed to stop keeps its folder.
  const data = await mkdtemp(join(folder, 'data-'));
  await cp(template, data, { recursive: true });
  let held: Held | undefined;
  const began = { at: 0 };
  const outcome = await moment
    .run(data, async () => {
      held = await hold(join(data, file), share, time);
      began.at = performance.now();
    })
    .then(
      () => 'ok',
      (error: unknown) => {
        failures += 1;
        return `FAILED: ${error instanceof Error ? error.message : String(error)}`;
      },
    );
  const took = Math.round(performance.now() - began.at);
  await held?.released;
  if (outcome === 'ok') await rm(data, { recursive: true, force: true, maxRetries: 10 });
  const isHeld = held?.share ?? 'not there';
  console.log(
    [moment.name, isHeld, relative(data, join(data, file)).split(sep).join('/'), `${took} ms`, outcome].join('\t'),
  );
}
