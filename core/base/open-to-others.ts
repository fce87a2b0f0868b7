import { stat, statfs } from 'node:fs/promises';
import { needsClosing, type Ownership, thisOwnership } from './own-folder.ts';
import { readAccess, remedy } from './windows-access.ts';

/** Write permission of the group and of everybody else. */
const OTHERS_WRITE = 0o022;
/** The numbers that Linux gives FAT and exFAT (statfs(2)): there the mode is made up, and `chmod` changes nothing. */
const WITHOUT_RIGHTS = new Set([0x4d44, 0x2011bab0]);

/**
 * What is wrong with a data folder that not only its owner may enter or write to, with the command that mends it; undefined
 * when nothing is.
 */
export async function openToOthers(folder: string, ownership: Ownership = thisOwnership): Promise<string | undefined> {
  if (ownership.platform === 'win32') return openOnWindows(folder, ownership);
  if (WITHOUT_RIGHTS.has((await statfs(folder)).type)) return withoutRights(folder);
  if (((await stat(folder)).mode & OTHERS_WRITE) === 0) return undefined;
  return `Other users of this computer may write to the data folder ${folder}: they can take the place of its files and so read and change all mail. Run \`chmod go-w ${quoted(folder)}\``;
}

/** For a POSIX shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Below a person's own folder it is closed unless somebody opened it, and Windows is not asked at every start. */
async function openOnWindows(folder: string, ownership: Ownership): Promise<string | undefined> {
  if (!needsClosing(folder, ownership)) return undefined;
  const list = await readAccess(folder, ownership.run);
  if (list === undefined)
    return `Windows does not say who may read the data folder ${folder}: look at its properties, page Security`;
  if (list.others === undefined) return undefined;
  if (list.isMissing) return withoutRights(folder);
  const may = list.others === 'read' ? 'read the data folder' : 'read and change the data folder';
  const help = await remedy(folder, list, ownership.run);
  return `Other users of this computer may ${may} ${folder}, with all mail, passwords and keys. ${help}`;
}

function withoutRights(folder: string): string {
  return `The file system of the data folder ${folder} knows no rights of users: everybody who uses this computer may read and change all mail. Move the folder to a disk with NTFS, or one of Linux or macOS`;
}
