import type { Random } from '../../base/random.ts';
import { Downloads } from './downloads.ts';
import { needRoom } from './room.ts';
import { TemporaryFolder } from './temporary-folder.ts';
import { Uploads } from './uploads.ts';

/** Mail that comes and goes as files by HTTP: for callers who have no path on the server's disk to name. */
export interface TransferFiles {
  readonly uploads: Uploads;
  readonly downloads: Downloads;
  /** A folder for a download. @param octets that are going to be written @throws AdminFailure when there is no room */
  makeFolder(octets: number): Promise<string>;
  removeFolder(folder: string): Promise<void>;
  /** Removes all of it. */
  close(): Promise<void>;
}

/** @param path a folder of its own in the data folder, which the caller alone has */
export async function openTransferFiles(path: string, random: Random): Promise<TransferFiles> {
  const folder = await TemporaryFolder.open(path);
  const uploads = new Uploads(folder, random);
  const downloads = new Downloads(folder, random);
  return {
    ...{ uploads, downloads },
    async makeFolder(octets) {
      await needRoom(folder, octets);
      return folder.make();
    },
    removeFolder: (made) => folder.remove(made),
    async close() {
      uploads.close();
      downloads.close();
      await folder.close();
    },
  };
}
