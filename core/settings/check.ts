import { UserError } from '../base/errors.ts';
import { definitionOf, isSettingKey, type SettingKey, type SettingValues, settingKeys } from './schema.ts';
import type { SettingDefinition } from './setting.ts';

/** @throws UserError naming the nearest keys there are. */
export function settingKey(key: string): SettingKey {
  if (isSettingKey(key)) return key;
  const last = key.split('.').at(-1)?.toLowerCase() ?? '';
  const near = settingKeys.filter((known) => last !== '' && known.toLowerCase().includes(last));
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `There are: ${settingKeys.join(', ')}.`;
  throw new UserError(`There is no setting ${JSON.stringify(key)}. ${hint}`);
}

/** The value if it is right. @throws UserError with the range and an example. */
export function checkSetting<Key extends SettingKey>(key: Key, value: unknown): SettingValues[Key] {
  const definition = definitionOf(key);
  const checked = definition.schema.safeParse(value);
  if (checked.success) return checked.data;
  const zero = definition.zero === undefined ? '' : `, where 0 means ${definition.zero}`;
  const unit = definition.unit === undefined ? '' : ` (${definition.unit})`;
  const example = settingToText(key, definition.default);
  throw new UserError(`${key} must be ${definition.range}${unit}${zero}; for example: ${example}`);
}

/**
 * A value as people write it: on/off, yes/no, true/false for check boxes, plain numbers, lists in one line
 * (`*:143/starttls, *:993/tls`), a choice in any case.
 * @throws UserError with the range and an example.
 */
export function settingFromText<Key extends SettingKey>(key: Key, text: string): SettingValues[Key] {
  return checkSetting(key, valueFromText(definitionOf(key), text));
}

function valueFromText(definition: SettingDefinition, text: string): unknown {
  const word = text.trim().toLowerCase();
  if (definition.text !== undefined) return definition.text.read(text);
  if (definition.choices !== undefined) {
    return definition.choices.find(({ value }) => String(value).toLowerCase() === word)?.value;
  }
  if (typeof definition.default === 'boolean') return booleanWords.get(word);
  if (typeof definition.default === 'number') return /^\d{1,15}$/.test(word) ? Number(word) : undefined;
  return text;
}

const booleanWords: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['yes', true],
  ['true', true],
  ['1', true],
  ['off', false],
  ['no', false],
  ['false', false],
  ['0', false],
]);

/** The other way: what `settingFromText` reads back. */
export function settingToText<Key extends SettingKey>(key: Key, value: SettingValues[Key]): string {
  const { text } = definitionOf(key);
  if (text !== undefined) return text.write(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}
