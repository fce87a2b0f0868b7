import { join } from 'node:path';
import type { FileHandler } from '../admin/http/requests.ts';
import { openWindowFiles } from '../admin/http/window-files.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { growFileTable } from '../base/open-files.ts';
import { createMailServer, type MailServer } from '../server.ts';
import type { ServiceInfo } from '../services/service.ts';
import type { ListenOverrides } from '../services/wanted-listeners.ts';
import type { DataOptions } from './data-option.ts';
import { firstPassword, introduction, type Listener, readyLine, windowLine } from './introduction.ts';
import { openLog } from './log.ts';
import { ENDING_SIGNALS, type Surroundings, type Terminal } from './surroundings.ts';
import { windowFolder } from './window-folder.ts';

export interface ServeOptions extends DataOptions, ListenOverrides {
  readonly allowPlaintext?: true;
}

/** Runs a server until a signal or the administration ends it. @throws UserError when the data folder or a port cannot be had. */
export async function serve(options: ServeOptions, surroundings: Surroundings): Promise<void> {
  const log = openLog(join(options.data, 'logs'), surroundings.terminal);
  const forgetLastWords = logLastWords(log.logger);
  try {
    const server = await createMailServer(options, { ...surroundings, logger: log.logger });
    try {
      const ending = toldToEnd();
      await growFileTable();
      await open(server, options, surroundings);
      const signal = await Promise.race([ending, server.askedToEnd]);
      log.logger.info({ signal }, 'told to end');
    } finally {
      await server.stop();
    }
  } finally {
    forgetLastWords();
    await log.close();
  }
}

/** A bug that ends the process is in the log, too: services have no terminal that somebody reads. Returns how to stop. */
function logLastWords(logger: Logger): () => void {
  const log = (error: Error) => logger.error({ err: error }, 'The server ends through a bug of ours');
  process.on('uncaughtExceptionMonitor', log);
  return () => process.off('uncaughtExceptionMonitor', log);
}

async function open(server: MailServer, options: ServeOptions, { terminal }: Surroundings): Promise<void> {
  const { firstUser, imap4 } = server;
  await imap4.start();
  await server.autoconfig.start(); // its problems are shown in the window; mail goes on without it
  const info = imap4.info();
  try {
    if (isFatal(info, options)) throw new UserError(info.problem ?? 'The service cannot be started');
    const notices = info.listeners.filter(({ boundPort }) => boundPort !== undefined).map(({ problem }) => problem);
    for (const line of [...notices, info.problem]) if (line !== undefined) terminal.err(`${line}\n`);
    const files = await windowFiles(terminal);
    const { local } = await server.openAdministration(files);
    const listeners = listenersOf(info);
    if (firstUser !== undefined) terminal.err(introduction(firstUser, listeners));
    terminal.out(readyLine(listeners, options.data));
    if (files !== undefined) terminal.err(windowLine(local, terminal.screen !== undefined));
  } catch (failure) {
    if (firstUser !== undefined) terminal.err(firstPassword(firstUser)); // nothing else will ever tell it
    throw failure;
  }
}

/** A server without its window is administered by command; mail goes on all the same. */
async function windowFiles(terminal: Terminal): Promise<FileHandler | undefined> {
  try {
    return await openWindowFiles(windowFolder());
  } catch (failure) {
    terminal.err(`${failure instanceof Error ? failure.message : String(failure)}\n`);
    return undefined;
  }
}

/** Whoever named a place waits for it in vain, and a server that nobody reaches is none; the rest may be mended later. */
function isFatal(info: ServiceInfo, { host, imapPort, imapsPort }: ServeOptions): boolean {
  if (info.state !== 'problem' || info.listeners.length === 0) return false;
  return listenersOf(info).length === 0 || host !== undefined || imapPort !== undefined || imapsPort !== undefined;
}

function listenersOf({ listeners }: ServiceInfo): readonly Listener[] {
  return listeners.flatMap(({ boundPort, ...place }) =>
    boundPort === undefined ? [] : [{ ...place, port: boundPort }],
  );
}

/** Resolves with the signal. A second one ends the process at once: the store bears that. */
function toldToEnd(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ENDING_SIGNALS) process.once(signal, resolve);
  return promise;
}
