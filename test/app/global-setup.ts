import type { TestProject } from 'vitest/node';
import { findChromium } from '../../build/chromium.ts';
import { buildWindow } from '../../build/window.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the one browser of all tests is reached; undefined: there is none, for this reason. */
    chromium: { readonly address: string } | { readonly reason: string };
    /** The folder of the window, built from the sources as they are now. */
    window: string;
  }
}

/** Before the tests of the window: builds it and starts one browser for all of them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await makeTempFolder('window');
  await buildWindow(folder);
  project.provide('window', folder);
  const found = await findChromium();
  if ('reason' in found) console.warn(`The window cannot be tested: no Chromium runs here: ${found.reason}`);
  project.provide('chromium', 'browser' in found ? { address: found.browser.wsEndpoint() } : found);
  return async () => {
    if ('browser' in found) await found.browser.close();
    await removeFolder(folder);
  };
}
