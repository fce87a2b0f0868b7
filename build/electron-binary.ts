import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Electron's npm package, which comes without the program itself. */
export interface ElectronPackage {
  readonly folder: string;
  readonly version: string;
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
}

/** @throws Error with the remedy when the package is not installed */
export async function electronPackage(
  env: NodeJS.ProcessEnv,
  folder: string = packageFolder(),
): Promise<ElectronPackage> {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version, platform: process.platform, env };
}

function packageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch (cause) {
    throw new Error('Electron is not among the installed packages; "npm ci" brings it', { cause });
  }
}

/** Where the program is inside what is unpacked. */
export function programPath(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'electron.exe';
  return platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

/**
 * The program that is there; undefined when it is to be fetched. What counts as there is what Electron's own installer
 * would leave alone: of this version, and with the note that is written when all is unpacked.
 * @throws Error when somebody has named a folder without it
 */
export async function installedProgram({ folder, version, platform, env }: ElectronPackage) {
  const path = programPath(platform);
  const named = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (named) return programIn(named, path);
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => undefined);
  const [unpacked, note] = [await read('dist/version'), await read('path.txt')];
  if (unpacked?.trim().replace(/^v/, '') !== version || note !== path) return undefined;
  const program = join(folder, 'dist', path);
  return existsSync(program) ? program : undefined;
}

function programIn(named: string, path: string): string {
  const program = join(named, path);
  if (!existsSync(program)) throw new Error(`ELECTRON_OVERRIDE_DIST_PATH names ${named}, which has no ${path}`);
  return program;
}
