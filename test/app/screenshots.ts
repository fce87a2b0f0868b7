import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { findChromium } from '../../build/chromium.ts';
import { buildWindow, root } from '../../build/window.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { furnish, preparePeaks } from './furnish.ts';
import { scenes } from './scenes.ts';
import { connectBrowser, openWindow, startWindowServer, type WindowServer } from './window.ts';

/**
 * `npm run screenshots`: a picture of every tab, of every tab of the IMAP4 server and of dialogs, light and dark, of a
 * server that has something to show. Those that the README shows go to `build/pictures`, which is in the repository.
 */
const TARGET = join(root, 'build/screenshots');
const PICTURES = join(root, 'build/pictures');

async function main(): Promise<void> {
  const found = await findChromium();
  if ('reason' in found) throw new Error(`No Chromium runs here: ${found.reason}`);
  const window = await makeTempFolder('window');
  await Promise.all([TARGET, PICTURES].map((folder) => mkdir(folder, { recursive: true })));
  try {
    await buildWindow(window);
    const server = await startWindowServer({ window, runsService: true, allowPlaintext: false, prepare: preparePeaks });
    const leave = await furnish(server);
    try {
      for (const colorScheme of ['light', 'dark'] as const) await take(found.browser.wsEndpoint(), server, colorScheme);
    } finally {
      leave();
      await server.stop();
    }
  } finally {
    await found.browser.close();
    await removeFolder(window);
  }
}

async function take(browserAddress: string, server: WindowServer, colorScheme: 'light' | 'dark'): Promise<void> {
  const browser = await connectBrowser(browserAddress);
  const { page, close, violations } = await openWindow(browser, server.address, {
    colorScheme,
    width: 800,
    height: 640,
  });
  for (const { name, show, shown } of scenes) {
    const what = await show(page);
    await settled(page);
    const file = `${name}-${colorScheme}.png`;
    await picture(page, what, join(TARGET, file));
    if (shown === colorScheme) await copyFile(join(TARGET, file), join(PICTURES, `${name}.png`));
    process.stdout.write(`${file}\n`);
    while ((await page.getByRole('dialog').count()) > 0) await page.keyboard.press('Escape');
  }
  if (violations.length > 0) process.stderr.write(`${violations.join('\n')}\n`);
  await close();
  await browser.close();
}

/** The whole window, or a dialog alone: what is behind it says nothing. */
async function picture(page: Page, dialog: Locator | undefined, path: string): Promise<void> {
  await (dialog ?? page).screenshot({ path, animations: 'disabled' });
}

/** What a page asks the server for comes within moments; there is no sign of the last answer. */
async function settled(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
}

await main();
