import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type CheckReport, checkMailStore, type Finding } from '../../store/check/check-store.ts';
import { type OpenData, withData } from '../data-folder.ts';
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
    .action(async (options: CheckOptions) => {
      const isSound = await withData(surroundings, options.data, false, (data) => check(data, options, surroundings));
      if (!isSound) ending.exitCode = exitCodes.failed;
    });
}

/** @returns whether all is well now. */
async function check(data: OpenData, { repair = false }: CheckOptions, surroundings: Surroundings): Promise<boolean> {
  data.settings(); // tells of what it cannot use
  const users = new Map((await data.directory()).list().map(({ accountId, name }) => [accountId, name]));
  const nameOf = (accountId: string) => users.get(accountId) ?? `the mail folder ${accountId}, which is no user's`;
  const folder = join(data.folder, 'mail');
  await mkdir(folder, { recursive: true, mode: 0o700 }); // a server that never started has none
  const report = await checkMailStore({ ...surroundings, logger: data.logger, folder, repair });
  for (const finding of report.findings)
    surroundings.terminal.out(`${nameOf(finding.accountId)}: ${textOf(finding)}\n`);
  surroundings.terminal.out(summary(report));
  return report.findings.every(({ state }) => state === 'repaired');
}

function textOf({ what, remedy, state }: Finding): string {
  return state === 'repaired' ? `${what}. Repaired: ${remedy}` : `${what}. Remedy: ${remedy}`;
}

function summary({ accounts, messages, findings }: CheckReport): string {
  const count = (wanted: Finding['state']) => findings.filter(({ state }) => state === wanted).length;
  const states = `repaired ${count('repaired')}, repairable with --repair ${count('repairable')}, left ${count('left')}`;
  const outcome = findings.length === 0 ? 'nothing is wrong' : `findings ${findings.length}: ${states}`;
  return `checked accounts ${accounts}, messages ${messages}: ${outcome}\n`;
}
