import { Command } from 'commander';
import { addCheckCommand } from './commands/check.ts';
import { addCompactCommand } from './commands/compact.ts';
import { addExportCommand } from './commands/export.ts';
import { addImportCommand } from './commands/import.ts';
import { addServeCommand } from './commands/serve.ts';
import { addSettingsCommands } from './commands/settings.ts';
import { addUserCommands } from './commands/user.ts';
import { type ExitCode, exitCodes, reportFailure } from './failure.ts';
import type { Surroundings } from './surroundings.ts';

/** Runs one call of the `mailroom` command. Never rejects; what went wrong has been said on stderr. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const ending: Ending = { exitCode: exitCodes.ok };
  try {
    await buildProgram(surroundings, ending).parseAsync(args, { from: 'user' });
    return ending.exitCode;
  } catch (failure) {
    return reportFailure(failure, surroundings.terminal);
  }
}

/** Where a command that did its work notes that the outcome is bad all the same. */
export interface Ending {
  exitCode: ExitCode;
}

/** The whole command, with all its subcommands. */
export function buildProgram(surroundings: Surroundings, ending: Ending): Command {
  const { terminal } = surroundings;
  const program = new Command('mailroom')
    .description('A mail server that a small office runs on an ordinary PC.')
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError('Add --help to see how it is called.')
    .addHelpText('after', '\nExit codes: 0 it was done, 1 it failed or was refused, 2 it was called wrongly.');
  addServeCommand(program, surroundings);
  addUserCommands(program, surroundings);
  addImportCommand(program, surroundings, ending);
  addExportCommand(program, surroundings, ending);
  addSettingsCommands(program, surroundings);
  addCheckCommand(program, surroundings, ending);
  addCompactCommand(program, surroundings);
  return program;
}
