import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../base/errors.ts';
import { ask, type TriedHttp, tryHttp } from './testing.ts';
import { openWindowFiles } from './window-files.ts';

const PAGE = '<!doctype html><title>Mailroom</title>';
const SCRIPT = 'console.log(1)';
/** Stands in every file that must never be given. */
const SECRET = 'nobody may read this';

let tried: TriedHttp;
let folder: string;
let window: string;

/** A window with secrets beside it, links that lead to them, and files of all kinds inside. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailroom-window-'));
  window = join(folder, 'window');
  await mkdir(join(window, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), SECRET);
  await writeFile(join(window, 'index.html'), PAGE);
  await writeFile(join(window, 'assets/index-C9OrcOUa.js'), SCRIPT);
  await writeFile(join(window, 'assets/index-B_dx-123.css'), 'p{}');
  await writeFile(join(window, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(window, 'other.xyz'), 'x');
  if (process.platform !== 'win32') {
    await symlink('../secret.txt', join(window, 'link.txt'));
    await symlink('..', join(window, 'up'));
  }
  tried = await tryHttp({ address: '127.0.0.1', port: 0, tls: false }, await openWindowFiles(window));
});
afterAll(async () => {
  await tried.close();
  await rm(folder, { recursive: true, force: true });
  expect(tried.backstage.errors).toEqual([]);
});

const get = (path: string, method = 'GET') => ask({ port: tried.http.local.port, path, method });

/** Whole replies as they came: clients of HTTP tidy paths up before they ask. */
function askRaw(target: string): Promise<string> {
  const { port } = tried.http.local;
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`, 'latin1'),
    );
    socket.setEncoding('latin1').on('data', (part) => {
      text += part;
    });
    socket.on('error', reject).on('close', () => resolve(text));
  });
}

describe('the window', () => {
  it('is given with its type, and its page is never kept: an upgrade must show at once', async () => {
    for (const path of ['/', '/index.html', '/?x=1']) {
      expect(await get(path), path).toMatchObject({
        status: 200,
        text: PAGE,
        headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
      });
    }
    expect((await get('/icon.svg')).headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-store',
    });
    expect((await get('/other.xyz')).headers['content-type']).toBe('application/octet-stream');
  });

  it('has files named by their content, which are kept for ever', async () => {
    const type = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' };
    for (const [path, expected] of [
      ['/assets/index-C9OrcOUa.js', type.js],
      ['/assets/index-B_dx-123.css', type.css],
    ] as const) {
      const { headers } = await get(path);
      expect(headers['content-type']).toBe(expected);
      expect(headers['cache-control']).toContain('immutable');
    }
  });

  it('runs nothing but its own files, in no frame, and tells nobody where it was', async () => {
    for (const path of ['/', '/assets/index-C9OrcOUa.js', '/other.xyz']) {
      const { headers } = await get(path);
      expect(headers, path).toMatchObject({
        ...{ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' },
        ...{ 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin' },
      });
      const policy = headers['content-security-policy'];
      for (const rule of [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'none'",
      ]) {
        expect(String(policy).split('; ')).toContain(rule);
      }
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
    }
  });

  it('can only be read', async () => {
    const head = await get('/', 'HEAD');
    expect(head).toMatchObject({ status: 200, text: '', headers: { 'content-length': String(PAGE.length) } });
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect(await get('/', method), method).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    }
  });

  it('stays whole while another one is put in its place', async () => {
    await writeFile(join(window, 'index.html'), 'half of ano');
    await rm(join(window, 'other.xyz'));
    expect((await get('/')).text).toBe(PAGE);
    expect((await get('/other.xyz')).text).toBe('x');
  });

  it('that was never built is told with the remedy, and so is a folder that is no window', async () => {
    await expect(openWindowFiles(join(folder, 'nowhere'))).rejects.toThrow(UserError);
    await expect(openWindowFiles(folder)).rejects.toThrow(/npm run build/);
  });
});

describe('what is outside the window’s folder', () => {
  it('is reached by no spelling of a path', async () => {
    const targets = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/%2e%2e%2fsecret.txt',
      '/..%5csecret.txt',
      '/..\\secret.txt',
      '/%252e%252e/secret.txt',
      '//../secret.txt',
      '/./../secret.txt',
      '/..;/secret.txt',
      '/%c0%ae%c0%ae/secret.txt',
      '/secret.txt%00.html',
      '/link.txt',
      '/up/secret.txt',
      `${folder}/secret.txt`,
      `/${folder}/secret.txt`,
      `http://127.0.0.1:${tried.http.local.port}/../secret.txt`,
      `file://${folder}/secret.txt`,
      '../secret.txt',
      '*',
    ];
    for (const target of targets) {
      const reply = await askRaw(target);
      expect(reply, target).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(reply, target).not.toContain(SECRET);
    }
  });

  it('is reached by no path at all: every reply is a file of the window or says that there is none', async () => {
    const pieces = fc.constantFrom(
      ...['..', '.', '/', '\\', '%2e', '%2f', '%5c', '%00', '\0', ' ', ':', 'assets', 'up', 'link.txt', 'secret.txt'],
      ...['index.html', '__proto__', 'constructor', '?', '#', '%', ';', 'C:', '~', '\u00ae'],
    );
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 12 }).map((parts) => `/${parts.join('')}`),
      fc.array(pieces, { maxLength: 12 }).map((parts) => `/${parts.join('/')}`),
      fc.string().map((any) => `/${any}`),
    );
    const handler = await openWindowFiles(await freshCopy());
    await fc.assert(
      fc.asyncProperty(text, async (url) => {
        const given: Buffer[] = [];
        const response = { writeHead: () => response, end: (octets?: Buffer) => void given.push(octets!) };
        const isGiven = await handler({ url, method: 'GET' } as never, response as never);
        expect(given.map(String)).toEqual(isGiven ? [PAGE] : []);
      }),
      { numRuns: 3000, seed: 4314 },
    );
  });
});

/** A window of one page, with the same surroundings. */
async function freshCopy(): Promise<string> {
  const copy = join(folder, 'copy');
  await mkdir(join(copy, 'assets'), { recursive: true });
  await writeFile(join(copy, 'index.html'), PAGE);
  if (process.platform !== 'win32') {
    await symlink('../secret.txt', join(copy, 'link.txt'));
    await symlink('..', join(copy, 'up'));
  }
  return copy;
}
