import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { adminLimits } from '../../base/limits.ts';
import { patiently } from '../../base/patiently.ts';
import { contentTypeOf, filesIn } from '../../base/web-files.ts';
import { sendFailure } from './replies.ts';
import type { FileHandler } from './requests.ts';

/**
 * Serves the settings window from a folder that was built (`npm run build`). Everything is read once and then found by
 * its exact path: no path of a request ever reaches the file system, and a window whose files are replaced while the
 * server runs stays in one piece with it.
 * @throws UserError when there is no window in the folder; the message names the remedy.
 */
export async function openWindowFiles(folder: string): Promise<FileHandler> {
  const files = await readWindow(folder);
  return (request, response) => {
    const file = files.get(pathOf(request));
    if (file === undefined) return false;
    send(request, response, file);
    return true;
  };
}

interface WindowFile {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly octets: Buffer;
}

type WindowFiles = ReadonlyMap<string, WindowFile>;

const INDEX = '/index.html';

async function readWindow(folder: string): Promise<WindowFiles> {
  const paths = await filesIn(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  if (!paths.includes(INDEX))
    throw new UserError(`The settings window is not in ${folder}: make it with "npm run build"`);
  const files = new Map<string, WindowFile>();
  let size = 0;
  for (const path of paths) {
    const file = join(folder, path);
    const octets = await patiently(file, () => readFile(file));
    size += octets.length;
    if (size > adminLimits.window) throw new UserError(`${folder} holds more than a settings window: build it anew`);
    files.set(path, { octets, headers: headersOf(path, octets.length) });
  }
  return files.set('/', files.get(INDEX)!);
}

/**
 * The window loads nothing from elsewhere and runs no script or style but its own files, so that text from a mail client
 * or a log that finds its way into the page stays text.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // No text becomes markup but Svelte's own templates.
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

function headersOf(path: string, length: number): WindowFile['headers'] {
  return {
    ...securityHeaders,
    'content-type': contentTypeOf(path),
    'content-length': length,
    'cache-control': isNamedByContent(path) ? 'public, max-age=31536000, immutable' : 'no-store',
  };
}

/** Vite puts a hash of the content into these names: what is kept under such a name is right for ever. */
function isNamedByContent(path: string): boolean {
  return /^\/assets\/.+-[\w-]{8}\.[a-z0-9]+$/.test(path);
}

function send({ method }: IncomingMessage, response: ServerResponse, { headers, octets }: WindowFile): void {
  if (method === 'GET') response.writeHead(200, headers).end(octets);
  else if (method === 'HEAD') response.writeHead(200, headers).end();
  else sendFailure(response, 405, 'invalid', 'Use GET', { allow: 'GET, HEAD' });
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0]!;
}
