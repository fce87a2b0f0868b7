import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { downloadLimits } from '../../base/limits.ts';
import { octetsOf } from '../../base/patiently.ts';
import type { Random } from '../../base/random.ts';
import { newToken } from '../http/tokens.ts';
import { packFolder } from './tar-writer.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

/** What an export left to be fetched, as one file. */
export interface Download {
  readonly name: string;
  readonly octets: number;
  /** It was fetched, or waited too long. */
  readonly isGone: boolean;
  /** Where it is fetched once, soon: below `/api/v1/`. Those who have the link need no token. */
  link(): string;
}

/** A download that is being fetched. */
export interface Fetched {
  readonly name: string;
  readonly octets: number;
  pieces(): AsyncIterable<Uint8Array>;
  /** @param whole all of it has gone to the client: it is removed */
  end(whole: boolean): Promise<void>;
}

interface Entry {
  readonly folder: string;
  readonly accountId: string;
  readonly name: string;
  readonly octets: number;
  readonly pieces: () => AsyncIterable<Uint8Array>;
  readonly expiry: NodeJS.Timeout;
  readers: number;
}

/** Exports that wait to be fetched by a link that nobody guesses. */
export class Downloads {
  readonly #folder: TemporaryFolder;
  readonly #random: Random;
  /** The oldest first. */
  readonly #entries = new Set<Entry>();
  readonly #links = new Map<string, { readonly entry: Entry; readonly expiry: NodeJS.Timeout }>();

  constructor(folder: TemporaryFolder, random: Random) {
    this.#folder = folder;
    this.#random = random;
  }

  /**
   * @param path a file, or a folder that is sent as one archive (tar)
   * @param folder of the temporary folder, with nothing but that: removed with it
   */
  async add(path: string, folder: string, accountId: string): Promise<Download> {
    const kind = await stat(path);
    const name = basename(path);
    const packed = kind.isDirectory() ? await packFolder(path) : undefined;
    const entry: Entry = {
      ...{ folder, accountId, readers: 0 },
      name: packed === undefined ? name : `${name}.tar`,
      octets: packed?.octets ?? kind.size,
      pieces: packed?.pieces ?? (() => octetsOf(path)),
      expiry: setTimeout(() => void this.#remove(entry), downloadLimits.kept).unref(),
    };
    this.#entries.add(entry);
    for (const oldest of [...this.#entries].slice(0, -downloadLimits.waiting)) await this.#remove(oldest);
    return this.#described(entry);
  }

  /** Undefined: there is no such link, or it was used. */
  open(link: string): Fetched | undefined {
    const found = this.#links.get(link);
    if (found === undefined) return undefined;
    this.#unlink(link);
    const { entry } = found;
    entry.readers++;
    return {
      ...{ name: entry.name, octets: entry.octets, pieces: entry.pieces },
      end: async (whole) => {
        entry.readers--;
        if (whole || !this.#entries.has(entry)) await this.#remove(entry);
      },
    };
  }

  /** Removes the mail of a user who is removed. */
  async forget(accountId: string): Promise<void> {
    for (const entry of [...this.#entries]) if (entry.accountId === accountId) await this.#remove(entry);
  }

  close(): void {
    for (const { expiry } of this.#entries) clearTimeout(expiry);
    for (const link of [...this.#links.keys()]) this.#unlink(link);
    this.#entries.clear();
  }

  #described(entry: Entry): Download {
    const isGone = () => !this.#entries.has(entry);
    const newLink = () => this.#newLink(entry);
    const { name, octets } = entry;
    return {
      ...{ name, octets, link: newLink },
      get isGone() {
        return isGone();
      },
    };
  }

  #newLink(entry: Entry): string {
    const link = newToken(this.#random);
    const expiry = setTimeout(() => this.#unlink(link), downloadLimits.linkKept).unref();
    this.#links.set(link, { entry, expiry });
    return `downloads/${link}`;
  }

  #unlink(link: string): void {
    clearTimeout(this.#links.get(link)?.expiry);
    this.#links.delete(link);
  }

  /** While somebody is fetching it the files stay; the last one to end removes them. */
  async #remove(entry: Entry): Promise<void> {
    this.#entries.delete(entry);
    clearTimeout(entry.expiry);
    for (const [link, { entry: other }] of [...this.#links]) if (other === entry) this.#unlink(link);
    if (entry.readers === 0) await this.#folder.remove(entry.folder);
  }
}
