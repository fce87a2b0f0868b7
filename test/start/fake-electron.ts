import { createHash } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { programPath } from '../../build/electron-binary.ts';
import { makeZip } from './zip.ts';

export const VERSION = '45.0.0';

const STAND_IN = join(import.meta.dirname, '../electron/stand-in/checkout.ts');

/** Electron's program, played by the stand-in. */
export const standInProgram = script(`exec "${process.execPath}" "${STAND_IN}" "$@"`);

/** A program that is these lines of a shell script. */
export function script(lines: string): Buffer {
  return Buffer.from(`#!/bin/sh\n${lines}\n`);
}

/** A program that is this JavaScript. */
export async function nodeProgram(folder: string, code: string): Promise<Buffer> {
  const file = join(folder, 'program.mjs');
  await writeFile(file, code);
  return script(`exec "${process.execPath}" "${file}" "$@"`);
}

/** A folder for ELECTRON_OVERRIDE_DIST_PATH. */
export async function makeDist(folder: string, program: Buffer): Promise<string> {
  const file = join(folder, programPath(process.platform));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, program);
  await chmod(file, 0o755);
  return folder;
}

/** What a release of Electron is: a zip with the program. The ballast makes it worth a progress line. */
export function makeRelease(program: Buffer): Buffer {
  return makeZip({
    version: Buffer.from(VERSION),
    'resources.pak': Buffer.alloc(3_000_000, 'electron'),
    [programPath(process.platform)]: program,
  });
}

/** Electron's npm package, without the program, as npm installs it. */
export async function makePackage(folder: string, release: Buffer): Promise<string> {
  const checksum = createHash('sha256').update(release).digest('hex');
  const name = `electron-v${VERSION}-${process.platform}-${process.arch}.zip`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'electron', version: VERSION }));
  await writeFile(join(folder, 'checksums.json'), JSON.stringify({ [name]: checksum }));
  return folder;
}
