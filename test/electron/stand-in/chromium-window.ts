import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import type { BuiltApp } from './built-app.ts';

/** Chromium knows no `mailroom:`; the same page stands at an address of the web's. */
const WEB = 'https://window.mailroom.test';
const OWN = 'mailroom://window';

/**
 * The app's window as a real Chromium page: the built preload script runs before the page, whatever the page loads comes
 * from the app's own protocol with its headers, and IPC goes to the app's process.
 */
export async function openChromiumWindow(browser: Browser, app: BuiltApp): Promise<Page> {
  const { url, preload } = await app.ask<{ url: string; preload: string }>({ op: 'window' });
  const page = await browser.newPage();
  await page.route('**/*', async (route) => {
    const asked = route.request().url();
    if (!asked.startsWith(WEB)) return route.abort();
    const found = await app.ask<{ status: number; headers: Record<string, string>; body: string }>({
      op: 'page',
      url: asked.replace(WEB, OWN),
    });
    return route.fulfill({ ...found, body: Buffer.from(found.body, 'base64') });
  });
  await page.exposeFunction('standInInvoke', (channel: string, args: unknown[]) => app.invoke(channel, ...args));
  await page.addInitScript(`(() => {
    const invoke = window.standInInvoke;
    const listeners = new Map();
    const ipcRenderer = {
      invoke: (channel, ...args) => invoke(channel, args),
      on: (channel, listener) => listeners.set(listener, channel),
      off: (channel, listener) => listeners.delete(listener),
    };
    window.standInReceive = (channel, ...args) => {
      for (const [listener, wanted] of listeners) if (wanted === channel) listener({}, ...args);
    };
    const contextBridge = {
      exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: Object.freeze(api) }),
    };
    const require = (name) => {
      if (name === 'electron') return { contextBridge, ipcRenderer };
      throw new Error('the sandbox has no module ' + name);
    };
    ${await readFile(preload, 'utf8')}
  })()`);
  app.onSent((sent) => void page.evaluate(`window.standInReceive?.(...${JSON.stringify(sent)})`).catch(() => {}));
  await page.goto(url.replace(OWN, WEB));
  return page;
}
