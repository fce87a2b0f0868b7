import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/** Where electron-builder leaves the app before it makes installers of it, the likeliest first. */
export function packagedPrograms({ platform, arch }: Machine): readonly string[] {
  if (platform === 'win32') return ['win-unpacked/Mailroom.exe'];
  if (platform === 'darwin') {
    const folders = arch === 'arm64' ? ['mac-arm64'] : ['mac'];
    return folders.map((folder) => `${folder}/Mailroom.app/Contents/MacOS/Mailroom`);
  }
  return [arch === 'arm64' ? 'linux-arm64-unpacked/mailroom' : 'linux-unpacked/mailroom'];
}

/** @throws Error naming the remedy, when nothing was packaged */
export function packagedProgram(installers: string, machine: Machine): string {
  const found = packagedPrograms(machine)
    .map((path) => join(installers, path))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `There is no packaged app in ${installers}: make it with "npm run package", which fetches Electron from the internet`,
  );
}
