import type { Locator, Page } from 'playwright-core';
import { goTo, openSheet, row, sheetTab } from './stage.ts';

/** Something to take a picture of. */
export interface Scene {
  /** Of the picture's file. */
  readonly name: string;
  /** Goes there. Returns the dialog that the picture is of; without one it is of the whole window. */
  show(page: Page): Promise<Locator | undefined>;
  /** In which colours the README shows it; most it does not. */
  readonly shown?: 'light' | 'dark';
}

const tab = (name: string) => async (page: Page) => {
  await goTo(page, name);
  return undefined;
};

const sheet =
  (name: string, then: (panel: Locator) => Promise<unknown> = async () => {}) =>
  async (page: Page) => {
    const dialog = await openSheet(page);
    await then(await sheetTab(dialog, name));
    return dialog;
  };

const dialog = (from: string, button: string, before?: (panel: Locator) => Promise<unknown>) => async (page: Page) => {
  const panel = await goTo(page, from);
  await before?.(panel);
  await panel.getByRole('button', { name: button, exact: true }).click();
  return page.getByRole('dialog').last();
};

const folder = (panel: Locator) =>
  panel
    .getByRole('treeitem', { name: /^Projects/ })
    .first()
    .click();

/** Every tab, every tab of the IMAP4 server, and the dialogs that people meet first. */
export const scenes: readonly Scene[] = [
  { name: 'status', shown: 'light', show: tab('Status') },
  {
    name: 'status-refusals',
    show: async (page) => {
      const status = await goTo(page, 'Status');
      await row(status, 'Recent refusals', 'Too many logins of the user').click();
      await status.getByRole('button', { name: 'Show the setting' }).scrollIntoViewIfNeeded();
      return undefined;
    },
  },
  {
    name: 'users',
    shown: 'light',
    show: async (page) => {
      await row(await goTo(page, 'Users'), 'Users', 'karen').click();
      return undefined;
    },
  },
  { name: 'users-add', show: dialog('Users', 'Add…') },
  {
    name: 'shared-folders',
    shown: 'light',
    show: async (page) => {
      await folder(await goTo(page, 'Shared Folders'));
      return undefined;
    },
  },
  { name: 'shared-folders-add', show: dialog('Shared Folders', 'Add…', folder) },
  { name: 'services', shown: 'light', show: tab('Services') },
  { name: 'security', shown: 'light', show: tab('Security') },
  { name: 'logs', shown: 'light', show: tab('Logs') },
  {
    name: 'general',
    shown: 'light',
    show: async (page) => {
      // The test's own folder is gone when anybody looks at the picture.
      const folder = (await goTo(page, 'General')).getByLabel('Data folder', { exact: true });
      await folder.evaluate((field) => Object.assign(field, { value: '/home/anna/.local/share/mailroom' }));
      return undefined;
    },
  },
  { name: 'imap4-general', shown: 'light', show: sheet('General', (panel) => row(panel, 'Listeners', '1').click()) },
  { name: 'imap4-encryption', shown: 'light', show: sheet('Encryption') },
  {
    name: 'imap4-access',
    shown: 'light',
    show: sheet('IP Access Restrictions', async (panel) => {
      await panel.getByRole('button', { name: 'Default for your LAN' }).click();
      await row(panel, 'Lines, the first that fits decides', '1').click();
    }),
  },
  { name: 'imap4-advanced', shown: 'light', show: sheet('Advanced') },
  {
    name: 'imap4-limits',
    show: sheet('Advanced', (panel) =>
      panel.getByLabel('When a limit is reached', { exact: true }).scrollIntoViewIfNeeded(),
    ),
  },
  {
    name: 'mail-programs',
    shown: 'light',
    show: async (page) => {
      const services = await goTo(page, 'Services');
      await row(services, 'Services', 'Automatic settings for mail programs').dblclick();
      const opened = page.getByRole('dialog', { name: 'Mail Programs' });
      await opened.getByRole('combobox', { name: 'User' }).selectOption('karen');
      await opened.getByRole('tab', { name: 'iPhone' }).click();
      return opened;
    },
  },
  {
    name: 'import',
    show: async (page) => {
      const users = await goTo(page, 'Users');
      await row(users, 'Users', 'karen').click();
      await users.getByRole('button', { name: 'Mail', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Import from another server…' }).click();
      return page.getByRole('dialog').last();
    },
  },
  {
    name: 'help',
    show: async (page) => {
      await goTo(page, 'Security');
      await page.getByRole('button', { name: 'Help', exact: true }).click();
      return page.getByRole('dialog').last();
    },
  },
];
