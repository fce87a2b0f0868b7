import type { Command } from 'commander';
import type { DataOptions } from './data-option.ts';
import type { Terminal } from './surroundings.ts';
import { table } from './table.ts';
import { escapedJson } from './words.ts';

export interface ListOptions extends DataOptions {
  readonly json?: true;
}

/** Gives a command that shows something its `--json`. */
export function withJsonOption(command: Command): Command {
  return command.option('--json', 'print it as JSON, for programs: times in milliseconds since 1970, sizes in octets');
}

/** Prints a list: as it is for programs, as a table for people. */
export function printList<Item>(
  { json }: ListOptions,
  { out }: Terminal,
  items: readonly Item[],
  heading: readonly string[],
  row: (item: Item) => readonly string[],
): void {
  out(json ? jsonText(items) : table([heading, ...items.map(row)]));
}

/** As a line or lines of ASCII. */
export function jsonText(value: unknown, indent = 2): string {
  return `${escapedJson(JSON.stringify(value, undefined, indent))}\n`;
}
