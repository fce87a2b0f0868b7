import { isDeepStrictEqual } from 'node:util';
import { checkSetting, settingKey } from '../../settings/check.ts';
import { definitionOf, type SettingKey } from '../../settings/schema.ts';
import type { SettingEntry } from '../../settings/store.ts';
import type { SettingInfo } from '../contract.ts';
import type { AdminDependencies, AdminSettings } from '../dependencies.ts';
import { AdminFailure, blaming } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';

type Values = Readonly<Record<string, unknown>>;

export function settingsCalls({
  settings,
  logger,
}: Pick<AdminDependencies, 'settings' | 'logger'>): HandlersOf<'settings'> {
  return {
    'settings.list': () => settings.list().map(infoOf),
    'settings.set': async ({ values, expected = {} }) => {
      const checked = await checkedValues(values);
      needExpected(settings, await checkedValues(expected));
      // Nothing is waited for between the two: what was expected still is so.
      await settings.setAll(checked);
      logger.info({ settings: Object.keys(checked) }, 'settings were changed');
    },
    'settings.reset': async ({ keys }) => {
      const known: SettingKey[] = [];
      for (const key of keys) known.push(await blaming(key, () => settingKey(key)));
      await settings.setAll(Object.fromEntries(known.map((key) => [key, undefined])));
      logger.info({ settings: known }, 'settings were set back to their defaults');
    },
  };
}

/** @throws AdminFailure with the key of the first that is wrong */
async function checkedValues(values: Values): Promise<Values> {
  const checked: [string, unknown][] = [];
  for (const [key, value] of Object.entries(values)) {
    checked.push([key, await blaming(key, () => checkSetting(settingKey(key), value))]);
  }
  return Object.fromEntries(checked);
}

function needExpected(settings: AdminSettings, expected: Values): void {
  for (const [key, value] of Object.entries(expected)) {
    const present = settings.get(key as SettingKey);
    if (isDeepStrictEqual(present, value)) continue;
    const { label } = definitionOf(key as SettingKey);
    throw new AdminFailure(
      'conflict',
      `"${label}" was changed elsewhere meanwhile: look at its value and decide again`,
      key,
    );
  }
}

function infoOf({ key, value, isDefault }: SettingEntry): SettingInfo {
  const { label, help, range, unit, zero, needsListenerRestart, default: standard } = definitionOf(key);
  return { key, label, help, range, unit, zero, needsListenerRestart, value, default: standard, isDefault };
}
