import { stat } from 'node:fs/promises';

/** Write permission of the group and of everybody else. */
const OTHERS_WRITE = 0o022;

/**
 * What is wrong with a data folder that not only its owner may write to, with the remedy; undefined when nothing is. On Windows
 * always: who may write there is in access control lists, which this does not read.
 */
export async function openToOthers(folder: string, platform = process.platform): Promise<string | undefined> {
  if (platform === 'win32' || ((await stat(folder)).mode & OTHERS_WRITE) === 0) return undefined;
  return `Other users of this computer may write to the data folder ${folder}: they can take the place of its files and so read and change all mail. Run \`chmod go-w ${folder}\``;
}
