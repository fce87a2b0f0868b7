import { administration } from './pages/administration.ts';
import { clients } from './pages/clients.ts';
import { imap4Access } from './pages/imap4-access.ts';
import { imap4Advanced } from './pages/imap4-advanced.ts';
import { imap4General } from './pages/imap4-general.ts';
import { power } from './pages/power.ts';
import { quota } from './pages/quota.ts';
import { security } from './pages/security.ts';
import { updates } from './pages/updates.ts';
import type { SettingDefinition } from './setting.ts';

/**
 * Every setting there is, in the order in which they are shown. Pure: the window reads it too. A setting appears here
 * together with the code that obeys it, never before.
 */
export const settingDefinitions = {
  ...imap4General,
  ...imap4Access,
  ...imap4Advanced,
  ...security,
  ...quota,
  ...clients,
  ...administration,
  ...power,
  ...updates,
} as const;

export type SettingKey = keyof typeof settingDefinitions;

/** The value's type of every key. */
export type SettingValues = {
  readonly [Key in SettingKey]: (typeof settingDefinitions)[Key]['default'];
};

/** All keys, in the order in which they are shown. */
export const settingKeys = Object.keys(settingDefinitions) as readonly SettingKey[];

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settingDefinitions, key);
}

export function definitionOf<Key extends SettingKey>(key: Key): SettingDefinition<SettingValues[Key]> {
  return settingDefinitions[key] as unknown as SettingDefinition<SettingValues[Key]>;
}

/** How a text names a setting to whoever looks for it in the window, and to whoever types it: `"Bindings" (imap4…)`. */
export function settingName(key: SettingKey): string {
  return `"${definitionOf(key).label}" (${key})`;
}
