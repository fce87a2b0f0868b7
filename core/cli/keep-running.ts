import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { commandLimits } from '../base/limits.ts';
import { ENDING_SIGNALS, type Surroundings } from './surroundings.ts';

/**
 * Runs the server as a process of its own, and starts it again when that has crashed, with growing pauses: for systems that
 * start a program and do not look after it. Ends when the server was told to end, or this is by a signal.
 * @param args of the server's process, behind the program of this one
 * @returns the exit code of the server that was told to end
 */
export async function keepRunning(args: readonly string[], { clock, pause, terminal }: Surroundings): Promise<number> {
  let child: ChildProcess | undefined;
  let told = false;
  const end = (signal: NodeJS.Signals) => {
    told = true;
    child?.kill(signal);
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, end);
  try {
    for (let crashes = 0; ; crashes++) {
      const startedAt = clock.now();
      child = spawn(process.execPath, args, { stdio: 'inherit', windowsHide: true });
      const code = await exitCodeOf(child);
      if (code === 0 || told) return code;
      if (clock.now() - startedAt >= commandLimits.wellAfter) crashes = 0;
      const wait = commandLimits.restartAfter[Math.min(crashes, commandLimits.restartAfter.length - 1)] ?? 0;
      terminal.err(`mailroom: the server has ended with code ${code}; it is started again in ${wait / 1000} s\n`);
      await pause(wait);
      if (told) return 0;
    }
  } finally {
    for (const signal of ENDING_SIGNALS) process.off(signal, end);
  }
}

/** 1 when it was ended by force, or could not be started. */
async function exitCodeOf(child: ChildProcess): Promise<number> {
  try {
    const [code] = await once(child, 'exit');
    return code ?? 1;
  } catch {
    return 1;
  }
}
