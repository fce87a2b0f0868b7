import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { version } from '../../core/version.ts';
import { RawImap } from '../support/raw-imap.ts';
import { KAREN } from '../support/test-server.ts';
import { openSheet } from './stage.ts';
import { connectBrowser, type OpenWindow, openWindow, restart, startWindowServer } from './window.ts';

const found = inject('chromium');

describe.skipIf('reason' in found)('a window that is open while the server ends', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await connectBrowser('address' in found ? found.address : '');
  });
  afterAll(() => browser?.close());

  /** Opens a window, ends the server under it and starts it anew on its folder and ports. */
  async function overARestart(
    before: (page: Page) => Promise<void>,
    after: (window: OpenWindow, address: string, port: number) => Promise<void>,
  ): Promise<void> {
    const first = await startWindowServer({ window: inject('window'), runsService: true });
    const window = await openWindow(browser, first.address);
    await window.page.getByText(version).first().waitFor();
    await before(window.page);
    await first.server.stop();
    const second = await restart(first, inject('window'));
    try {
      expect(second.address.split('#')[0]).toBe(first.address.split('#')[0]);
      await after(window, second.address, first.port);
      expect(window.violations).toEqual([]);
    } finally {
      await window.close();
      await second.server.stop();
      await first.stop();
    }
  }

  /** A browser takes this for a jump within the page. */
  const paste = (page: Page, address: string) => page.evaluate(`location.href = ${JSON.stringify(address)}`);

  it('says what to do, and works again in the same tab with the address of the next start', async () => {
    await overARestart(
      async () => {},
      async ({ page }, address) => {
        await page.reload();
        await page.getByText('"mailroom window"').first().waitFor();
        await paste(page, address);
        await page.getByText(version).first().waitFor();
        expect(page.url()).not.toContain('token');
      },
    );
  });

  it('keeps what is being edited, says at Apply what to do, and applies it once the new address was pasted', async () => {
    const limit = (page: Page) =>
      page.getByRole('dialog', { name: 'IMAP4 Server' }).getByLabel('Max failed login attempts', { exact: true });
    await overARestart(
      async (page) => {
        await openSheet(page, 'Advanced');
        await limit(page).fill('1');
      },
      async ({ page }, address, port) => {
        const apply = page.getByRole('dialog').getByRole('button', { name: 'Apply' });
        await apply.click();
        await page.getByRole('dialog').getByText('"mailroom window"').first().waitFor();
        expect(await limit(page).inputValue()).toBe('1');
        await paste(page, address);
        await expect.poll(() => page.url()).not.toContain('token');
        await apply.click();
        await expect.poll(() => apply.isDisabled()).toBe(true);
        const client = await RawImap.connect({ port });
        void client.command(`LOGIN ${KAREN.name} wrong`).catch(() => {});
        expect(await client.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
      },
    );
  });
});
