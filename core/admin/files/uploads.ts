import { join } from 'node:path';
import { uploadLimits } from '../../base/limits.ts';
import type { Random } from '../../base/random.ts';
import { BadTar } from '../../base/tar-header.ts';
import { AdminFailure } from '../failure.ts';
import { newToken } from '../http/tokens.ts';
import { needRoom, tooMuch } from './room.ts';
import { readTar } from './tar-reader.ts';
import type { TemporaryFolder } from './temporary-folder.ts';
import { Unpacking } from './unpacking.ts';

/** Files that came for an import. */
export interface Upload {
  /** Files and folders, as they were on top of what was sent. */
  readonly paths: readonly string[];
  /** Where they are for now. */
  readonly folder: string;
  /** It was not used after all, and may be taken again for a while. */
  giveBack(): void;
  remove(): Promise<void>;
}

interface Entry {
  readonly folder: string;
  readonly names: readonly string[];
  /** Undefined: it is being used. */
  expiry: NodeJS.Timeout | undefined;
}

/** Files that are sent as one archive (tar), to be imported: on the disk until that is done, or for an hour. */
export class Uploads {
  readonly #folder: TemporaryFolder;
  readonly #random: Random;
  /** By id, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  #arriving = 0;

  constructor(folder: TemporaryFolder, random: Random) {
    this.#folder = folder;
    this.#random = random;
  }

  /**
   * Writes to the disk what arrives, no faster than the disk takes it. Whatever ends it early leaves nothing behind.
   * @param octets as the sender says; undefined: they do not say
   * @returns the upload's id
   * @throws AdminFailure when it is too much, there is no room, or it is no archive
   */
  async receive(source: AsyncIterable<Uint8Array>, octets: number | undefined): Promise<string> {
    if (this.#arriving >= uploadLimits.atOnce) {
      throw new AdminFailure('refused', `${uploadLimits.atOnce} uploads are under way; wait for one to end`);
    }
    this.#arriving++;
    try {
      if (octets !== undefined && octets > uploadLimits.octets) throw tooMuch();
      await needRoom(this.#folder, octets ?? 0);
      return await this.#unpacked(source);
    } finally {
      this.#arriving--;
    }
  }

  /** Keeps it from being removed. @throws AdminFailure notFound */
  take(id: string): Upload {
    const entry = this.#entries.get(id);
    if (entry?.expiry === undefined) {
      throw new AdminFailure('notFound', 'These files are not on the server any more; send them again', 'source');
    }
    clearTimeout(entry.expiry);
    entry.expiry = undefined;
    return {
      folder: entry.folder,
      paths: entry.names.map((name) => join(entry.folder, name)),
      giveBack: () => this.#expireLater(id, entry),
      remove: () => this.#remove(id),
    };
  }

  close(): void {
    for (const { expiry } of this.#entries.values()) clearTimeout(expiry);
    this.#entries.clear();
  }

  async #unpacked(source: AsyncIterable<Uint8Array>): Promise<string> {
    const folder = await this.#folder.make();
    try {
      const unpacking = new Unpacking(folder, (octets) => needRoom(this.#folder, octets));
      for await (const file of readTar(source)) await unpacking.add(file);
      const names = unpacking.top;
      if (names.length === 0) throw new AdminFailure('invalid', 'There is no file in what was sent', 'source');
      return await this.#added({ folder, names, expiry: undefined });
    } catch (failure) {
      await this.#folder.remove(folder);
      if (failure instanceof BadTar)
        throw new AdminFailure('invalid', `It was not sent as it should: ${failure.message}`);
      throw failure;
    }
  }

  async #added(entry: Entry): Promise<string> {
    const id = newToken(this.#random);
    this.#entries.set(id, entry);
    this.#expireLater(id, entry);
    const unused = [...this.#entries].filter(([, { expiry }]) => expiry !== undefined);
    for (const [oldest] of unused.slice(0, -uploadLimits.waiting)) await this.#remove(oldest);
    return id;
  }

  #expireLater(id: string, entry: Entry): void {
    entry.expiry = setTimeout(() => void this.#remove(id), uploadLimits.kept).unref();
  }

  async #remove(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    clearTimeout(entry.expiry);
    this.#entries.delete(id);
    await this.#folder.remove(entry.folder);
  }
}
