import { join } from 'node:path';
import { type Directory, openDirectory } from '../accounts/directory.ts';
import type { Logger } from '../base/logger.ts';
import { openSettings, type Settings } from '../settings/store.ts';
import { lockDataFolder } from '../store/data-lock.ts';
import { openMailStore, type RunningMailStore } from '../store/mail-store.ts';
import { needFolder, terminalLogger } from './data-folder.ts';
import type { Surroundings } from './surroundings.ts';

/** A data folder that is this process's alone. */
export interface OpenData {
  readonly folder: string;
  readonly logger: Logger;
  settings(): Promise<Settings>;
  directory(): Promise<Directory>;
  /** Closed with the data folder. */
  store(): Promise<RunningMailStore>;
}

/**
 * Runs a step on a data folder that nobody else writes to meanwhile.
 * @throws UserError when it is not there, or a server or another command has it.
 */
export async function withData<Result>(
  surroundings: Surroundings,
  folder: string,
  step: (data: OpenData) => Promise<Result>,
): Promise<Result> {
  await needFolder(folder);
  const lock = await lockDataFolder(folder);
  const stores: RunningMailStore[] = [];
  const logger = terminalLogger(surroundings.terminal);
  const dependencies = { ...surroundings, logger };
  try {
    return await step({
      ...{ folder, logger },
      settings: () => openSettings(join(folder, 'settings.json'), dependencies),
      directory: () => openDirectory(join(folder, 'directory.json'), dependencies),
      store: async () => {
        const store = await openMailStore({ folder: join(folder, 'mail'), ...dependencies });
        stores.push(store);
        return store;
      },
    });
  } finally {
    for (const store of stores) await store.close();
    lock.release();
  }
}
