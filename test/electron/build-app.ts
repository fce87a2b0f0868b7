import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildAppIfOld, buildCommandIfOld } from '../../build/app.ts';
import { buildWindowIfOld, root as project } from '../../build/window.ts';

/** Where `npm run build:app` puts the app. */
export const builtApp = join(project, 'dist', 'app');

/** The program of the built engine's thread. */
export const builtEngine = pathToFileURL(join(builtApp, 'main', 'engine.worker.mjs'));

/** Builds the app, its window and its command from the sources as they are now, with what `npm run build:app` runs. */
export async function buildApp(): Promise<void> {
  await buildWindowIfOld();
  await buildAppIfOld();
  await buildCommandIfOld();
}
