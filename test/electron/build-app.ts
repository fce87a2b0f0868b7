import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { buildWindowIfOld, root as project } from '../../build/window.ts';

const node = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: project });

/** Where `npm run build:app` puts the app. */
export const builtApp = join(project, 'dist', 'app');

/** The program of the built engine's thread. */
export const builtEngine = pathToFileURL(join(builtApp, 'main', 'engine.worker.js'));

/** Builds the app and its window from the sources as they are now: what `npm run build:app` does. */
export async function buildApp(): Promise<void> {
  await buildWindowIfOld();
  await node('node_modules/electron-vite/bin/electron-vite.js', 'build', '--config', 'electron/vite.config.ts');
}
