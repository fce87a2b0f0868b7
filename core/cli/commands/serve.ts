import { type Command, InvalidArgumentError } from 'commander';
import { withDataOption } from '../data-option.ts';
import { exitCodes } from '../failure.ts';
import { keepRunning as keepServerRunning } from '../keep-running.ts';
import type { Ending } from '../program.ts';
import type { ServeOptions } from '../serve.ts';
import type { Surroundings } from '../surroundings.ts';

export function addServeCommand(program: Command, surroundings: Surroundings, ending: Ending): void {
  withDataOption(program.command('serve'), surroundings)
    .description('run the server until it is told to end (Ctrl-C, SIGTERM, `mailroom stop`)')
    .option('--host <host>', 'the address to listen on, * for all; otherwise the settings say')
    .option('--imap-port <port>', 'the port for IMAP with STARTTLS, 0 for any free one', portOf)
    .option('--imaps-port <port>', 'the port for IMAP over TLS, 0 for any free one', portOf)
    .option('--allow-plaintext', 'take passwords without TLS from everywhere, whatever the settings say')
    .option('--keep-running', 'start the server again, after a while, when it has crashed')
    .addHelpText('after', helpText)
    .action(async ({ keepRunning, ...options }: ServeOptions & { readonly keepRunning?: true }) => {
      if (keepRunning) {
        const own = process.argv.slice(1).filter((arg) => arg !== '--keep-running');
        ending.exitCode = (await keepServerRunning(own, surroundings)) === 0 ? exitCodes.ok : exitCodes.failed;
        return;
      }
      const { serve } = await import('../serve.ts'); // loading a whole server takes longer than most other commands
      await serve(options, surroundings);
    });
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
