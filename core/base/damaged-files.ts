import { rename } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Clock } from './clock.ts';
import { UserError } from './errors.ts';
import type { Logger } from './logger.ts';
import { patienceAtStart, patiently } from './patiently.ts';
import type { Problems } from './problems.ts';

/** The content of a file cannot be used. The message names the remedy for who starts nothing without it. */
export class DamagedFile extends UserError {
  /** What is wrong with it, in a few words. */
  readonly problem: string;

  constructor(problem: string, message: string) {
    super(message);
    this.problem = problem;
  }
}

export interface DamagedFilesDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly problems: Pick<Problems, 'report'>;
}

/**
 * Puts files aside that cannot be used, so that the server starts without what was in them: one damaged file must neither
 * keep everybody's mail nor let anybody in. What there is instead is told in the log and in the window.
 */
export class DamagedFiles {
  readonly #dependencies: DamagedFilesDependencies;

  constructor(dependencies: DamagedFilesDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * @param files the damaged one first; those that are missing are passed over
   * @param instead what holds from now on and what to do, for people
   */
  async setAside(files: readonly string[], problem: string, instead: string): Promise<void> {
    const { clock, logger, problems } = this.#dependencies;
    const time = new Date(clock.now()).toISOString().replaceAll(':', '-');
    const kept: string[] = [];
    for (const file of files) if (await isMoved(file, asideOf(file, time))) kept.push(asideOf(file, time));
    const text = `${files[0]} cannot be used (${problem}) and is kept as ${kept.map((name) => basename(name)).join(' and ')}. ${instead}`;
    logger.error({ file: files[0], kept, problem }, text);
    problems.report(files[0]!, text);
  }

  /** What was in the file is there again. */
  mended(file: string): void {
    this.#dependencies.problems.report(file, undefined);
  }
}

/** How a file is called that was put aside at this time. */
export function asideOf(file: string, time: string): string {
  return `${file}.broken-${time}`;
}

async function isMoved(file: string, to: string): Promise<boolean> {
  try {
    await patiently(file, () => rename(file, to), patienceAtStart);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
