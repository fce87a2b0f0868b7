import type { Clock } from '../base/clock.ts';
import { adminLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import type { LogLine } from './contract.ts';
import { plainFields, shortened } from './plain-fields.ts';

export interface LogQuery {
  /** How many at most. */
  readonly lines: number;
  /** This level and those above it. */
  readonly level: LogLine['level'];
  /** In whatever case, in the message or a field. */
  readonly text?: string | undefined;
}

interface Kept {
  readonly number: number;
  readonly line: LogLine;
}

const levels = ['debug', 'info', 'warn', 'error'] as const;

/**
 * The newest lines of the log, in memory. Lines for developers have a ring of their own, so that they never push out what
 * an administrator looks for.
 */
export class LogTail {
  readonly #clock: Clock;
  readonly #debug: Kept[] = [];
  readonly #lines: Kept[] = [];
  readonly #listeners = new Set<(line: LogLine) => void>();
  #number = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A logger that writes where the given one does and is heard here. */
  through(logger: Logger): Logger {
    const level = (name: LogLine['level']) => (fields: object, message: string) => {
      logger[name](fields, message);
      this.#take(name, fields, message);
    };
    return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') };
  }

  /** The newest lines, the oldest of them first. */
  tail({ lines, level, text }: LogQuery): readonly LogLine[] {
    const lowest = levels.indexOf(level);
    const wanted = text?.toLowerCase();
    const all = lowest > 0 ? this.#lines : [...this.#debug, ...this.#lines].sort((one, two) => one.number - two.number);
    return all
      .map(({ line }) => line)
      .filter((line) => levels.indexOf(line.level) >= lowest && (wanted === undefined || holds(line, wanted)))
      .slice(-lines);
  }

  /** Returns how to stop listening. */
  onLine(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take(level: LogLine['level'], fields: object, message: string): void {
    const line: LogLine = { at: this.#clock.now(), level, message: shortened(message), fields: plainFields(fields) };
    const ring = level === 'debug' ? this.#debug : this.#lines;
    ring.push({ number: this.#number++, line });
    // Rarely and many at once: shifting an array for each line would cost more than the line.
    if (ring.length > 2 * adminLimits.logLines) ring.splice(0, ring.length - adminLimits.logLines);
    for (const listener of this.#listeners) listener(line);
  }
}

function holds({ message, fields }: LogLine, wanted: string): boolean {
  return message.toLowerCase().includes(wanted) || fieldsText(fields).toLowerCase().includes(wanted);
}

/** As the window shows them, so that what is seen there can be found: `user=karen attempts=3`. */
function fieldsText(fields: LogLine['fields']): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
