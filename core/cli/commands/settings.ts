import type { Command } from 'commander';
import type { SettingInfo } from '../../admin/contract.ts';
import { settingFromText, settingKey, settingToText } from '../../settings/check.ts';
import { withAdministration } from '../administration.ts';
import { type DataOptions, withDataOption } from '../data-option.ts';
import { UsageError } from '../failure.ts';
import { type ListOptions, printList, withJsonOption } from '../json-option.ts';
import type { Surroundings } from '../surroundings.ts';

export function addSettingsCommands(program: Command, surroundings: Surroundings): void {
  const settings = program
    .command('settings')
    .description('show and change the settings; a running server obeys at once');
  addLooking(settings, surroundings);
  addChanging(settings, surroundings);
}

function addLooking(settings: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings;
  const list = (data: string) =>
    withAdministration(surroundings, data, 'look', ({ call }) => call('settings.list', {}));

  withJsonOption(withDataOption(settings.command('list'), surroundings))
    .description('show all settings with their values, defaults and meanings; * marks what is not the default')
    .action(async (options: ListOptions) => printList(options, terminal, await list(options.data), heading, row));

  withDataOption(settings.command('get <key>'), surroundings)
    .description('show the value of one setting')
    .action(async (name: string, { data }: DataOptions) => {
      const key = settingKey(name);
      const value = (await list(data)).find((info) => info.key === key)?.value;
      terminal.out(`${settingToText(key, value as never)}\n`);
    });
}

function addChanging(settings: Command, surroundings: Surroundings): void {
  withDataOption(settings.command('set <key> <value> [more...]'), surroundings)
    .description('change settings, all that are named or none')
    .addHelpText('after', helpText)
    .action(async (key: string, value: string, more: string[], { data }: DataOptions) => {
      const values = valuesFrom([key, value, ...more]);
      await withAdministration(surroundings, data, 'make', ({ call }) => call('settings.set', { values }));
    });

  withDataOption(settings.command('reset <key...>'), surroundings)
    .description('set settings back to their defaults')
    .action(async (names: string[], { data }: DataOptions) => {
      const keys = names.map(settingKey);
      await withAdministration(surroundings, data, 'make', ({ call }) => call('settings.reset', { keys }));
    });
}

const helpText = `
  mailroom settings set imap4.advanced.concurrentLoginsPerUser 20
  mailroom settings set imap4.advanced.supportIdle off imap4.general.autoLogout 60
  mailroom settings set imap4.general.bindings "*:143/starttls, *:993/tls"`;

/** @throws UserError with the range and an example; UsageError for a key without a value. */
function valuesFrom(words: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (let at = 0; at < words.length; at += 2) {
    const key = settingKey(words[at]!);
    const text = words[at + 1];
    if (text === undefined)
      throw new UsageError(`${key} has no value; "mailroom settings reset ${key}" goes back to the default`);
    if (Object.hasOwn(values, key)) throw new UsageError(`${key} is named twice`);
    values[key] = settingFromText(key, text);
  }
  return values;
}

const heading = ['', 'KEY', 'VALUE', 'DEFAULT', 'UNIT', 'LABEL'];

function row({ key, value, default: standard, isDefault, unit, zero, label }: SettingInfo): string[] {
  const meaning = [unit, zero === undefined ? undefined : `0 = ${zero}`].filter((word) => word !== undefined);
  const texts = [settingToText(key, value as never), settingToText(key, standard as never)];
  return [isDefault ? ' ' : '*', key, ...texts, meaning.join(', '), label];
}
