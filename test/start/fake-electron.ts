import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { programPath } from '../../build/electron-binary.ts';
import { makeZip } from './zip.ts';

export const VERSION = '45.0.0';

const STAND_IN = join(import.meta.dirname, '../electron/stand-in');

/** Electron's program, played by something of the test's. */
export interface Program {
  readonly content: Buffer | 'Node.js';
  /** What it needs to be in the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Electron's program, played by the stand-in. */
export const standInProgram = nodeScript(join(STAND_IN, 'checkout.ts'));

/** A program that is these lines of a shell script; for tests that Windows lacks something for. */
export function script(lines: string): Program {
  return { content: Buffer.from(`#!/bin/sh\n${lines}\n`), env: {} };
}

/** A program that is this JavaScript. */
export async function nodeProgram(folder: string, code: string): Promise<Program> {
  const file = join(folder, 'program.mjs');
  await writeFile(file, code);
  return nodeScript(file);
}

function nodeScript(file: string): Program {
  if (process.platform !== 'win32') return script(`exec "${process.execPath}" "${file}" "$@"`);
  const preload = pathToFileURL(join(STAND_IN, 'windows-program.ts')).href;
  const env = { NODE_OPTIONS: `--import=${preload}`, STAND_IN_PROGRAM: pathToFileURL(file).href };
  return { content: 'Node.js', env };
}

/** A folder for ELECTRON_OVERRIDE_DIST_PATH. */
export async function makeDist(folder: string, { content }: Pick<Program, 'content'>): Promise<string> {
  const file = join(folder, programPath(process.platform));
  await mkdir(dirname(file), { recursive: true });
  if (content === 'Node.js') await copyFile(process.execPath, file);
  else await writeFile(file, content);
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
