import { checkSetting } from '../../core/settings/check.ts';
import { definitionOf, type SettingKey } from '../../core/settings/schema.ts';
import { imap4Text } from '../text/imap4-sheet.ts';

/** Why a value cannot be kept, as it stands beside its field; undefined when it can. */
export function settingProblem(key: SettingKey, value: unknown): string | undefined {
  try {
    checkSetting(key, value);
    return undefined;
  } catch (error) {
    return besideField(key, (error as Error).message);
  }
}

/** The field's label is there already: the key says nothing more to a person. */
export function besideField(key: SettingKey, message: string): string {
  return message.startsWith(`${key} must`) ? message.replace(`${key} must`, imap4Text.must) : message;
}

/** Which rows and cells of a list are wrong, such as `1.address`; what concerns a row as a whole is `1`. */
export function wrongCells(key: SettingKey, value: unknown): ReadonlySet<string> {
  const checked = definitionOf(key).schema.safeParse(value);
  return new Set(checked.success ? [] : checked.error.issues.map(({ path }) => path.join('.')));
}
