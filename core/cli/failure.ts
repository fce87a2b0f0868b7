import { CommanderError } from 'commander';
import { Refused, UserError } from '../base/errors.ts';
import { systemRefusal } from '../base/system-refusal.ts';
import type { Terminal } from './surroundings.ts';

/** How a command ends, for scripts: all went well, it failed or was refused, or it was called wrongly. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Called wrongly, in a way commander does not see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Tells people of a failure, in one line when it is not a bug of ours. */
export function reportFailure(failure: unknown, terminal: Terminal): ExitCode {
  if (failure instanceof CommanderError) return exitCodeOf(failure); // it has spoken already
  if (failure instanceof UsageError) {
    terminal.err(`mailroom: ${failure.message}\n`);
    return exitCodes.usage;
  }
  terminal.err(`mailroom: ${textOf(failure)}\n`);
  return exitCodes.failed;
}

/** Commander throws for `--help` and `--version` too. */
function exitCodeOf(failure: CommanderError): ExitCode {
  return failure.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}

function textOf(failure: unknown): string {
  if (failure instanceof UserError || failure instanceof Refused) return failure.message;
  return systemRefusal(failure) ?? `this is a bug of Mailroom: ${describe(failure)}`;
}

function describe(failure: unknown): string {
  return failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
}
