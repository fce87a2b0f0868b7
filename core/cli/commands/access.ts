import type { Command } from 'commander';
import type { AccessRule } from '../../admin/contract.ts';
import { readNamedText } from '../../base/text-file.ts';
import { ruleToText } from '../../settings/access-rule-text.ts';
import { type Administration, withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { exitCodes } from '../failure.ts';
import { type ListOptions, printList, withJsonOption } from '../json-option.ts';
import type { Ending } from '../program.ts';
import type { Surroundings } from '../surroundings.ts';

interface ImportOptions extends DataOptions {
  readonly dryRun?: true;
}

const KEY = 'imap4.access.rules';

export function addAccessCommands(program: Command, surroundings: Surroundings, ending: Ending): void {
  const access = program.command('access').description('IP access restrictions: who may connect from where');
  addListing(access, surroundings);
  addTest(access, surroundings, ending);
  addImport(access, surroundings);
}

function addListing(access: Command, surroundings: Surroundings): void {
  withJsonOption(withDataOption(access.command('list'), surroundings))
    .description('show the lines; the first that fits decides, and without lines everybody may connect')
    .addHelpText(
      'after',
      `\nThe setting ${KEY} changes them:\n  mailroom settings set ${KEY} "deny 192.168.17.0/24 karen, allow local"`,
    )
    .action(async (options: ListOptions) => {
      const rules = await withAdministration(surroundings, options.data, 'look', presentRules);
      const lines = rules.map((rule, at) => ({ line: at + 1, ...rule }));
      printList(options, surroundings.terminal, lines, ['LINE', 'RULE'], ({ line, ...rule }) => [
        String(line),
        ruleToText(rule),
      ]);
    });
}

async function presentRules({ call }: Administration): Promise<readonly AccessRule[]> {
  const info = (await call('settings.list', {})).find(({ key }) => key === KEY);
  return (info?.value ?? []) as readonly AccessRule[];
}

function addTest(access: Command, surroundings: Surroundings, ending: Ending): void {
  withDataOption(access.command('test <address> [user]'), surroundings)
    .description('say which line an address, and a user who logs in from it, would meet')
    .addHelpText('after', '\nThe exit code is 1 when it would be refused.')
    .action(async (address: string, user: string | undefined, { data }: DataOptions) => {
      const { allowed, text } = await withAdministration(surroundings, data, 'look', ({ call }) =>
        call('accessRules.test', { address, user }),
      );
      surroundings.terminal.out(`${allowed ? 'allowed' : 'refused'}: ${text}\n`);
      if (!allowed) ending.exitCode = exitCodes.failed;
    });
}

function addImport(access: Command, surroundings: Surroundings): void {
  withDataOption(access.command('import <file>'), surroundings)
    .description('replace all lines by those of a file in the old text form')
    .option('--dry-run', 'show the lines and change nothing')
    .addHelpText('after', '\nA rule a line, ! denies, # begins a comment: !192.168.17.0 255.255.255.0 karen')
    .action(async (file: string, { data, dryRun }: ImportOptions) => {
      const text = await readNamedText(file);
      const rules = await withAdministration(surroundings, data, dryRun ? 'look' : 'change', async ({ call }) => {
        const read = await call('accessRules.fromText', { text });
        if (!dryRun) await call('settings.set', { values: { [KEY]: read } });
        return read;
      });
      for (const rule of rules) surroundings.terminal.out(`${ruleToText(rule)}\n`);
      surroundings.terminal.out(dryRun ? `read ${rules.length} lines\n` : `${rules.length} lines hold from now on\n`);
    });
}
