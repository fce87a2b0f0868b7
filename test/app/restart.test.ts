import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { version } from '../../core/version.ts';
import { connectBrowser, openWindow, restart, startWindowServer } from './window.ts';

const found = inject('chromium');

describe.skipIf('reason' in found)('a window that is open while the server ends', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await connectBrowser('address' in found ? found.address : '');
  });
  afterAll(() => browser?.close());

  it('says what to do, and works again in the same tab with the address of the next start', async () => {
    const first = await startWindowServer({ window: inject('window') });
    const { page, violations, close } = await openWindow(browser, first.address);
    await page.getByText(version).first().waitFor();
    await first.server.stop();
    const second = await restart(first, inject('window'));
    try {
      expect(second.address.split('#')[0]).toBe(first.address.split('#')[0]);
      await page.reload();
      await page.getByText('"mailroom window"').first().waitFor();
      // A browser takes this for a jump within the page.
      await page.evaluate(`location.href = ${JSON.stringify(second.address)}`);
      await page.getByText(version).first().waitFor();
      expect(page.url()).not.toContain('token');
      expect(violations).toEqual([]);
    } finally {
      await close();
      await second.server.stop();
      await first.stop();
    }
  });
});
