import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

/**
 * Paths below a folder, with `/` before and between names. Links are left out, wherever they lead. Folder by folder, and
 * by names alone: in the app's archive it is Electron that reads folders, and what it says of entries further down (where
 * they lie, what they are) is not to be relied on.
 */
export async function filesIn(folder: string, path = ''): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesIn(folder, inside)));
    else if (entry.isFile()) found.push(inside);
  }
  return found;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** By the end of the name. Whatever else there is can be downloaded only. */
export function contentTypeOf(path: string): string {
  return types[extname(path)] ?? 'application/octet-stream';
}
