import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Directory, openDirectory } from '../accounts/directory.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { openSettings, type Settings } from '../settings/store.ts';
import { lockDataFolder } from '../store/data-lock.ts';
import { openMailStore, type RunningMailStore } from '../store/mail-store.ts';
import type { Surroundings, Terminal } from './surroundings.ts';

type Place = Pick<Surroundings, 'env' | 'platform' | 'home'>;

/** Where the data is when nobody says: MAILROOM_DATA, or where programs of this system keep what is their user's. */
export function defaultDataFolder({ env, platform, home }: Place): string {
  if (env['MAILROOM_DATA']) return resolve(env['MAILROOM_DATA']);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Mailroom');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Mailroom');
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'mailroom');
}

/** A data folder that is this process's alone. */
export interface OpenData {
  readonly folder: string;
  readonly logger: Logger;
  settings(): Settings;
  directory(): Promise<Directory>;
  /** Closed with the data folder. */
  store(): Promise<RunningMailStore>;
}

/**
 * Runs a step on a data folder that nobody else writes to meanwhile.
 * @param make the folder is made if it is missing; otherwise that is an error.
 * @throws UserError when a server or another command has the folder.
 */
export async function withData<T>(
  surroundings: Surroundings,
  folder: string,
  make: boolean,
  step: (data: OpenData) => Promise<T>,
): Promise<T> {
  if (!make) await needFolder(folder);
  const lock = lockDataFolder(folder);
  const stores: RunningMailStore[] = [];
  try {
    const data = readOnlyData(surroundings, folder);
    return await step({
      ...data,
      store: async () => {
        const store = await openMailStore({ folder: join(folder, 'mail'), ...surroundings, logger: data.logger });
        stores.push(store);
        return store;
      },
    });
  } finally {
    for (const store of stores) await store.close();
    lock.release();
  }
}

/** The same without the lock and without the mail, for looking while a server runs. */
export async function lookAtData(surroundings: Surroundings, folder: string): Promise<Omit<OpenData, 'store'>> {
  await needFolder(folder);
  return readOnlyData(surroundings, folder);
}

function readOnlyData(surroundings: Surroundings, folder: string): Omit<OpenData, 'store'> {
  const logger = terminalLogger(surroundings.terminal);
  return {
    folder,
    logger,
    settings: () => openSettings(join(folder, 'settings.json'), { ...surroundings, logger }),
    directory: () => openDirectory(join(folder, 'directory.json'), { ...surroundings, logger }),
  };
}

/** @throws UserError when it is not there, or is not this user's. */
export async function needFolder(folder: string): Promise<void> {
  const kind = await stat(folder).catch((error: NodeJS.ErrnoException) => error.code);
  if (kind === 'EACCES') throw foreignFolder(folder);
  if (typeof kind === 'object' && kind.isDirectory()) return;
  throw new UserError(
    `There is no data folder ${folder}: name yours with --data DIR, or start the server once to make it`,
  );
}

/** All that is in a data folder is for its owner alone. */
export function foreignFolder(folder: string): UserError {
  return new UserError(
    `${folder} belongs to another user: run this as the user who runs the server, or name your own folder with --data`,
  );
}

/** Warnings and errors of what a command uses, for people. */
export function terminalLogger(terminal: Terminal): Logger {
  const tell = (_fields: object, message: string) => terminal.err(`mailroom: ${message}\n`);
  return { debug() {}, info() {}, warn: tell, error: tell };
}
