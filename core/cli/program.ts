import { Command } from 'commander';
import { version } from '../version.ts';
import { actAsOwner } from './act-as-owner.ts';
import { addAccessCommands } from './commands/access.ts';
import { addAdministratorCommands } from './commands/administrator.ts';
import { addAutostartCommands } from './commands/autostart.ts';
import { addCertificateCommands } from './commands/certificate.ts';
import { addCheckCommand } from './commands/check.ts';
import { addCompactCommand } from './commands/compact.ts';
import { addExportCommand } from './commands/export.ts';
import { addGroupCommands } from './commands/group.ts';
import { addImportCommand } from './commands/import.ts';
import { addLimitCommands } from './commands/limits.ts';
import { addLogCommand } from './commands/log.ts';
import { addPublicCommands } from './commands/public.ts';
import { addServeCommand } from './commands/serve.ts';
import { addServiceCommands } from './commands/service.ts';
import { addSessionCommands } from './commands/sessions.ts';
import { addSettingsCommands } from './commands/settings.ts';
import { addShareCommands } from './commands/share.ts';
import { addStopCommand } from './commands/stop.ts';
import { addUserCommands } from './commands/user.ts';
import { addWindowCommand } from './commands/window.ts';
import { type ExitCode, exitCodes, reportFailure } from './failure.ts';
import type { Surroundings, Terminal } from './surroundings.ts';
import { printableLines } from './words.ts';

/** Runs one call of the `mailroom` command. Never rejects; what went wrong has been said on stderr. */
export async function runCommandLine(args: readonly string[], given: Surroundings): Promise<ExitCode> {
  const surroundings = { ...given, terminal: harmless(given.terminal) };
  const ending: Ending = { exitCode: exitCodes.ok };
  try {
    await buildProgram(surroundings, ending).parseAsync(args, { from: 'user' });
    return ending.exitCode;
  } catch (failure) {
    return reportFailure(failure, surroundings.terminal);
  }
}

/** Whatever is printed: names that strangers gave themselves get into messages by many ways. */
function harmless(terminal: Terminal): Terminal {
  return {
    ...terminal,
    out: (text) => terminal.out(printableLines(text)),
    err: (text) => terminal.err(printableLines(text)),
  };
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
    .version(version)
    .exitOverride()
    .enablePositionalOptions() // or "sessions list --data DIR" would be an option of "sessions"
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError('Add --help to see how it is called.')
    .addHelpText('after', '\nExit codes: 0 it was done, 1 it failed or was refused, 2 it was called wrongly.');
  program.hook('preAction', (_program, command) => {
    const { data } = command.opts();
    if (typeof data === 'string') actAsOwner(data);
  });
  addServeCommand(program, surroundings, ending);
  addStopCommand(program, surroundings);
  addAutostartCommands(program, surroundings);
  addWindowCommand(program, surroundings);
  addSettingsCommands(program, surroundings);
  addUserCommands(program, surroundings);
  addGroupCommands(program, surroundings);
  addShareCommands(program, surroundings);
  addPublicCommands(program, surroundings);
  addServiceCommands(program, surroundings);
  addSessionCommands(program, surroundings);
  addLimitCommands(program, surroundings);
  addAccessCommands(program, surroundings, ending);
  addCertificateCommands(program, surroundings);
  addAdministratorCommands(program, surroundings);
  addLogCommand(program, surroundings);
  addImportCommand(program, surroundings, ending);
  addExportCommand(program, surroundings, ending);
  addCheckCommand(program, surroundings, ending);
  addCompactCommand(program, surroundings);
  return program;
}
