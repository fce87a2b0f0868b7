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
  const program = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const args = [program, 'build', '--config', join(root, 'electron/vite.config.ts'), '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, args, { cwd: root });
}
