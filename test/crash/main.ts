import { parseArgs } from 'node:util';
import { CHECKOUT_PROGRAM } from '../support/server-process.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { runCrashes } from './crash-run.ts';

/**
 * `npm run test:crash [-- --rounds N --seed S --check-every N --hold-every N --program FILE]`: kills the server again and
 * again and looks what is left. On Windows the end is TerminateProcess, and every third round another program has files of
 * the data folder open while the server starts and works (test/windows/hold.ts). `--program dist/command/mailroom.mjs` is
 * the command as the installed app has it.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string' },
    'check-every': { type: 'string', default: '2' },
    'hold-every': { type: 'string', default: process.platform === 'win32' ? '3' : '0' },
    program: { type: 'string', default: CHECKOUT_PROGRAM },
  },
});
const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 32) : Number(values.seed);
const rounds = Number(values.rounds);
const dataDir = await makeTempFolder('crash');
console.log(`${rounds} rounds, seed ${seed}`);
const wrong = await runCrashes({
  ...{ seed, rounds, dataDir, program: values.program },
  ...{ checkEvery: Number(values['check-every']), holdEvery: Number(values['hold-every']) },
  progress: (line) => console.log(line),
});
if (wrong.length === 0) {
  await removeFolder(dataDir);
  console.log(`${rounds} rounds: everything answered OK was there, nothing else was`);
} else {
  console.error(`${wrong.slice(0, 50).join('\n')}\n${wrong.length} in all; the data folder is kept: ${dataDir}`);
  process.exitCode = 1;
}
// On Windows what is left of a killed program can keep this one alive after its last word: then it says of what, and ends.
setTimeout(() => {
  console.error(`still open at the end: ${process.getActiveResourcesInfo().join(', ')}`);
  process.exit();
}, 10_000).unref();
