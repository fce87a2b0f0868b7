import { lstat, opendir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { systemUptime, type Uptime } from '../base/clock.ts';
import { adminLimits } from '../base/limits.ts';

/** Where the data is, how much of it there is, and how much more there is room for. */
export interface DataInfo {
  readonly folder: string;
  /** Of all files together. */
  readonly octets: number;
  /** False: there are more files than were looked at, so it is more than `octets`. */
  readonly isComplete: boolean;
  /** For this user on that disk; undefined: the system does not tell. */
  readonly freeOctets: number | undefined;
}

/** Counts what a folder holds, and remembers it for a while: looking at every file is work. */
export class DataFolderInfo {
  readonly #folder: string;
  readonly #uptime: Uptime;
  readonly #maxFiles: number;
  #counted: { readonly at: number; readonly size: Promise<FolderSize> } | undefined;

  constructor(folder: string, uptime: Uptime = systemUptime, maxFiles: number = adminLimits.dataInfoFiles) {
    this.#folder = folder;
    this.#uptime = uptime;
    this.#maxFiles = maxFiles;
  }

  async info(): Promise<DataInfo> {
    const at = this.#uptime();
    if (this.#counted === undefined || at - this.#counted.at >= adminLimits.dataInfoAge) {
      this.#counted = { at, size: sizeOf(this.#folder, this.#maxFiles) };
    }
    const [size, freeOctets] = await Promise.all([this.#counted.size, freeOf(this.#folder)]);
    return { folder: this.#folder, ...size, freeOctets };
  }
}

type FolderSize = Pick<DataInfo, 'octets' | 'isComplete'>;

/** Links are not followed; what goes away meanwhile, or may not be read, counts nothing. Never rejects. */
async function sizeOf(folder: string, maxFiles: number): Promise<FolderSize> {
  const folders = [folder];
  let octets = 0;
  let looked = 0;
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for await (const entry of entriesOf(next)) {
      if (++looked > maxFiles) return { octets, isComplete: false };
      const path = join(next, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) octets += await lstat(path).then(({ size }) => size, nothing);
    }
  }
  return { octets, isComplete: true };
}

async function* entriesOf(folder: string) {
  try {
    yield* await opendir(folder);
  } catch {
    // Gone meanwhile, or not ours to read.
  }
}

async function freeOf(folder: string): Promise<number | undefined> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
}

function nothing(): number {
  return 0;
}
