import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Surroundings } from './surroundings.ts';

/** What every command's options hold. */
export interface DataOptions {
  /** Absolute path of the data folder. */
  readonly data: string;
}

/** Gives a command its `--data DIR`. */
export function withDataOption(command: Command, surroundings: Surroundings): Command {
  const option = new Option('--data <dir>', 'the data folder')
    .default(surroundings.defaultData)
    .argParser((path) => resolve(path));
  return command.addOption(option);
}
