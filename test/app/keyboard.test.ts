import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeWindow, goTo, openSheet, row, sheetTab } from './stage.ts';
import { eachTab } from './tabs.ts';

describeWindow('the window without a mouse', (stage) => {
  const press = (...keys: readonly string[]) => pressed(stage.page, keys);

  it('goes from the first sight of it to an applied setting with keys alone', async () => {
    const { page, server } = stage;
    await page.reload();
    await page.getByRole('tab', { name: 'Services' }).waitFor();
    await press('Alt+e'); // Services
    await page.getByRole('tabpanel', { name: 'Services' }).getByRole('row').nth(1).waitFor();
    await press('Alt+p'); // Properties
    const sheet = page.getByRole('dialog', { name: 'IMAP4 Server' });
    await sheet.getByLabel('Service Name', { exact: true }).waitFor();
    await press('Control+Tab', 'Control+Tab', 'Control+Tab');
    const advanced = sheet.getByRole('tabpanel', { name: 'Advanced' });
    await advanced.waitFor();
    await tabTo(page, advanced.getByLabel('Max failed login attempts', { exact: true }));
    await press('ArrowUp', 'F1');
    const tip = sheet.getByRole('tooltip').filter({ visible: true });
    expect(await tip.count()).toBe(1);
    await press('Escape');
    await expect.poll(() => tip.count()).toBe(0);
    await press('Alt+a'); // Apply
    await expect.poll(() => server.server.settings.get('imap4.advanced.maxFailedLogins')).toBe(4);
    await expect.poll(() => sheet.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
    await press('Escape'); // the button that had the focus is disabled now
    await sheet.waitFor({ state: 'detached' });

    await press('Alt+p');
    await sheet.getByLabel('Service Name', { exact: true }).waitFor();
    await press('Alt+v');
    await tabTo(page, advanced.getByLabel('Max failed login attempts', { exact: true }));
    await page.keyboard.insertText('');
    await press('Control+a');
    await page.keyboard.type('3');
    await press('Enter'); // OK
    await sheet.waitFor({ state: 'detached' });
    expect(server.server.settings.get('imap4.advanced.maxFailedLogins')).toBe(3);
  });

  it('walks through tabs and lists with arrows, and asks before Enter can do harm', async () => {
    const { page, server } = stage;
    const client = await server.client();
    await goTo(page, 'Services');
    await page.getByRole('tab', { name: 'Services' }).focus();
    await press('ArrowRight', 'ArrowLeft');
    expect(await page.getByRole('tab', { name: 'Services' }).getAttribute('aria-selected')).toBe('true');
    await page.getByRole('tabpanel', { name: 'Services' }).getByRole('row').nth(1).focus();
    await press('ArrowDown', 'ArrowUp', 'Alt+o'); // Stop…
    const question = page.getByRole('dialog', { name: 'Stop the service' });
    await question.waitFor();
    await press('Enter');
    await question.waitFor({ state: 'detached' });
    await client.ok('NOOP');
  });

  it('keeps Tab inside the window on top and gives the focus back when that closes', async () => {
    const { page } = stage;
    const users = await goTo(page, 'Users');
    const add = users.getByRole('button', { name: 'Add…', exact: true });
    await add.focus();
    await press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    for (let n = 0; n < 20; n++) {
      await press('Tab');
      expect(await dialog.evaluate((root) => root.contains(root.ownerDocument.activeElement))).toBe(true);
    }
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await add.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
  });

  it('hears Esc after a refused OK, whose button was disabled for a moment', async () => {
    const { page } = stage;
    const shares = await goTo(page, 'Shared Folders');
    await shares.getByRole('button', { name: 'New public folder…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('a//b');
    await tabTo(page, dialog.getByRole('button', { name: 'OK' }));
    await press('Enter');
    await dialog.getByRole('alert').waitFor();
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('presses no button of a page that is out of sight', async () => {
    const { page } = stage;
    await goTo(page, 'Services');
    await goTo(page, 'Users');
    await press('Alt+r'); // Restart… on the Services tab
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('gives a letter to one thing only of all that is in sight', async () => {
    const { page, server } = stage;
    server.server.settings.set('imap4.access.rules', [
      { restrict: 'allow', type: 'any', address: '', prefix: 0, users: [] },
    ]);
    await (await server.client()).ok('SETACL INBOX olaf lr');
    const twice: Record<string, readonly string[]> = {};
    await eachTab(page, async (name) => {
      twice[name] = await lettersTwice(page.locator('body'));
    });
    const shares = await goTo(page, 'Shared Folders');
    await shares.getByRole('treeitem', { name: /^INBOX/ }).click();
    twice['a shared folder'] = await lettersTwice(page.locator('body'));
    const sheet = await openSheet(page);
    for (const tab of ['General', 'Encryption', 'IP Access Restrictions', 'Advanced']) {
      const panel = await sheetTab(sheet, tab);
      if (tab === 'General') await row(panel, 'Listeners', '1').click();
      if (tab === 'IP Access Restrictions') {
        await row(panel, 'Lines, the first that fits decides', '1').click();
      }
      twice[tab] = await lettersTwice(sheet);
    }
    await press('Escape');
    server.server.settings.set('imap4.access.rules', []);
    expect(Object.entries(twice).filter(([, found]) => found.length > 0)).toEqual([]);
  });
});

async function pressed(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** With the Tab key, as far as it takes. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let n = 0; n < 40; n++) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not lead there');
}

/** What shares a letter with something else that is in sight, such as `Alt+S: Status, Start`. */
async function lettersTwice(root: Locator): Promise<readonly string[]> {
  const found = await root
    .locator('[aria-keyshortcuts]')
    .filter({ visible: true })
    .evaluateAll((elements) =>
      elements.map((element) => {
        const labels = (element as unknown as { labels?: { innerText: string }[] }).labels;
        return [element.getAttribute('aria-keyshortcuts')!, labels?.[0]?.innerText || element.textContent] as const;
      }),
    );
  return [...Map.groupBy(found, ([letter]) => letter)]
    .filter(([, all]) => all.length > 1)
    .map(([letter, all]) => `${letter}: ${all.map(([, label]) => label?.trim()).join(', ')}`);
}
