import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, parse } from 'node:path';
import Conf from 'conf';
import type { Clock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { checkSetting } from './check.ts';
import { definitionOf, type SettingKey, type SettingValues, settingKeys } from './schema.ts';

/** The settings of one data folder. Read from memory, so that a running session can ask at every use. */
export interface Settings {
  get<Key extends SettingKey>(key: Key): SettingValues[Key];
  /** Checks, writes the file, then tells the listeners. @throws UserError with the range and an example. */
  set<Key extends SettingKey>(key: Key, value: SettingValues[Key]): void;
  /** Back to the default, whatever it will be in later versions. */
  reset(key: SettingKey): void;
  /** All of them, in the order in which they are shown. */
  list(): readonly SettingEntry[];
  /** `listener` is called after a value has changed. Returns how to stop that. */
  onChange(listener: (key: SettingKey) => void): () => void;
}

export interface SettingEntry<Key extends SettingKey = SettingKey> {
  readonly key: Key;
  readonly value: SettingValues[Key];
  readonly isDefault: boolean;
}

export interface SettingsDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Opens `settings.json`, in the form electron-store writes: nested objects, of which only what differs from the
 * defaults is there. Keys nobody knows stay as they are. A file that is not JSON is kept aside as
 * `settings.json.broken-<time>` and the defaults serve: a wrong comma must not keep the mail from coming.
 */
export function openSettings(file: string, { clock, logger }: SettingsDependencies): Settings {
  mkdirSync(dirname(file), { recursive: true });
  keepBrokenAside(file, clock, logger);
  const { dir, name, ext } = parse(file);
  return new ConfSettings(new Conf({ cwd: dir, configName: name, fileExtension: ext }), logger);
}

class ConfSettings implements Settings {
  readonly #conf: Conf<Record<string, unknown>>;
  readonly #values = new Map<SettingKey, unknown>();
  readonly #listeners = new Set<(key: SettingKey) => void>();

  constructor(conf: Conf<Record<string, unknown>>, logger: Logger) {
    this.#conf = conf;
    for (const key of settingKeys) this.#load(key, logger);
  }

  get<Key extends SettingKey>(key: Key): SettingValues[Key] {
    return (this.#values.has(key) ? this.#values.get(key) : definitionOf(key).default) as SettingValues[Key];
  }

  set<Key extends SettingKey>(key: Key, value: SettingValues[Key]): void {
    const checked = checkSetting(key, value);
    write(this.#conf.path, () => this.#conf.set(key, checked));
    this.#values.set(key, checked);
    this.#tell(key);
  }

  reset(key: SettingKey): void {
    write(this.#conf.path, () => this.#conf.delete(key));
    this.#values.delete(key);
    this.#tell(key);
  }

  list(): readonly SettingEntry[] {
    return settingKeys.map((key) => ({ key, value: this.get(key), isDefault: !this.#values.has(key) }));
  }

  onChange(listener: (key: SettingKey) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A single wrong value costs that value only; it stays in the file for whoever wrote it to see. */
  #load(key: SettingKey, logger: Logger): void {
    const stored = this.#conf.get(key);
    if (stored === undefined) return;
    try {
      this.#values.set(key, checkSetting(key, stored));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      logger.warn({ file: this.#conf.path, setting: key }, `${error.message}. Until that is so the default serves.`);
    }
  }

  #tell(key: SettingKey): void {
    for (const listener of this.#listeners) listener(key);
  }
}

function keepBrokenAside(file: string, clock: Clock, logger: Logger): void {
  const problem = problemOf(file);
  if (problem === undefined) return;
  const aside = `${file}.broken-${new Date(clock.now()).toISOString().replaceAll(':', '-')}`;
  write(file, () => renameSync(file, aside));
  logger.warn(
    { file, aside, problem },
    `The settings file cannot be read and is kept as ${aside}; the defaults serve.`,
  );
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
  try {
    const content: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
    return isObject ? undefined : 'it holds no JSON object';
  } catch (error) {
    return reason(error);
  }
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
