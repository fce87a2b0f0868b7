import { copyFile } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { asideOf } from '../base/damaged-files.ts';
import { writeFileDurably } from '../base/durable-file.ts';
import type { Logger } from '../base/logger.ts';
import { isHeldFile, patienceAtStart, patiently } from '../base/patiently.ts';
import { cannotWrite } from '../base/system-refusal.ts';
import { readText, type TextFileOptions } from '../base/text-file.ts';
import { type Nested, withValue } from './nested.ts';
import { definitionOf } from './schema.ts';

/**
 * `settings.json`: nested objects, of which only what differs from the defaults is there. Keys nobody knows stay as they are,
 * and what somebody writes into the file while the server runs stays with the next change. Beside it is
 * `settings.json.bak`, what served last.
 */
export class SettingsFile {
  readonly path: string;
  readonly #logger: Logger;
  readonly #reading: TextFileOptions;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param path in a folder that exists */
  constructor(path: string, logger: Logger, reading: TextFileOptions = {}) {
    this.path = path;
    this.#logger = logger;
    this.#reading = reading;
  }

  /** @throws UserError when it may not be read; a file that is not JSON is put aside, see `keepBrokenAside`. */
  async open(clock: Clock): Promise<Nested> {
    const text = await this.#usable(clock);
    if (text === undefined) return {};
    await this.#keepCopy(text);
    return JSON.parse(text) as Nested;
  }

  /**
   * Changes values, one change after another; undefined takes one out. Resolves when the file would have them after a power
   * cut. @throws UserError when it cannot be written: then it is as it was.
   */
  change(values: ReadonlyMap<string, unknown>): Promise<void> {
    const changed = this.#turn.then(() => this.#change(values));
    this.#turn = changed.catch(() => undefined);
    return changed;
  }

  /** Waits for changes under way. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  async #change(values: ReadonlyMap<string, unknown>): Promise<void> {
    const text = await this.#write(async () => {
      let content = JSON.parse((await readText(this.path, this.#reading)) ?? '{}') as Nested;
      for (const [key, value] of values) content = withValue(content, key, value);
      const next = textOf(content);
      await writeFileDurably(this.path, next);
      return next;
    });
    await this.#keepCopy(text);
  }

  /** The text of the file, or of what takes its place when it is no settings file; undefined: there is none. */
  async #usable(clock: Clock): Promise<string | undefined> {
    const text = await readText(this.path, this.#reading);
    const problem = text === undefined ? undefined : problemOf(text);
    if (problem === undefined) return text;
    const copy = await readText(this.#copy, this.#reading).catch((error: unknown) => {
      if (isHeldFile(error)) throw error; // what served last is there, and must not be given up for the defaults
      return undefined;
    });
    const isGood = copy !== undefined && problemOf(copy) === undefined;
    const content = isGood ? copy : textOf(onThisComputerOnly());
    const aside = asideOf(this.path, new Date(clock.now()).toISOString().replaceAll(':', '-'));
    await this.#write(async () => {
      await patiently(this.path, () => copyFile(this.path, aside), patienceAtStart);
      await writeFileDurably(this.path, content);
    });
    const instead = isGood
      ? `the settings that served last are back, from ${this.#copy}.`
      : 'the defaults serve, on this computer only. Look at the settings, then bind the IMAP4 service to your network again.';
    const told = { file: this.path, aside, problem };
    this.#logger.error(told, `The settings file cannot be read and is kept as ${aside}; ${instead}`);
    return content;
  }

  /** The settings serve also without the copy: a full disk must not keep the server from starting. */
  async #keepCopy(text: string): Promise<void> {
    try {
      if (text !== (await readText(this.#copy, this.#reading))) await writeFileDurably(this.#copy, text);
    } catch (error) {
      this.#logger.warn({ file: this.path }, cannotWrite(`The copy of the settings, ${this.#copy},`, error).message);
    }
  }

  get #copy(): string {
    return `${this.path}.bak`;
  }

  /** @throws UserError for a disk that is full or a folder that may not be written. */
  async #write<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      throw cannotWrite(`The settings file ${this.path}`, error);
    }
  }
}

function textOf(content: Nested): string {
  return `${JSON.stringify(content, undefined, '\t')}\n`;
}

/** Why a text is no settings file; undefined when it is one. */
function problemOf(text: string): string | undefined {
  try {
    const content: unknown = JSON.parse(text);
    const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
    return isObject ? undefined : 'it holds no JSON object';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * What serves without any file that can be read: the defaults, to programs on this computer alone. The defaults for all
 * would leave out access rules, and open what somebody had closed.
 */
function onThisComputerOnly(): Nested {
  const key = 'imap4.general.bindings';
  return withValue(
    {},
    key,
    definitionOf(key).default.map((binding) => ({ ...binding, address: '127.0.0.1' })),
  );
}
