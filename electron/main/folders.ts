import { join } from 'node:path';

/** Where everything is, beside the data: found from the bundle's own place, in the package and in the project alike. */
export interface AppFolders {
  readonly engine: URL;
  readonly preload: string;
  readonly renderer: string;
  readonly icons: string;
}

/** @param main the folder of the main bundle: `dist/app/main` */
export function appFolders(main: string, base: string): AppFolders {
  return {
    engine: new URL('./engine.worker.mjs', base),
    preload: join(main, '..', 'preload', 'preload.cjs'),
    renderer: join(main, '..', '..', 'renderer'),
    icons: join(main, '..', 'icons'),
  };
}

/** What is in the data folder, for the file manager. */
export function shownFolder(data: string, which: 'data' | 'logs'): string {
  return which === 'data' ? data : join(data, 'logs');
}
