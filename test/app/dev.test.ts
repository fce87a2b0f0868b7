import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { proxyTo } from '../../build/dev-proxy.ts';
import { startDevServer } from '../../build/dev-server.ts';
import { ask } from '../../core/admin/http/testing.ts';
import { version } from '../../core/version.ts';
import { connectBrowser, openWindow, startWindowServer, type WindowServer } from './window.ts';

const found = inject('chromium');

let server: WindowServer;
let vite: ViteDevServer;
let port: number;
beforeAll(async () => {
  server = await startWindowServer({ window: inject('window') });
  vite = await startDevServer({
    ...{ logLevel: 'error', cacheDir: join(server.data, 'vite') },
    server: { port: 0, proxy: proxyTo(`http://127.0.0.1:${server.adminPort}`) },
  });
  const { port: given } = vite.httpServer!.address() as { port: number };
  port = given;
});
afterAll(async () => {
  await vite?.close();
  await server?.stop();
});

describe('npm run dev', () => {
  it.skipIf('reason' in found)('shows the window while it is being written, on a real server', async () => {
    const browser: Browser = await connectBrowser('address' in found ? found.address : '');
    const token = server.address.split('#')[1];
    const { page, violations, close } = await openWindow(browser, `http://127.0.0.1:${port}/#${token}`);
    await page.getByText(version).first().waitFor();
    // Under its policy the page has its styles and hears of changes.
    expect(await page.evaluate('getComputedStyle(document.body).margin')).not.toBe('8px');
    await expect.poll(() => vite.ws.clients.size).toBe(1);
    expect(violations).toEqual([]);
    await close();
    await browser.close();
  });

  it('opens no door for pages of other sites, whatever they have got hold of', async () => {
    const token = server.address.split('token=')[1];
    const call = (headers: object) =>
      ask({
        ...{ port, path: '/api/v1/server.info', body: '{}' },
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      });
    const own = `127.0.0.1:${port}`;
    expect((await call({ host: own, origin: `http://${own}` })).status).toBe(200);
    expect((await call({ host: own, origin: 'http://evil.example' })).status).toBe(403);
    expect((await call({ host: own, origin: 'http://localhost:9999' })).status).toBe(403);
    expect((await call({ host: own, origin: 'null' })).status).toBe(403);
    expect((await call({ host: own, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    // DNS rebinding: the page’s own name leads here, so that its origin is its host.
    expect((await call({ host: `evil.example:${port}`, origin: `http://evil.example:${port}` })).status).toBe(403);
    expect((await call({ host: own, authorization: 'Bearer wrong' })).status).toBe(401);
  });
});
