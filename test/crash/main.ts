import { parseArgs } from 'node:util';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { runCrashes } from './crash-run.ts';

/** `npm run test:crash [-- --rounds N --seed S]`: kills the server again and again and looks what is left. */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string' } },
});
const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 32) : Number(values.seed);
const rounds = Number(values.rounds);
const dataDir = await makeTempFolder('crash');
console.log(`${rounds} rounds, seed ${seed}`);
const wrong = await runCrashes({ seed, rounds, checkEvery: 2, dataDir, progress: (line) => console.log(line) });
if (wrong.length === 0) {
  await removeFolder(dataDir);
  console.log(`${rounds} rounds: everything answered OK was there, nothing else was`);
} else {
  console.error(`${wrong.slice(0, 50).join('\n')}\n${wrong.length} in all; the data folder is kept: ${dataDir}`);
  process.exitCode = 1;
}
