import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { createMailServer, type MailServer } from '../../server.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { firstPassword, introduction, readyLine } from '../introduction.ts';
import { type ListenOptions, listenAt, wantedListeners } from '../listeners.ts';
import { openLog } from '../log.ts';
import type { Surroundings } from '../surroundings.ts';

interface ServeOptions extends DataOptions, ListenOptions {
  readonly allowPlaintext?: true;
}

export function addServeCommand(program: Command, surroundings: Surroundings): void {
  withDataOption(program.command('serve'), surroundings)
    .description('run the server until it is told to end (Ctrl-C, SIGTERM)')
    .option('--host <host>', 'the address to listen on, * for all; otherwise the settings say')
    .option('--imap-port <port>', 'the port for IMAP with STARTTLS, 0 for any free one', portOf)
    .option('--imaps-port <port>', 'the port for IMAP over TLS, 0 for any free one', portOf)
    .option('--allow-plaintext', 'take passwords without TLS from everywhere, whatever the settings say')
    .addHelpText('after', helpText)
    .action((options: ServeOptions) => serve(options, surroundings));
}

const helpText = `
Without options the setting imap4.general.bindings says where to listen: ports 143 and 993, or 1143 and 1993 when those
cannot be had. When it listens it says so on standard output, in one line:
  ready imap=HOST:PORT imaps=HOST:PORT data=DIR
Everything else goes to standard error and to the folder logs in the data folder.`;

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

async function serve(options: ServeOptions, surroundings: Surroundings): Promise<void> {
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
    log.flush();
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
