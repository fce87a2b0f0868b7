import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildIfOld, root } from './window.ts';

/** All that the app's bundles are made of, relative to the checkout. */
export const APP_SOURCES = ['electron', 'core', 'build/icons/app', 'package-lock.json'];

/** Made last: when it is new, the bundles of the main process and the icons are, however an earlier build ended. */
const MADE = join(root, 'dist/app/preload/preload.cjs');

/**
 * Builds the app's bundles when they are not there or older than their sources.
 * @returns whether they were
 * @throws Error with what the build said
 */
export async function buildAppIfOld(): Promise<boolean> {
  return buildIfOld(MADE, APP_SOURCES, buildApp);
}

async function buildApp(): Promise<void> {
  await build('electron-vite/bin/electron-vite.js', 'electron/vite.config.ts');
}

/** Builds the bundle of the installed app's command when it is not there or older than its sources. */
export async function buildCommandIfOld(): Promise<boolean> {
  const made = join(root, 'dist/command/mailroom.mjs');
  return buildIfOld(made, ['core', 'build/command.vite.config.ts', 'package-lock.json'], () =>
    build('vite/bin/vite.js', 'build/command.vite.config.ts'),
  );
}

async function build(program: string, config: string): Promise<void> {
  const args = [join(root, 'node_modules', program), 'build', '--config', join(root, config), '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, args, { cwd: root });
}
