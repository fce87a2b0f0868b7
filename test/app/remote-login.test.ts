import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { version } from '../../core/version.ts';
import { done } from '../support/admin.ts';
import { connectBrowser, openWindow, seriousFindings, startWindowServer, type WindowServer } from './window.ts';

const found = inject('chromium');
const PASSWORD = 'correct horse battery';

describe.skipIf('reason' in found)('the window on another computer', () => {
  let browser: Browser;
  let server: WindowServer;
  let address: string;
  beforeAll(async () => {
    browser = await connectBrowser('address' in found ? found.address : '');
    server = await startWindowServer({ window: inject('window') });
    const { admin } = server.server;
    await done(admin.call('settings.set', { values: { 'admin.tls': true } }));
    await done(admin.call('admin.setPassword', { password: PASSWORD }));
    await server.http.moved();
    address = `https://127.0.0.1:${server.http.remotePort}/`;
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const logIn = async (page: Page, password: string) => {
    await page.getByLabel('Administrator password').fill(password);
    await page.keyboard.press('Enter');
  };

  it('shows nothing before the administrator password, everything after it, and nothing after Log out', async () => {
    const { page, violations, close } = await openWindow(browser, address);
    const dialog = page.getByRole('dialog', { name: 'Mailroom' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    expect(await dialog.isVisible()).toBe(true);
    expect(await page.getByText(version).count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);

    await logIn(page, 'a guess');
    await page.getByText('This is not the administrator password').waitFor();
    await logIn(page, PASSWORD);
    await page.getByText(version).first().waitFor();
    expect(await dialog.isVisible()).toBe(false);
    await page.reload();
    await page.getByText(version).first().waitFor();

    await page.getByRole('tab', { name: 'Users' }).click();
    await server.server.directory.add('nora', 'noras secret 1');
    await page.getByRole('row', { name: 'nora' }).waitFor(); // events come with the token of the login
    await page.getByRole('tab', { name: 'General' }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await dialog.waitFor();
    await page.reload();
    await dialog.waitFor();
    expect(violations).toEqual([]);
    await close();
  });

  it('keeps what is being edited when the login ends meanwhile, as it does with another password', async () => {
    const { page, close } = await openWindow(browser, address);
    await logIn(page, PASSWORD);
    await page.getByRole('tab', { name: 'General' }).click();
    await page.getByRole('spinbutton', { name: 'Messages per user' }).fill('4711');
    await done(server.server.admin.call('admin.setPassword', { password: `${PASSWORD} 2` }));
    await page.getByRole('dialog', { name: 'Mailroom' }).waitFor();
    await logIn(page, `${PASSWORD} 2`);
    await page.getByRole('dialog', { name: 'Mailroom' }).waitFor({ state: 'hidden' });
    expect(await page.getByRole('spinbutton', { name: 'Messages per user' }).inputValue()).toBe('4711');
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => server.server.settings.get('quota.messages')).toBe(4711);
    await close();
  });
});
