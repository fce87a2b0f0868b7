import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { TextFileOptions } from '../base/text-file.ts';
import { checkSetting, settingKey } from './check.ts';
import { type Nested, valueAt } from './nested.ts';
import { definitionOf, type SettingKey, type SettingValues, settingKeys } from './schema.ts';
import { SettingsFile } from './settings-file.ts';

/** The settings of one data folder. Read from memory, so that a running session can ask at every use. */
export interface Settings {
  get<Key extends SettingKey>(key: Key): SettingValues[Key];
  /**
   * Checks, and tells the listeners: it is in effect when the call returns. Resolves when the file has it; when that cannot
   * be written, what was in effect is so again. @throws UserError with the range and an example, or what is wrong with the disk.
   */
  set<Key extends SettingKey>(key: Key, value: SettingValues[Key]): Promise<void>;
  /**
   * All of them or none, with one write; undefined is back to the default. Keys and values come from anywhere and are
   * checked.
   */
  setAll(values: Readonly<Record<string, unknown>>): Promise<void>;
  /** Back to the default, whatever it will be in later versions. */
  reset(key: SettingKey): Promise<void>;
  /** All of them, in the order in which they are shown. */
  list(): readonly SettingEntry[];
  /**
   * `listener` is called for every value that has changed, when all that changed with it are in effect. Returns how to
   * stop that.
   */
  onChange(listener: (key: SettingKey) => void): () => void;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

export interface SettingEntry<Key extends SettingKey = SettingKey> {
  readonly key: Key;
  readonly value: SettingValues[Key];
  readonly isDefault: boolean;
}

export interface SettingsDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  /** For tests that make a file unreadable. */
  readonly reading?: TextFileOptions;
}

/**
 * Opens `settings.json` (settings-file.ts). A file that is not JSON is kept aside as `settings.json.broken-<time>`, and what
 * served last comes back from `settings.json.bak`: a wrong comma must neither keep the mail from coming nor take the access
 * rules away. Without that copy the defaults serve, on this computer only.
 * @throws UserError when the file may not be read: it counts as broken only when it was read
 */
export async function openSettings(path: string, { clock, logger, reading }: SettingsDependencies): Promise<Settings> {
  await mkdir(dirname(path), { recursive: true });
  const file = new SettingsFile(path, logger, reading);
  const stored = await file.open(clock);
  return new StoredSettings(file, new Map(settingKeys.flatMap((key) => loaded(stored, key, path, logger))));
}

class StoredSettings implements Settings {
  readonly #file: SettingsFile;
  /** What differs from the defaults. */
  #values: ReadonlyMap<SettingKey, unknown>;
  readonly #listeners = new Set<(key: SettingKey) => void>();

  constructor(file: SettingsFile, values: ReadonlyMap<SettingKey, unknown>) {
    this.#file = file;
    this.#values = values;
  }

  get<Key extends SettingKey>(key: Key): SettingValues[Key] {
    return (this.#values.has(key) ? this.#values.get(key) : definitionOf(key).default) as SettingValues[Key];
  }

  async set<Key extends SettingKey>(key: Key, value: SettingValues[Key]): Promise<void> {
    await this.#change(new Map([[key, checkSetting(key, value)]]));
  }

  async setAll(values: Readonly<Record<string, unknown>>): Promise<void> {
    const checked = Object.entries(values).map(([name, value]) => {
      const key = settingKey(name);
      return [key, value === undefined ? undefined : checkSetting(key, value)] as const;
    });
    await this.#change(new Map(checked));
  }

  async reset(key: SettingKey): Promise<void> {
    await this.#change(new Map([[key, undefined]]));
  }

  list(): readonly SettingEntry[] {
    return settingKeys.map((key) => ({ key, value: this.get(key), isDefault: !this.#values.has(key) }));
  }

  onChange(listener: (key: SettingKey) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    return this.#file.settled();
  }

  /** Checked values; undefined is the default. */
  async #change(changes: ReadonlyMap<SettingKey, unknown>): Promise<void> {
    if (changes.size === 0) return;
    const before = new Map([...changes.keys()].map((key) => [key, this.#values.get(key)]));
    this.#take(changes);
    try {
      await this.#file.change(changes);
    } catch (error) {
      // What somebody else has changed meanwhile is theirs.
      this.#take(new Map([...before].filter(([key]) => this.#values.get(key) === changes.get(key))));
      throw error;
    }
  }

  #take(changes: ReadonlyMap<SettingKey, unknown>): void {
    const before = new Map([...changes.keys()].map((key) => [key, this.get(key)]));
    const values = new Map([...this.#values, ...changes]);
    this.#values = new Map([...values].filter(([, value]) => value !== undefined));
    for (const [key, value] of before) if (!isDeepStrictEqual(value, this.get(key))) this.#tell(key);
  }

  #tell(key: SettingKey): void {
    for (const listener of this.#listeners) listener(key);
  }
}

/** A single wrong value costs that value only; it stays in the file for whoever wrote it to see. */
function loaded(stored: Nested, key: SettingKey, file: string, logger: Logger): (readonly [SettingKey, unknown])[] {
  const value = valueAt(stored, key);
  if (value === undefined) return [];
  try {
    return [[key, checkSetting(key, value)]];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    logger.warn({ file, setting: key }, `${error.message}. Until that is so the default serves.`);
    return [];
  }
}
