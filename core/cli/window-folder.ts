import { extname, join } from 'node:path';

/** Where the built settings window is: a checkout runs core/ and keeps it in dist/, a package runs dist/core/ beside it. */
export function windowFolder(program: string = import.meta.filename): string {
  const root = join(program, '../../..');
  return extname(program) === '.ts' ? join(root, 'dist/renderer') : join(root, 'renderer');
}
