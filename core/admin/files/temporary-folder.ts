import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { patience, patienceAtStart, patiently } from '../../base/patiently.ts';
import { ownerOnly } from '../../formats/permissions.ts';

/**
 * A folder of the data folder for what is needed for a while only. It is empty at every start: what a server that was
 * killed left in it is removed by the next.
 */
export class TemporaryFolder {
  readonly #path: string;

  /** The caller alone has the data folder. */
  static async open(path: string): Promise<TemporaryFolder> {
    await removeFolder(path, patienceAtStart).catch(() => undefined); // another program has it; the next start removes it
    return new TemporaryFolder(path);
  }

  private constructor(path: string) {
    this.#path = path;
  }

  /** A new folder in it. */
  async make(): Promise<string> {
    await mkdir(this.#path, { recursive: true, mode: ownerOnly.folder });
    return mkdtemp(join(this.#path, 'x-'));
  }

  /** @param folder that `make` gave */
  async remove(folder: string): Promise<void> {
    await removeFolder(folder);
  }

  /** Octets there is room for. Infinity: the system does not tell. */
  async room(): Promise<number> {
    await mkdir(this.#path, { recursive: true, mode: ownerOnly.folder });
    const told = await statfs(this.#path).catch(() => undefined);
    return told === undefined || told.bsize === 0 ? Number.POSITIVE_INFINITY : told.bavail * told.bsize;
  }

  async close(): Promise<void> {
    await removeFolder(this.#path).catch(() => undefined); // likewise
  }
}

/** @throws FileHeld */
function removeFolder(folder: string, given = patience): Promise<void> {
  return patiently(folder, () => rm(folder, { recursive: true, force: true }), given);
}
