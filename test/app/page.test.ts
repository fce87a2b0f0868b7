import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { version } from '../../core/version.ts';
import { connectBrowser, type OpenWindow, openWindow, startWindowServer, type WindowServer } from './window.ts';

const found = inject('chromium');
const skipped = 'reason' in found ? ` (no Chromium runs here: ${found.reason})` : '';

describe.skipIf('reason' in found)(`the window in a browser${skipped}`, () => {
  let browser: Browser;
  let server: WindowServer;
  let opened: OpenWindow | undefined;
  beforeAll(async () => {
    browser = await connectBrowser('address' in found ? found.address : '');
    server = await startWindowServer({ window: inject('window') });
  });
  afterEach(async () => {
    const { violations = [], close } = opened ?? {};
    opened = undefined;
    await close?.();
    expect(violations).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('opens at the printed address and shows what runs', async () => {
    opened = await openWindow(browser, server.address);
    await opened.page.getByText(version).first().waitFor();
  });

  it('keeps the token out of the address bar, the history and what other pages are told', async () => {
    opened = await openWindow(browser, server.address);
    await opened.page.getByText(version).first().waitFor();
    expect(opened.page.url()).toBe(`http://127.0.0.1:${server.adminPort}/`);
    await opened.page.reload();
    await opened.page.getByText(version).first().waitFor();
    expect(await opened.page.evaluate('location.href + document.referrer + document.cookie')).not.toContain('token');
  });

  it('runs nothing that gets into the page by another way, and the tests here would see it refused', async () => {
    const watched = await openWindow(browser, server.address);
    await watched.page.getByText(version).first().waitFor();
    await watched.page.evaluate(`
      const add = (name) => document.body.appendChild(document.createElement(name));
      for (const attempt of [
        () => { add('script').text = 'globalThis.broken = 1' },
        () => { add('script').append('globalThis.broken = 2') },
        () => { document.body.insertAdjacentHTML('beforeend', '<img src=x: onerror="globalThis.broken = 3">') },
        () => { add('a').setAttribute('onclick', 'globalThis.broken = 4') },
        () => { add('script').src = 'data:text/javascript,globalThis.broken = 5' },
        () => { add('img').src = 'http://127.0.0.1:9/told' },
      ]) {
        try { attempt() } catch {}
      }
      for (const link of document.querySelectorAll('a')) link.click();
    `);
    await expect.poll(() => watched.violations.join('\n')).toMatch(/img-src/);
    expect(await watched.page.evaluate('globalThis.broken')).toBeUndefined();
    expect(watched.violations.join('\n')).toMatch(/script-src|require-trusted-types-for/);
    await watched.close();
  });

  it('says what to do when the token is wrong, as it is after a restart of the server', async () => {
    opened = await openWindow(browser, `http://127.0.0.1:${server.adminPort}/#token=wrong`);
    const notice = opened.page.getByRole('alert').first();
    await notice.waitFor();
    expect(await notice.innerText()).toMatch(/token|address/i);
  });
});
