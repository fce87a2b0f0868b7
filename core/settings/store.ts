import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, parse } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Conf from 'conf';
import type { Clock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { checkSetting, settingKey } from './check.ts';
import { keepLastGood, lastGoodCopy, onThisComputerOnly, problemOfText } from './last-good.ts';
import { type Nested, valueAt, withValue } from './nested.ts';
import { definitionOf, type SettingKey, type SettingValues, settingKeys } from './schema.ts';

/** The settings of one data folder. Read from memory, so that a running session can ask at every use. */
export interface Settings {
  get<Key extends SettingKey>(key: Key): SettingValues[Key];
  /** Checks, writes the file, then tells the listeners. @throws UserError with the range and an example. */
  set<Key extends SettingKey>(key: Key, value: SettingValues[Key]): void;
  /**
   * All of them or none, with one write; undefined is back to the default. Keys and values come from anywhere and are
   * checked. @throws UserError with the range and an example.
   */
  setAll(values: Readonly<Record<string, unknown>>): void;
  /** Back to the default, whatever it will be in later versions. */
  reset(key: SettingKey): void;
  /** All of them, in the order in which they are shown. */
  list(): readonly SettingEntry[];
  /**
   * `listener` is called for every value that has changed, when all that changed with it are in effect. Returns how to
   * stop that.
   */
  onChange(listener: (key: SettingKey) => void): () => void;
}

export interface SettingEntry<Key extends SettingKey = SettingKey> {
  readonly key: Key;
  readonly value: SettingValues[Key];
  readonly isDefault: boolean;
}

/** Reads and writes a whole settings file. What conf and electron-store have in common. */
export interface SettingsStorage {
  readonly path: string;
  /** Read from the file; set, it is in the file. */
  store: Record<string, unknown>;
}

/** Where a settings file is: `<folder>/<name>.<extension>`. */
export interface SettingsPlace {
  readonly folder: string;
  readonly name: string;
  readonly extension: string;
}

export interface SettingsDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  /** conf unless given; electron-store, which writes the same file in the same form, would do. */
  readonly storage?: (place: SettingsPlace) => SettingsStorage;
}

/**
 * Opens `settings.json`, in the form electron-store writes: nested objects, of which only what differs from the
 * defaults is there. Keys nobody knows stay as they are. A file that is not JSON is kept aside as
 * `settings.json.broken-<time>`, and what served last comes back from `settings.json.bak`: a wrong comma must neither
 * keep the mail from coming nor take the access rules away. Without that copy the defaults serve, on this computer only.
 */
export function openSettings(file: string, { clock, logger, storage = confStorage }: SettingsDependencies): Settings {
  mkdirSync(dirname(file), { recursive: true });
  keepBrokenAside(file, clock, logger);
  keepCopy(file, logger);
  const { dir, name, ext } = parse(file);
  return new StoredSettings(storage({ folder: dir, name, extension: ext.slice(1) }), logger);
}

function confStorage({ folder, name, extension }: SettingsPlace): SettingsStorage {
  return new Conf({ cwd: folder, configName: name, fileExtension: extension });
}

class StoredSettings implements Settings {
  readonly #storage: SettingsStorage;
  readonly #logger: Logger;
  /** What differs from the defaults. */
  #values: ReadonlyMap<SettingKey, unknown> = new Map();
  readonly #listeners = new Set<(key: SettingKey) => void>();

  constructor(storage: SettingsStorage, logger: Logger) {
    this.#storage = storage;
    this.#logger = logger;
    const stored = storage.store;
    this.#values = new Map(settingKeys.flatMap((key) => loaded(stored, key, storage.path, logger)));
  }

  get<Key extends SettingKey>(key: Key): SettingValues[Key] {
    return (this.#values.has(key) ? this.#values.get(key) : definitionOf(key).default) as SettingValues[Key];
  }

  set<Key extends SettingKey>(key: Key, value: SettingValues[Key]): void {
    this.#change(new Map([[key, checkSetting(key, value)]]));
  }

  setAll(values: Readonly<Record<string, unknown>>): void {
    const checked = Object.entries(values).map(([name, value]) => {
      const key = settingKey(name);
      return [key, value === undefined ? undefined : checkSetting(key, value)] as const;
    });
    this.#change(new Map(checked));
  }

  reset(key: SettingKey): void {
    this.#change(new Map([[key, undefined]]));
  }

  list(): readonly SettingEntry[] {
    return settingKeys.map((key) => ({ key, value: this.get(key), isDefault: !this.#values.has(key) }));
  }

  onChange(listener: (key: SettingKey) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Checked values; undefined is the default. Memory follows the file, and the listeners follow memory. */
  #change(changes: ReadonlyMap<SettingKey, unknown>): void {
    if (changes.size === 0) return;
    write(this.#storage.path, () => {
      let store = this.#storage.store;
      for (const [key, value] of changes) store = withValue(store, key, value);
      this.#storage.store = store;
    });
    keepCopy(this.#storage.path, this.#logger);
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

function keepBrokenAside(file: string, clock: Clock, logger: Logger): void {
  const problem = problemOf(file);
  if (problem === undefined) return;
  const aside = `${file}.broken-${new Date(clock.now()).toISOString().replaceAll(':', '-')}`;
  const copy = lastGoodCopy(file);
  const isGood = problemOf(copy) === undefined && existsSync(copy);
  write(file, () => {
    renameSync(file, aside);
    const content = isGood ? readFileSync(copy) : `${JSON.stringify(onThisComputerOnly(), undefined, '\t')}\n`;
    writeFileSync(file, content, { mode: 0o600 });
  });
  const instead = isGood
    ? `the settings that served last are back, from ${copy}.`
    : 'the defaults serve, on this computer only. Look at the settings, then bind the IMAP4 service to your network again.';
  logger.error({ file, aside, problem }, `The settings file cannot be read and is kept as ${aside}; ${instead}`);
}

/** The settings serve also without the copy: a full disk must not keep the server from starting. */
function keepCopy(file: string, logger: Logger): void {
  try {
    keepLastGood(file);
  } catch (error) {
    logger.warn({ file, problem: reason(error) }, `The copy of the settings cannot be written (${reason(error)}).`);
  }
}

/** Why the file cannot be used; undefined when it can be or is not there. @throws UserError when it may not be read. */
function problemOf(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new UserError(
      `The settings file ${file} cannot be read (${reason(error)}). Give this account the right to read it.`,
    );
  }
  return problemOfText(text);
}

/** @throws UserError for a disk that is full or a folder that may not be written. */
function write(file: string, step: () => void): void {
  try {
    step();
  } catch (error) {
    throw new UserError(
      `The settings file ${file} cannot be written (${reason(error)}). Make room on the disk or give this account the right to write there.`,
    );
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
