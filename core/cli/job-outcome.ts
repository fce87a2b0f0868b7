import { setTimeout } from 'node:timers/promises';
import type { Begun, Job } from '../admin/contract.ts';
import { UserError } from '../base/errors.ts';
import { commandLimits } from '../base/limits.ts';
import { type Administration, withAdministration } from './administration.ts';
import { Progress } from './progress.ts';
import type { Surroundings, Terminal } from './surroundings.ts';
import { printable } from './words.ts';

/** A job that has ended, or what became of asking for it. */
type Outcome = { readonly job: Job } | { readonly lost: unknown };

/**
 * Begins a job on the server that has the data folder, or on its files, shows how it goes and waits for its end. Ctrl-C
 * cancels it.
 * @param title what goes by, for people
 * @returns the job; what it left out has been told, how it failed has not
 */
export async function jobDone(
  surroundings: Surroundings,
  folder: string,
  title: string,
  begin: (administration: Administration) => Promise<Begun>,
): Promise<Job> {
  const outcome = await withAdministration<Outcome>(surroundings, folder, 'change', async (administration) => {
    const { job } = await begin(administration);
    // Whatever happens from here on is no reason to begin once more on the files.
    return followed(job, title, administration, surroundings).then(
      (ended) => ({ job: ended }),
      (lost: unknown) => ({ lost }),
    );
  });
  if ('lost' in outcome) throw outcome.lost;
  tellRemarks(outcome.job, surroundings.terminal);
  return outcome.job;
}

/** @throws UserError unless the job did all it should. */
export function needDone({ state, error }: Job): void {
  if (state === 'cancelled') throw new UserError('cancelled; what was done by then stays');
  if (state === 'failed') throw new UserError(error ?? 'it failed; the log says more');
}

async function followed(
  id: number,
  title: string,
  administration: Administration,
  { terminal, onInterrupt }: Surroundings,
): Promise<Job> {
  const interrupted = new AbortController();
  const stop = onInterrupt(() => interrupted.abort());
  const progress = new Progress(terminal, title);
  try {
    let told = false;
    for (let pause: number = commandLimits.jobLook; ; pause = Math.min(2 * pause, commandLimits.jobLookAtLast)) {
      if (interrupted.signal.aborted && !told) {
        told = true;
        await administration.call('jobs.cancel', { id });
      }
      const job = await administration.call('jobs.get', { id });
      progress.show(job);
      if (job.state !== 'running') return job;
      // Until the next look, or Ctrl-C.
      await setTimeout(pause, undefined, told ? {} : { signal: interrupted.signal }).catch(() => {});
    }
  } finally {
    progress.end();
    stop();
  }
}

function tellRemarks({ skipped, leftOut, notes }: Job, terminal: Terminal): void {
  let told = 0;
  for (const { what, why, messages = 1 } of skipped) {
    const all = messages === 1 ? what : `${what} (${messages} messages)`;
    terminal.err(`${printable(`left out: ${all}: ${why}`)}\n`);
    told += messages;
  }
  if (leftOut > told) terminal.err(`left out: ${leftOut - told} more\n`);
  for (const note of notes) terminal.err(`${printable(note)}\n`);
}
