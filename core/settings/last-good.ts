import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type Nested, withValue } from './nested.ts';
import { definitionOf } from './schema.ts';

/** Where the settings that served last are kept, for the day on which the file itself cannot be read. */
export function lastGoodCopy(file: string): string {
  return `${file}.bak`;
}

/** Keeps the file as it is now. It survives a power cut, which the file itself need not. Changes nothing that is the same. */
export function keepLastGood(file: string): void {
  const copy = lastGoodCopy(file);
  const now = textOf(file);
  if (now === undefined || now === textOf(copy)) return;
  const temporary = `${copy}.new`;
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(handle, now);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, copy);
}

/**
 * What serves without any file that can be read: the defaults, to programs on this computer alone. The defaults for all
 * would leave out access rules, and open what somebody had closed.
 */
export function onThisComputerOnly(): Nested {
  const key = 'imap4.general.bindings';
  return withValue(
    {},
    key,
    definitionOf(key).default.map((binding) => ({ ...binding, address: '127.0.0.1' })),
  );
}

/** Why a text is no settings file; undefined when it is one. */
export function problemOfText(text: string): string | undefined {
  try {
    const content: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    const isObject = typeof content === 'object' && content !== null && !Array.isArray(content);
    return isObject ? undefined : 'it holds no JSON object';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
