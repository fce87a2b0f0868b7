import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const project = join(import.meta.dirname, '..', '..');
const node = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: project });

/** Where `npm run build:app` puts the app. */
export const builtApp = join(project, 'dist', 'app');

/** The program of the built engine's thread. */
export const builtEngine = pathToFileURL(join(builtApp, 'main', 'engine.worker.js'));

/** Builds main, engine and preload as they are now, and the window if it was never built. */
export async function buildApp(): Promise<void> {
  if (!existsSync(join(project, 'dist', 'renderer', 'index.html'))) {
    await node('node_modules/vite/bin/vite.js', 'build', 'renderer');
  }
  await node('node_modules/electron-vite/bin/electron-vite.js', 'build', '--config', 'electron/vite.config.ts');
}
