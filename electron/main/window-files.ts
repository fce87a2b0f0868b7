import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contentTypeOf, filesIn } from '../../core/base/web-files.ts';
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
    const headers = { ...securityHeaders, 'content-type': contentTypeOf(pathname) };
    return new Response(file, { headers });
  };
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const read = async (path: string) => [path, new Uint8Array(await readFile(join(folder, path)))] as const;
  return new Map(await Promise.all((await filesIn(folder)).map(read)));
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
