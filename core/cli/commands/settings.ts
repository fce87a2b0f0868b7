import type { Command } from 'commander';
import { settingFromText, settingKey, settingToText } from '../../settings/check.ts';
import { definitionOf, type SettingKey, type SettingValues } from '../../settings/schema.ts';
import type { Settings } from '../../settings/store.ts';
import { lookAtData, withData } from '../data-folder.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { UsageError } from '../failure.ts';
import type { Surroundings } from '../surroundings.ts';
import { table } from '../table.ts';

export function addSettingsCommands(program: Command, surroundings: Surroundings): void {
  const settings = program.command('settings').description('show and change the settings');
  const { terminal } = surroundings;

  withDataOption(settings.command('list'), surroundings)
    .description('show all settings with their values, defaults and meanings; * marks what is not the default')
    .action(async ({ data }: DataOptions) => {
      terminal.out(table(rows((await lookAtData(surroundings, data)).settings())));
    });

  withDataOption(settings.command('get <key>'), surroundings)
    .description('show the value of one setting')
    .action(async (name: string, { data }: DataOptions) => {
      const key = settingKey(name);
      terminal.out(`${settingToText(key, (await lookAtData(surroundings, data)).settings().get(key))}\n`);
    });

  withDataOption(settings.command('set <key> [value]'), surroundings)
    .description('change one setting')
    .option('--default', 'go back to the default instead of naming a value')
    .action(async (name: string, text: string | undefined, options: DataOptions & { default?: true }) => {
      if ((text === undefined) !== (options.default === true)) throw new UsageError('give either a value or --default');
      const key = settingKey(name);
      const value = text === undefined ? undefined : settingFromText(key, text);
      await withData(surroundings, options.data, true, async (open) => change(open.settings(), key, value));
    });
}

function change<Key extends SettingKey>(settings: Settings, key: Key, value: SettingValues[Key] | undefined): void {
  if (value === undefined) settings.reset(key);
  else settings.set(key, value);
}

function rows(settings: Settings): string[][] {
  const entries = settings.list().map(({ key, value, isDefault }) => {
    const { label, unit, zero, default: standard } = definitionOf(key);
    const meaning = [unit, zero === undefined ? undefined : `0 = ${zero}`]
      .filter((word) => word !== undefined)
      .join(', ');
    return [isDefault ? ' ' : '*', key, settingToText(key, value), settingToText(key, standard), meaning, label];
  });
  return [['', 'KEY', 'VALUE', 'DEFAULT', 'UNIT', 'LABEL'], ...entries];
}
