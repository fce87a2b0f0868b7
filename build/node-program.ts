import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './window.ts';

/** Systems and processors as Node.js names them. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
}

/**
 * Node.js's own program for a machine, of the version that runs this: the same file where this machine is of that kind,
 * else from npm, once.
 * @returns its path
 * @throws Error when npm cannot fetch it
 */
export async function nodeProgram({ platform, arch }: Machine): Promise<string> {
  if (platform === process.platform && arch === process.arch) return process.execPath;
  const folder = join(root, 'dist', 'node', `${platform}-${arch}`);
  const name = packageName({ platform, arch });
  const installed = join(folder, 'node_modules', name);
  if ((await versionOf(installed)) !== process.versions.node) await install(`${name}@${process.versions.node}`, folder);
  return join(installed, 'bin', platform === 'win32' ? 'node.exe' : 'node');
}

/** What the package `node` fetches on such a machine. */
function packageName({ platform, arch }: Machine): string {
  const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

async function versionOf(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text).version;
}

/** By npm itself, which npm names to the scripts that it runs; its packages for other machines are wanted here. */
async function install(wanted: string, folder: string): Promise<void> {
  const npm = process.env['npm_execpath'];
  if (npm === undefined) throw new Error(`${wanted} is needed: run this by npm, as "npm run package"`);
  const args = ['install', '--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts', '--force', wanted];
  await promisify(execFile)(process.execPath, [npm, ...args], { cwd: root });
}
