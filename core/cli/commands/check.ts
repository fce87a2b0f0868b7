import type { Command } from 'commander';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { exitCodes } from '../failure.ts';
import type { Ending } from '../program.ts';
import type { Surroundings } from '../surroundings.ts';

interface CheckOptions extends DataOptions {
  readonly repair?: boolean;
}

export function addCheckCommand(program: Command, surroundings: Surroundings, ending: Ending): void {
  withDataOption(program.command('check'), surroundings)
    .description('verify all mail, settings and users; every stored octet is read')
    .option('--repair', 'put right what can be put right; nothing that can still be read is deleted')
    .addHelpText('after', '\nThe exit code is 1 when something is wrong and was not repaired.')
    .action(async ({ data, repair = false }: CheckOptions) => {
      const { checkData } = await import('../check-data.ts');
      if (!(await checkData(data, repair, surroundings))) ending.exitCode = exitCodes.failed;
    });
}
