import { parseArgs } from 'node:util';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { runFuzz } from './fuzz-run.ts';

/** `npm run test:fuzz [-- --minutes N] [--seed S] [--session N]`: mutated sessions, or one of them again. */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' }, session: { type: 'string' } },
});
const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(values.seed);
const only = values.session === undefined ? undefined : Number(values.session);
const end = Date.now() + Number(values.minutes) * 60_000;
const dataDir = await makeTempFolder('fuzz');
console.log(`seed ${seed}`);
const result = await runFuzz({
  seed,
  from: only ?? 0,
  more: (number) => (only === undefined ? Date.now() < end : number === only),
  dataDir,
  progress: (line) => console.log(line),
});
const { sessions, reached, withPrefix, slowest, memory, failures } = result;
console.log(`${sessions} sessions; ${reached} of ${withPrefix} reached the state they wanted to be mutated in`);
console.log(
  `the bystander waited ${Math.round(slowest)} ms at most; memory ${memory.early} kB early, ${memory.most} kB at most`,
);
if (failures.length === 0) {
  await removeFolder(dataDir);
  console.log('nothing failed');
} else {
  console.error(
    `${failures.join('\n\n')}\n\n${failures.length} failures, seed ${seed}; the data folder is kept: ${dataDir}`,
  );
  process.exitCode = 1;
}
