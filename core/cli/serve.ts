import { join } from 'node:path';
import { createMailServer, type MailServer } from '../server.ts';
import type { DataOptions } from './data-option.ts';
import { firstPassword, introduction, readyLine } from './introduction.ts';
import { type ListenOptions, listenAt, wantedListeners } from './listeners.ts';
import { openLog } from './log.ts';
import type { Surroundings } from './surroundings.ts';

export interface ServeOptions extends DataOptions, ListenOptions {
  readonly allowPlaintext?: true;
}

/** Runs a server until a signal ends it. @throws UserError when the data folder or a port cannot be had. */
export async function serve(options: ServeOptions, surroundings: Surroundings): Promise<void> {
  const log = openLog(join(options.data, 'logs'), surroundings.terminal);
  try {
    const { data, allowPlaintext = false } = options;
    const server = await createMailServer({ data, allowPlaintext }, { ...surroundings, logger: log.logger });
    try {
      const ending = toldToEnd();
      await open(server, options, surroundings);
      log.logger.info({ signal: await ending }, 'told to end');
    } finally {
      await server.stop();
    }
  } finally {
    await log.close();
  }
}

async function open(server: MailServer, options: ServeOptions, { terminal }: Surroundings): Promise<void> {
  const isOn = server.settings.get('imap4.general.enabled');
  if (!isOn) terminal.err('IMAP4 is switched off: "mailroom settings set imap4.general.enabled on" switches it on.\n');
  const wanted = isOn ? wantedListeners(server.settings.get('imap4.general.bindings'), options) : [];
  const { firstUser } = server;
  try {
    const listeners = await listenAt(server, wanted, (line) => terminal.err(`${line}\n`));
    if (firstUser !== undefined) terminal.err(introduction(firstUser, listeners));
    terminal.out(readyLine(listeners, options.data));
  } catch (failure) {
    if (firstUser !== undefined) terminal.err(firstPassword(firstUser)); // nothing else will ever tell it
    throw failure;
  }
}

/** Resolves with the signal. A second one ends the process at once: the store bears that. */
function toldToEnd(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) process.once(signal, resolve);
  return promise;
}
