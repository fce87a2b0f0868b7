import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { exitCodes } from './failure.ts';
import { buildProgram } from './program.ts';
import { systemSurroundings } from './surroundings.ts';

const project = join(import.meta.dirname, '../..');
const files = ['README.md', ...globSync('{core,electron,renderer}/**/*.{ts,svelte}', { cwd: project })];

it('every text that names a command names one that there is: a remedy that does not work is none', () => {
  const program = buildProgram(systemSurroundings(), { exitCode: exitCodes.ok });
  const wrong: string[] = [];
  let named = 0;
  for (const file of files.filter((name) => !/\.test\.ts$/.test(name))) {
    const text = readFileSync(join(project, file), 'utf8');
    for (const [, words = ''] of text.matchAll(/(?:["`]|\\n *|^ *|mailroom -- )(?:mailroom) ([a-z-]+(?: [a-z]+)?)/gm)) {
      named += 1;
      if (!isCommand(program, words.split(' '))) wrong.push(`${file}: mailroom ${words}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(named).toBeGreaterThan(50);
});

/** What follows the name of a command that has none below it is its arguments. */
function isCommand(command: Command, [name, ...more]: readonly string[]): boolean {
  if (command.commands.length === 0 || name === undefined) return true;
  const next = command.commands.find((each) => each.name() === name);
  const mayStandAlone = command.parent !== null && command.registeredArguments.length > 0;
  return next === undefined ? mayStandAlone : isCommand(next, more);
}
