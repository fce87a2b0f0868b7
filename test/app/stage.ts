import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject } from 'vitest';
import { systemUptime } from '../../core/base/clock.ts';
import { version } from '../../core/version.ts';
import {
  connectBrowser,
  type LookOptions,
  type OpenWindow,
  openWindow,
  startWindowServer,
  type WindowServer,
} from './window.ts';

/** A server whose service runs, and its window in a browser, for all tests of a file. */
export interface Stage {
  readonly server: WindowServer;
  readonly page: Page;
  /** A second window on the same server. To be closed. */
  open(look?: LookOptions): Promise<OpenWindow>;
  /** Ends every session, so that what is counted begins at nothing. */
  endSessions(): Promise<void>;
  /** Milliseconds that pass for the server's deadlines, and for nobody else. */
  pass(length: number): void;
}

/** Tests at one window, one after the other; it must have broken its policy nowhere when they have ended. */
export function describeWindow(what: string, tests: (stage: Stage) => void, look: LookOptions = {}): void {
  const found = inject('chromium');
  const skipped = 'reason' in found ? ` (no Chromium runs here: ${found.reason})` : '';
  describe.skipIf('reason' in found)(`${what}${skipped}`, () => {
    let browser: Browser;
    let server: WindowServer;
    let window: OpenWindow;
    let passed = 0;
    const open = async (other: LookOptions = look) => {
      const opened = await openWindow(browser, server.address, other);
      await opened.page.getByText(version).first().waitFor();
      return opened;
    };
    beforeAll(async () => {
      browser = await connectBrowser('address' in found ? found.address : '');
      server = await startWindowServer({
        ...{ window: inject('window'), runsService: true, allowPlaintext: false },
        uptime: () => systemUptime() + passed,
      });
      window = await open();
    });
    // What a test that failed has left open must not fail the next one too.
    beforeEach(async () => {
      if ((await window.page.getByRole('dialog').count()) > 0) await window.page.reload();
    });
    afterAll(async () => {
      await browser?.close();
      await server?.stop();
      expect(window?.violations).toEqual([]);
    });
    tests({
      get server() {
        return server;
      },
      get page() {
        return window.page;
      },
      open,
      async endSessions() {
        const { sessions } = server.server;
        for (const { id } of sessions.sessions()) sessions.disconnect(id, 'the next test begins');
        await expect.poll(() => sessions.sessions().length).toBe(0);
      },
      pass(length) {
        passed += length;
      },
    });
  });
}

/** Goes to a tab of the main window. Returns its page. */
export async function goTo(page: Page, tab: string): Promise<Locator> {
  await page.getByRole('tab', { name: tab, exact: true }).click();
  return page.getByRole('tabpanel', { name: tab, exact: true });
}

/** Opens the settings of the IMAP4 service as people do: from the Services tab. Returns the sheet. */
export async function openSheet(page: Page, tab?: string): Promise<Locator> {
  const services = await goTo(page, 'Services');
  await services.getByRole('grid').getByRole('row').nth(1).click();
  await services.getByRole('button', { name: 'Properties…' }).click();
  const sheet = page.getByRole('dialog', { name: 'IMAP4 Server', exact: true });
  if (tab !== undefined) await sheetTab(sheet, tab);
  return sheet;
}

/** Goes to a tab of an open sheet. Returns its page. */
export async function sheetTab(sheet: Locator, tab: string): Promise<Locator> {
  await sheet.getByRole('tab', { name: tab, exact: true }).click();
  return sheet.getByRole('tabpanel', { name: tab, exact: true });
}

/** Presses Apply and waits until the server has it. */
export async function apply(place: Locator | Page): Promise<void> {
  const button = place.getByRole('button', { name: 'Apply', exact: true });
  await button.click();
  await expect.poll(() => button.isDisabled()).toBe(true);
}

/** Presses OK and waits until the sheet or dialog is gone. */
export async function ok(dialog: Locator, label = 'OK'): Promise<void> {
  await dialog.getByRole('button', { name: label, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** A row of a list by what stands in one of its cells. */
export function row(place: Locator, list: string, cell: string): Locator {
  const cells = place.page().getByRole('gridcell', { name: cell, exact: true });
  return place.getByRole('grid', { name: list, exact: true }).getByRole('row').filter({ has: cells });
}

/** Presses a button, or chooses it from the menu "More", where what is needed less often is. */
export async function choose(place: Locator, name: string): Promise<void> {
  const button = place.getByRole('button', { name, exact: true });
  if ((await button.count()) > 0) return button.click();
  await place.getByRole('button', { name: 'More', exact: true }).click();
  await place.page().getByRole('menuitem', { name, exact: true }).click();
}
