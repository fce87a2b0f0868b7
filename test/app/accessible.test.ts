import { expect, it } from 'vitest';
import { choose, describeWindow, goTo, openSheet, row, sheetTab } from './stage.ts';
import { eachTab } from './tabs.ts';
import { seriousFindings } from './window.ts';

for (const colorScheme of ['light', 'dark'] as const) {
  describeWindow(
    `the ${colorScheme} window for people who see badly or use no mouse`,
    (stage) => {
      const findings: Record<string, readonly string[]> = {};
      const look = async (name: string) => {
        // The dark window differs in its colours only.
        const found = await seriousFindings(stage.page, colorScheme === 'light' ? 'all' : 'colours');
        if (found.length > 0) findings[name] = found;
      };

      it('has nothing serious on any tab', async () => {
        const client = await stage.server.client();
        await client.ok('SETACL INBOX olaf lr');
        await (await stage.server.connect()).command('LOGIN karen "wrong password"');
        await eachTab(stage.page, look);
        expect(findings).toEqual({});
      });

      it('has nothing serious on any tab of the IMAP4 server', async () => {
        const sheet = await openSheet(stage.page);
        for (const tab of ['General', 'Encryption', 'IP Access Restrictions', 'Advanced']) {
          const panel = await sheetTab(sheet, tab);
          if (tab === 'General') await row(panel, 'Listeners', '1').click();
          if (tab === 'IP Access Restrictions')
            await panel.getByRole('button', { name: 'Default for your LAN' }).click();
          if (tab === 'Advanced') await panel.getByLabel('Concurrent logins for a user', { exact: true }).fill('x');
          await look(tab);
        }
        await sheet.getByRole('button', { name: 'Cancel', exact: true }).click();
        expect(findings).toEqual({});
      });

      it('has nothing serious in any dialog that a page opens', async () => {
        const { page } = stage;
        for (const [tab, first, buttons] of DIALOGS) {
          const panel = tab.startsWith('IMAP4: ') ? await openedSheet(tab) : await goTo(page, tab);
          if (first !== undefined) await panel.getByText(first, { exact: true }).first().click();
          for (const name of buttons) {
            await choose(panel, name);
            await page.getByRole('dialog').last().waitFor();
            await look(`${tab}, ${name}`);
            await page.keyboard.press('Escape');
          }
          if (tab.startsWith('IMAP4: ')) await page.keyboard.press('Escape');
        }
        // That of the window, and that of the settings on a page.
        for (const tab of ['Status', 'Security']) {
          await goTo(page, tab);
          await page.getByRole('button', { name: 'Help', exact: true }).last().click();
          await look(`${tab}, Help`);
          await page.keyboard.press('Escape');
        }
        expect(findings).toEqual({});
      });

      async function openedSheet(tab: string) {
        const name = tab.slice('IMAP4: '.length);
        return sheetTab(await openSheet(stage.page), name);
      }
    },
    { colorScheme },
  );
}

/** A tab, what is chosen on it first, and the buttons that open a dialog. */
const DIALOGS: readonly (readonly [tab: string, first: string | undefined, buttons: readonly string[]])[] = [
  [
    'Users',
    'olaf',
    ['Add…', 'Add from CSV…', 'Groups…', 'Password…', 'Rename…', 'Set up mail programs…', 'Quota…', 'Delete…'],
  ],
  ['Shared Folders', undefined, ['Share a folder…', 'New public folder…']],
  ['Services', undefined, ['Stop…', 'Restart…']],
  ['General', undefined, ['Set administrator password…']],
  ['IMAP4: Encryption', undefined, ['Import…', 'Renew self-signed…']],
  ['IMAP4: IP Access Restrictions', undefined, ['Import…']],
];
