import { UserError } from '../base/errors.ts';
import { type Binding, bindingsFromText, bindingsToText } from './binding.ts';
import { definitionOf, isSettingKey, type SettingKey, type SettingValues, settingKeys } from './schema.ts';

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
 * A value as people write it: on/off, yes/no, true/false for check boxes, plain numbers, bindings as
 * `*:143/starttls, *:993/tls`.
 * @throws UserError with the range and an example.
 */
export function settingFromText<Key extends SettingKey>(key: Key, text: string): SettingValues[Key] {
  return checkSetting(key, valueFromText(definitionOf(key).default, text));
}

function valueFromText(like: unknown, text: string): unknown {
  const word = text.trim().toLowerCase();
  if (typeof like === 'boolean') return booleanWords.get(word);
  if (typeof like === 'number') return /^\d{1,15}$/.test(word) ? Number(word) : undefined;
  if (Array.isArray(like)) return bindingsFromText(text);
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
export function settingToText<Key extends SettingKey>(_key: Key, value: SettingValues[Key]): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'object') return bindingsToText(value as readonly Binding[]);
  return String(value);
}
