import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './test-store.ts';

/** For tests: a file system of its own, as only root can make one. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves no room at all. */
  fill(): void;
  makeRoom(): void;
  setReadOnly(): void;
  remove(): void;
}

/** Undefined where none can be mounted. */
export function mountSmallDisk(kind: 'tmpfs' | 'ext4 with blocks of 1 KiB', octets: number): SmallDisk | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const folder = temporaryFolder();
  const path = join(folder.path, 'disk');
  mkdirSync(path);
  try {
    if (kind === 'tmpfs') run('mount', '-t', 'tmpfs', '-o', `size=${octets}`, 'tmpfs', path);
    else mountImage(join(folder.path, 'image'), path, octets);
  } catch {
    folder.remove();
    return undefined;
  }
  const filler = join(path, 'filler');
  let mounts = 1;
  return {
    path,
    fill: () => fill(filler),
    makeRoom: () => rmSync(filler),
    // SQLite and others may have files open for writing: another view of the same files is read-only all the same.
    setReadOnly() {
      run('mount', '--bind', path, path);
      mounts++;
      run('mount', '-o', 'remount,ro,bind', path);
    },
    remove() {
      for (; mounts > 0; mounts--) run('umount', '--lazy', path);
      folder.remove();
    },
  };
}

function mountImage(image: string, path: string, octets: number): void {
  closeSync(openSync(image, 'w'));
  truncateSync(image, octets);
  run('mkfs.ext4', '-q', '-b', '1024', '-m', '0', '-F', image);
  run('mount', '-o', 'loop', image, path);
}

/** In pieces that get smaller: the last octet is taken, too. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  for (let size = 65_536; size >= 1; ) {
    try {
      writeSync(file, new Uint8Array(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      size = Math.floor(size / 4);
    }
  }
  closeSync(file);
}

function run(program: string, ...given: string[]): void {
  execFileSync(program, given, { stdio: 'ignore' });
}
