import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LogLine } from '../../admin/contract.ts';
import { adminLimits } from '../../base/limits.ts';
import { type Administration, withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { jsonText } from '../json-option.ts';
import { LogFollower } from '../log-follower.ts';
import type { Surroundings } from '../surroundings.ts';
import { printable, timeText } from '../words.ts';

interface LogOptions extends DataOptions {
  readonly lines: number;
  readonly level: LogLine['level'];
  readonly text?: string;
  readonly follow?: true;
  readonly json?: true;
}

export function addLogCommand(program: Command, surroundings: Surroundings): void {
  const level = new Option('--level <level>', 'this level and those above it').choices([
    'debug',
    'info',
    'warn',
    'error',
  ]);
  withDataOption(program.command('log'), surroundings)
    .description('show the newest lines of the log of a running server')
    .option('-n, --lines <n>', 'so many at most', lineCount, 50)
    .addOption(level.default('info'))
    .option('--text <text>', 'only lines that hold this text, in whatever case')
    .option('--follow', 'go on with what comes, until Ctrl-C')
    .option('--json', 'a JSON object a line')
    .addHelpText(
      'after',
      '\nThe whole log is in the folder logs of the data folder.\n  mailroom log --level warn --follow',
    )
    .action((options: LogOptions) =>
      withAdministration(surroundings, options.data, 'change', (administration) =>
        show(administration, options, surroundings),
      ),
    );
}

async function show(administration: Administration, options: LogOptions, surroundings: Surroundings): Promise<void> {
  const { terminal, pause } = surroundings;
  const { lines, level, text, follow, json } = options;
  const print = (line: LogLine) => terminal.out(json ? jsonText(line, 0) : lineText(line));
  const query = { level, text };
  const tail = await administration.call('log.tail', { lines, ...query });
  for (const line of tail) print(line);
  if (follow) await new LogFollower({ administration, query, print, pause }).run(tail, terminal.unread);
}

/** `2026-02-03 14:05:09 warn  text {"more":"fields"}` */
function lineText({ at, level, message, fields }: LogLine): string {
  const more = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${printable(`${timeText(at)} ${level.padEnd(5)} ${message}${more}`)}\n`;
}

function lineCount(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= adminLimits.logLines) return count;
  throw new InvalidArgumentError(`It is a number from 1 to ${adminLimits.logLines}.`);
}
