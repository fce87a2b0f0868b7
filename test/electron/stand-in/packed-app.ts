import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extractAll, listPackage } from '@electron/asar';
import { root } from '../../../build/window.ts';
import { standInDistribution } from './distribution.ts';

export interface PackedApp {
  readonly program: string;
  readonly resources: string;
  /** Of every file and folder in the archive, with `/`. */
  readonly paths: readonly string[];
  /** The archive as a folder, outside the project: nothing there finds the project's packages. */
  readonly extracted: string;
}

/** Packs what was built with the real configuration, for Linux, as a folder. Nothing is fetched from anywhere. */
export async function packApp(folder: string): Promise<PackedApp> {
  const distribution = await standInDistribution(join(folder, 'distribution'));
  const output = join(folder, 'packed');
  await electronBuilder(
    '--linux',
    'dir',
    '--x64',
    set('electronDist', distribution),
    set('directories.output', output),
  );
  const resources = join(output, 'linux-unpacked', 'resources');
  const archive = join(resources, 'app.asar');
  const extracted = join(folder, 'extracted');
  extractAll(archive, extracted);
  const paths = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').replace(/^\//, ''));
  return { program: join(output, 'linux-unpacked', 'mailroom-app'), resources, paths, extracted };
}

/** @throws Error with what it said */
export async function electronBuilder(...args: string[]): Promise<void> {
  const cli = join(root, 'node_modules/electron-builder/cli.js');
  const all = [cli, '--config', 'build/electron-builder.ts', '--publish', 'never', ...args];
  await promisify(execFile)(process.execPath, all, { cwd: root, env: { ...process.env, CI: 'true' } });
}

const set = (option: string, value: string) => `-c.${option}=${value}`;
