import { type Command, InvalidArgumentError } from 'commander';
import type { StopInfo } from '../../admin/contract.ts';
import { UserError } from '../../base/errors.ts';
import { commandLimits } from '../../base/limits.ts';
import { isInUse, withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import type { Surroundings } from '../surroundings.ts';

interface StopOptions extends DataOptions {
  /** Seconds. */
  readonly within: number;
}

/** Windows has no signal that ends a program in order, so scripts and service managers end the server with this. */
export function addStopCommand(program: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  withDataOption(program.command('stop'), surroundings)
    .description('end the running server in order, and the app with it, and wait until it has ended')
    .option('--within <seconds>', 'how long to wait', wholeSeconds, commandLimits.stopWithin)
    .action(async (options: StopOptions) => {
      await stopServer(options, surroundings);
      terminal.out('stopped\n');
    });
}

/** Ends the server that has the folder, in order, and waits until it has ended. @throws UserError when none runs, or it takes longer */
export async function stopServer({ data, within }: StopOptions, surroundings: Surroundings): Promise<void> {
  const ending = await withAdministration(surroundings, data, 'change', ({ call }) => call('server.stop', {}));
  surroundings.terminal.err(`waiting for the server to end: ${waitedFor(ending)}\n`);
  await untilEnded(ending, { data, within }, surroundings);
}

/** @throws UserError when it takes longer. */
async function untilEnded(ending: StopInfo, { data, within }: StopOptions, surroundings: Surroundings): Promise<void> {
  const { clock, pause } = surroundings;
  const atLast = clock.now() + within * 1000;
  while (await isInUse(data)) {
    if (clock.now() >= atLast) throw notYet(ending, within);
    await pause(commandLimits.pause);
  }
  // Its files are closed. Whoever starts another program now expects that the process is gone, too.
  const processAtLast = clock.now() + commandLimits.processEnd;
  while (runs(ending.pid) && clock.now() < processAtLast) await pause(commandLimits.pause);
}

function notYet(ending: StopInfo, within: number): UserError {
  return new UserError(
    `The server (process ${ending.pid}) has not ended within ${within} s; it waited for ${waitedFor(ending)}. It goes on ending: wait with "mailroom stop --within ${2 * Math.max(within, 15)}", or see its log`,
  );
}

function waitedFor({ sessions, jobs }: StopInfo): string {
  return `${count(sessions, 'session')}, ${count(jobs, 'import or export', 'imports and exports')}`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** False for this very process: it is the server's own that asks. */
function runs(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0); // asks only
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // there, and another user's
  }
}

function wholeSeconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('give whole seconds, such as 30.');
}
