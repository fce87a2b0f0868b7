import type { AdminEvent, LogLine } from '../admin/contract.ts';
import { adminLimits, commandLimits } from '../base/limits.ts';
import type { Administration } from './administration.ts';
import type { Surroundings } from './surroundings.ts';

export interface LogFollowerDependencies extends Pick<Surroundings, 'pause'> {
  readonly administration: Administration;
  readonly query: { readonly level: LogLine['level']; readonly text: string | undefined };
  readonly print: (line: LogLine) => void;
}

/**
 * Prints each line of the log once as it comes. Events bring them at once; now and then the newest are asked for, which
 * finds those that came while no stream of events was there, and tells when the server is gone.
 */
export class LogFollower {
  readonly #dependencies: LogFollowerDependencies;
  /** Lines that were printed and may come again, as text. */
  readonly #printed = new Set<string>();
  /** Older lines are not asked about: milliseconds since the epoch. */
  #from = 0;

  constructor(dependencies: LogFollowerDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * @param shown the newest lines, which have been printed
   * @param unread settles when nobody reads any more: it ends then, else by rejecting when the server has ended
   */
  async run(shown: readonly LogLine[], unread: Promise<void>): Promise<void> {
    const { administration, query, pause } = this.#dependencies;
    this.#from = shown.at(-1)?.at ?? 0;
    for (const line of shown) this.#printed.add(JSON.stringify(line));
    const stop = administration.onEvent((event) => this.#hear(event));
    let isRead = true;
    const gone = unread.then(() => {
      isRead = false;
    });
    try {
      while (isRead) {
        for (const line of await administration.call('log.tail', { lines: adminLimits.logEvents, ...query }))
          this.#take(line);
        await Promise.race([pause(commandLimits.look), gone]);
      }
    } finally {
      stop();
    }
  }

  /** Which lines hold a text only the server knows: those are found by asking. */
  #hear(event: AdminEvent): void {
    const { level, text } = this.#dependencies.query;
    if (event.event !== 'log.line' || text !== undefined) return;
    if (ranks[event.line.level] >= ranks[level]) this.#take(event.line);
  }

  #take(line: LogLine): void {
    const key = JSON.stringify(line);
    if (line.at < this.#from || this.#printed.has(key)) return;
    this.#printed.add(key);
    for (const oldest of this.#printed) {
      if (this.#printed.size <= adminLimits.logLines) break;
      this.#printed.delete(oldest);
    }
    this.#dependencies.print(line);
  }
}

const ranks: Readonly<Record<LogLine['level'], number>> = { debug: 0, info: 1, warn: 2, error: 3 };
