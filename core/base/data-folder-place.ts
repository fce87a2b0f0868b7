import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { needFileNames } from './device-names.ts';
import { UserError } from './errors.ts';
import { dataFolderLimits } from './limits.ts';

export interface PlaceToCheck {
  readonly platform: NodeJS.Platform;
  /** Where a path of this system leads, through mapped letters and links. Throws for what is not there. */
  readonly realPath: (path: string) => string;
}

const thisSystem: PlaceToCheck = { platform: process.platform, realPath: realpathSync.native };

/**
 * On Windows a data folder must lie on a disk of this computer, and its path must leave room for the files in it and have
 * no name that Windows takes for something else.
 * @param folder an absolute path; need not be there
 * @throws UserError naming the remedy
 */
export function needFitDataFolder(folder: string, { platform, realPath }: PlaceToCheck = thisSystem): void {
  if (platform !== 'win32') return;
  needFileNames(folder, platform);
  const { windowsPath } = dataFolderLimits;
  if (folder.length > windowsPath) {
    throw new UserError(
      `The path of the data folder has ${folder.length} characters and Windows leaves room for ${windowsPath}: name a folder with a shorter path, such as C:\\Mailroom, with --data or MAILROOM_DATA`,
    );
  }
  if (isShare(folder) || isShare(whereItLeads(folder, realPath))) {
    throw new UserError(
      `${folder} is on a network drive, where mail would be lost: its databases share memory and locks that only a disk of this computer has. Name a folder on one, such as C:\\Mailroom, with --data or MAILROOM_DATA`,
    );
  }
}

/** `\\server\share`, and the same as `\\?\UNC\server\share`; `\\?\C:\mail` is none. */
function isShare(path: string): boolean {
  return /^[\\/]{2}(?![?.][\\/](?!UNC[\\/]))/i.test(path);
}

/** Of a folder that is not there: where the nearest one above it leads. */
function whereItLeads(folder: string, realPath: (path: string) => string): string {
  for (let path = folder; ; path = dirname(path)) {
    try {
      return realPath(path);
    } catch {
      if (path === dirname(path)) return path;
    }
  }
}
