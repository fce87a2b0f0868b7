import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destination, multistream, type Logger as PinoLogger, pino } from 'pino';
import { logLimits } from '../base/limits.ts';
import type { Terminal } from './surroundings.ts';
import { printable } from './words.ts';

export interface ServerLog {
  readonly logger: PinoLogger;
  /** Resolves when everything is in the file; to be awaited before the process ends. Never rejects. */
  close(): Promise<void>;
}

/**
 * Everything of note goes to `mailroom.log` in this folder, one JSON object a line; what needs attention goes to stderr
 * too, as people read it. Full files are put aside as `mailroom.1.log`, the newest, and so on.
 */
export function openLog(folder: string, terminal: Pick<Terminal, 'err'>): ServerLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = new LogFile(folder);
  const streams = [
    { level: 'info' as const, stream: file },
    { level: 'warn' as const, stream: { write: (line: string) => terminal.err(forPeople(line)) } },
  ];
  return { logger: pino({ base: null }, multistream(streams)), close: () => file.close() };
}

class LogFile {
  readonly #path: string;
  readonly #folder: string;
  readonly #destination;
  #size: number;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'mailroom.log');
    this.#size = existsSync(this.#path) ? statSync(this.#path).size : 0;
    this.#destination = destination({ dest: this.#path, sync: false, mode: 0o600 });
    // A full disk must not end the server; the mail store says so where it matters.
    this.#destination.on('error', () => {});
  }

  write(line: string): void {
    this.#size += Buffer.byteLength(line);
    if (this.#size > logLimits.file) this.#putAside(Buffer.byteLength(line));
    this.#destination.write(line);
  }

  close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#destination.once('close', resolve);
    this.#destination.once('error', () => resolve());
    this.#destination.end();
    return promise;
  }

  #flush(): void {
    try {
      this.#destination.flushSync();
    } catch {
      // Not yet open: there is nothing in the file to put aside.
    }
  }

  #putAside(size: number): void {
    this.#flush();
    rmSync(this.#aside(logLimits.kept), { force: true });
    for (let number = logLimits.kept - 1; number >= 1; number--) {
      if (existsSync(this.#aside(number))) renameSync(this.#aside(number), this.#aside(number + 1));
    }
    if (existsSync(this.#path)) renameSync(this.#path, this.#aside(1));
    this.#destination.reopen(this.#path);
    this.#size = size;
  }

  #aside(number: number): string {
    return join(this.#folder, `mailroom.${number}.log`);
  }
}

/** `12:34:56 warning: text {"more":"fields"}` */
function forPeople(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as { level: number; time: number; msg?: string };
  const clock = new Date(time).toISOString().slice(11, 19);
  const more = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${printable(`${clock} ${level >= 50 ? 'error' : 'warning'}: ${msg ?? ''}${more}`)}\n`;
}
