import { stat } from 'node:fs/promises';
import { readAccess } from './windows-access.ts';

/** Whether this system lets others than the owner use a file, by its mode or by its list. */
export async function isOpenToOthers(path: string): Promise<boolean> {
  if (process.platform !== 'win32') return ((await stat(path)).mode & 0o077) !== 0;
  return (await readAccess(path))?.others !== undefined;
}
