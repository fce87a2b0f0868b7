import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { WINDOW_URL } from '../ipc/own-pages.ts';

/**
 * Answers requests for the window's own pages. Every file is read at the start and found by its exact path, so no path
 * of a request ever reaches the file system.
 * @param folder the built window
 */
export async function openWindowFiles(folder: string): Promise<(request: Request) => Response> {
  const files = await readFiles(folder);
  return ({ url, method }) => {
    const { host, pathname } = new URL(url);
    const file = host === new URL(WINDOW_URL).host && method === 'GET' ? files.get(pathname) : undefined;
    if (file === undefined) return new Response('Not found', { status: 404, headers: securityHeaders });
    const headers = { ...securityHeaders, 'content-type': types[extname(pathname)] ?? 'application/octet-stream' };
    return new Response(file, { headers });
  };
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const read = async (path: string) => [path, new Uint8Array(await readFile(join(folder, path)))] as const;
  return new Map(await Promise.all((await filesIn(folder, '')).map(read)));
}

/**
 * Paths with `/` before and between names. Folder by folder, and by names alone: in an archive it is Electron that reads
 * folders, and what it says of entries further down (where they lie, what they are) is not to be relied on.
 */
async function filesIn(folder: string, path: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, path), { withFileTypes: true })) {
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesIn(folder, inside)));
    else if (entry.isFile()) found.push(inside);
  }
  return found;
}

/** The page gets everything through the bridge: it may not even connect to where it came from. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
