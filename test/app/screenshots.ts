import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { findChromium } from '../../build/chromium.ts';
import { buildWindow, root } from '../../build/window.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { furnish } from './furnish.ts';
import { eachTab } from './tabs.ts';
import { connectBrowser, openWindow, startWindowServer, type WindowServer } from './window.ts';

/** `npm run screenshots`: a picture of every tab, light and dark, of a server that has something to show. */
const TARGET = join(root, 'build/screenshots');

async function main(): Promise<void> {
  const found = await findChromium();
  if ('reason' in found) throw new Error(`No Chromium runs here: ${found.reason}`);
  const window = await makeTempFolder('window');
  try {
    await buildWindow(window);
    const server = await startWindowServer({ window });
    try {
      await furnish(server);
      for (const colorScheme of ['light', 'dark'] as const) await take(found.browser.wsEndpoint(), server, colorScheme);
    } finally {
      await server.stop();
    }
  } finally {
    await found.browser.close();
    await removeFolder(window);
  }
}

async function take(browserAddress: string, server: WindowServer, colorScheme: 'light' | 'dark'): Promise<void> {
  const browser = await connectBrowser(browserAddress);
  const { page, close, violations } = await openWindow(browser, server.address, { colorScheme });
  await mkdir(TARGET, { recursive: true });
  await eachTab(page, async (name) => {
    await settled(page);
    const file = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${colorScheme}.png`;
    await page.screenshot({ path: join(TARGET, file), animations: 'disabled' });
    process.stdout.write(`${file}\n`);
  });
  if (violations.length > 0) process.stderr.write(`${violations.join('\n')}\n`);
  await close();
  await browser.close();
}

/** What a page asks the server for comes within moments; there is no sign of the last answer. */
async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(500);
}

await main();
