import type { Command } from 'commander';
import { readAccess } from '../../admin/http/access-file.ts';
import { UserError } from '../../base/errors.ts';
import { withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { windowAddress } from '../introduction.ts';
import type { Surroundings } from '../surroundings.ts';

export function addWindowCommand(program: Command, surroundings: Surroundings): void {
  withDataOption(program.command('window'), surroundings)
    .description('print where the settings window of a running server opens in a browser')
    .addHelpText('after', '\nThe address lets in whoever opens it on this computer, until the server ends.')
    .action(async ({ data }: DataOptions) => {
      // The file of a server that was killed leads nowhere, or to somebody else.
      await withAdministration(surroundings, data, 'change', ({ call }) => call('server.info', {}));
      const access = await readAccess(data);
      if (access === undefined) throw new UserError('The server is just starting or ending: try again in a moment');
      surroundings.terminal.out(`${windowAddress(access)}\n`);
    });
}
