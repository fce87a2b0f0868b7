import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { machineData } from '../autostart/machine-place.ts';
import { UserError } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { Surroundings, Terminal } from './surroundings.ts';

type Place = Pick<Surroundings, 'env' | 'platform' | 'home'>;

/** Where the data is when nobody says: MAILROOM_DATA, that of a server which the system starts, or this person's own. */
export function defaultDataFolder(place: Place): string {
  if (place.env['MAILROOM_DATA']) return resolve(place.env['MAILROOM_DATA']);
  return machineData(place) ?? ownDataFolder(place);
}

/** MAILROOM_DATA, or where programs of this system keep what is their user's. */
export function ownDataFolder({ env, platform, home }: Place): string {
  if (env['MAILROOM_DATA']) return resolve(env['MAILROOM_DATA']);
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Mailroom');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Mailroom');
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'mailroom');
}

/** @throws UserError when it is not there, or is not this user's. */
export async function needFolder(folder: string): Promise<void> {
  const kind = await stat(folder).catch((error: NodeJS.ErrnoException) => error.code);
  if (kind === 'EACCES' || kind === 'EPERM') throw foreignFolder(folder);
  if (typeof kind === 'object' && kind.isDirectory()) return;
  throw new UserError(
    `There is no data folder ${folder}: name yours with --data DIR, or start the server once to make it`,
  );
}

/** All that is in a data folder is for its owner alone. */
export function foreignFolder(folder: string): UserError {
  return new UserError(
    `${folder} belongs to another user: run this as the user who runs the server (with sudo, or as administrator, when the system runs it), or name your own folder with --data`,
  );
}

/** Warnings and errors of what a command uses, for people; of a bug of ours all that is known, since no log has it. */
export function terminalLogger(terminal: Terminal): Logger {
  const tell = (_fields: object, message: string) => terminal.err(`mailroom: ${message}\n`);
  const tellAll = (fields: { readonly err?: unknown }, message: string) => {
    tell(fields, message);
    if (fields.err instanceof Error) terminal.err(`${fields.err.stack ?? fields.err.message}\n`);
  };
  return { debug() {}, info() {}, warn: tell, error: tellAll };
}
