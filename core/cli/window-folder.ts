import { dirname, extname, join } from 'node:path';

/**
 * Where the built settings window is: a checkout runs core/ and keeps it in dist/, a package of npm runs dist/core/ beside
 * it, and the installed app runs a bundle in `command`, beside it too.
 */
export function windowFolder(program: string = import.meta.filename): string {
  const folder = dirname(program);
  switch (extname(program)) {
    case '.ts':
      return join(folder, '../../dist/renderer');
    case '.mjs':
      return join(folder, '../renderer');
    default:
      return join(folder, '../../renderer');
  }
}
