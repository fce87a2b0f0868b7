import { type SettingKey, settingKeys } from '../core/settings/schema.ts';
import { mainText } from './text/main-sheet.ts';

const below = (...groups: readonly string[]) =>
  settingKeys.filter((key) => groups.some((group) => key.startsWith(`${group}.`)));

/** The settings that pages of the main window have, by page and group. Those of the services have sheets of their own. */
export const mainSettings = {
  security: below('security'),
  administration: below('admin'),
  quota: below('quota'),
  power: below('power'),
  updates: below('updates'),
} as const satisfies Record<string, readonly SettingKey[]>;

const { security, administration, quota, power, updates } = mainSettings;
const help: Readonly<Record<string, readonly SettingKey[]>> = {
  security,
  general: [...power, ...administration, ...quota, ...updates],
};

/** All settings of the main window: Apply keeps those that were changed, on whatever page. */
export const allMainSettings: readonly SettingKey[] = Object.values(help).flat();

/** The pages, in the order of their tabs. */
export const mainPages = Object.entries(mainText.tabs).map(([id, label]) => ({ id, label, help: help[id] ?? [] }));
