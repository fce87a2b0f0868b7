import { multistream, type Logger as PinoLogger, pino } from 'pino';
import { LogFile, type LogFileCalls } from './log-file.ts';
import type { Terminal } from './surroundings.ts';
import { printable } from './words.ts';

export interface ServerLog {
  readonly logger: PinoLogger;
  /** Resolves when everything is in the file; to be awaited before the process ends. Never rejects. */
  close(): Promise<void>;
}

/**
 * Everything of note goes to `mailroom.log` in this folder, one JSON object a line; what needs attention goes to stderr
 * too, as people read it. Neither throws when the file cannot be written: then that is told, and the server goes on.
 */
export function openLog(folder: string, terminal: Pick<Terminal, 'err'>, calls?: LogFileCalls): ServerLog {
  const file = new LogFile(
    folder,
    {
      notWritten: (err) =>
        logger.warn({ err, folder }, 'The log cannot be written; it is tried again, and lines may be lost'),
      lost: (lines) => logger.warn({ folder, lines }, 'Lines of the log are lost: it could not be written for a while'),
      notPutAside: (err) =>
        logger.warn(
          { err, folder },
          'The log file is full and cannot be put aside; it is gone on with, and tried again',
        ),
    },
    calls,
  );
  const streams = [
    { level: 'info' as const, stream: file },
    { level: 'warn' as const, stream: { write: (line: string) => terminal.err(forPeople(line)) } },
  ];
  const logger: PinoLogger = pino({ base: null }, multistream(streams));
  const atExit = () => file.writeNow();
  process.once('exit', atExit);
  return {
    logger,
    async close() {
      await file.close();
      process.removeListener('exit', atExit);
    },
  };
}

/** `12:34:56 warning: text {"more":"fields"}` */
function forPeople(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as { level: number; time: number; msg?: string };
  const clock = new Date(time).toISOString().slice(11, 19);
  const more = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
  return `${printable(`${clock} ${level >= 50 ? 'error' : 'warning'}: ${msg ?? ''}${more}`)}\n`;
}
