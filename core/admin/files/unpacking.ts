import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadLimits } from '../../base/limits.ts';
import { ownerOnly } from '../../formats/permissions.ts';
import { AdminFailure } from '../failure.ts';
import { tooMuch } from './room.ts';
import { safeNames } from './safe-names.ts';
import type { TarFile } from './tar-reader.ts';

/** Disks and JavaScript know days long after it. */
const latest = Date.UTC(2400, 0);

/** Writes files from elsewhere below one folder and nowhere else. */
export class Unpacking {
  readonly #folder: string;
  readonly #needRoom: (octets: number) => Promise<void>;
  /** What is directly in the folder. */
  readonly #top = new Set<string>();
  readonly #made = new Set<string>();
  #files = 0;
  /** Of the files so far, and of that what was there at the last look at the room. */
  #octets = 0;
  #seen = 0;

  /** @param needRoom throws when the disk has no room for so many octets */
  constructor(folder: string, needRoom: (octets: number) => Promise<void>) {
    this.#folder = folder;
    this.#needRoom = needRoom;
  }

  get top(): readonly string[] {
    return [...this.#top];
  }

  /** @throws AdminFailure */
  async add({ path, size, modified, content }: TarFile): Promise<void> {
    if (++this.#files > uploadLimits.files) {
      throw refused(`More than ${uploadLimits.files} files cannot be sent at once; send them in parts`);
    }
    await this.#look(size);
    const names = safeNames(path, process.platform);
    await this.#write(await this.#place(names, path), path, dateOf(modified), content);
    this.#top.add(names[0]!);
  }

  async #place(names: readonly string[], path: string): Promise<string> {
    const folder = join(this.#folder, ...names.slice(0, -1));
    if (!this.#made.has(folder)) {
      await mkdir(folder, { recursive: true, mode: ownerOnly.folder }).catch(clash(path));
      this.#made.add(folder);
    }
    return join(this.#folder, ...names);
  }

  async #write(place: string, path: string, modified: Date, content: TarFile['content']): Promise<void> {
    const file = await open(place, 'wx', ownerOnly.file).catch(clash(path));
    try {
      for await (const piece of content) {
        await file.appendFile(piece);
        this.#octets += piece.length;
        await this.#look(0);
      }
      await file.utimes(modified, modified); // the date of a message, where the file says no other
    } catch (failure) {
      const { code } = failure as NodeJS.ErrnoException;
      if (code === 'ENOSPC' || code === 'EDQUOT')
        throw refused("The server's disk is full; make room and send it again");
      throw failure;
    } finally {
      await file.close();
    }
  }

  /** @param more octets that are said to come */
  async #look(more: number): Promise<void> {
    if (this.#octets + more > uploadLimits.octets) throw tooMuch();
    if (this.#octets - this.#seen + more < uploadLimits.roomLook) return;
    this.#seen = this.#octets;
    await this.#needRoom(more);
  }
}

/** What a disk can keep: it may say anything. */
function dateOf(modified: number): Date {
  return new Date(Math.min(Math.max(modified, 0), latest));
}

function clash(path: string): (failure: NodeJS.ErrnoException) => never {
  return (failure) => {
    const { code = '' } = failure;
    if (['EEXIST', 'ENOTDIR', 'EISDIR'].includes(code)) throw refused(`${path} is in it twice; send it once`);
    if (code === 'ENAMETOOLONG') throw refused(`${path} has too long a name; make it shorter`);
    throw failure;
  };
}

function refused(message: string): AdminFailure {
  return new AdminFailure('refused', message, 'source');
}
