import { uploadLimits } from '../../base/limits.ts';
import { AdminFailure } from '../failure.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

/**
 * Mail must still find room when something large has been written.
 * @param octets of it
 * @throws AdminFailure refused
 */
export async function needRoom(folder: TemporaryFolder, octets: number): Promise<void> {
  const room = (await folder.room()) - uploadLimits.roomLeft;
  if (octets < room) return;
  const text = `The server's disk has no room for it: make some, ${gib(uploadLimits.roomLeft)} must stay free`;
  throw new AdminFailure('refused', text);
}

export function tooMuch(): AdminFailure {
  return new AdminFailure('refused', `More than ${gib(uploadLimits.octets)} cannot be sent at once; send it in parts`);
}

function gib(octets: number): string {
  return `${Math.ceil(octets / 1024 ** 3)} GiB`;
}
