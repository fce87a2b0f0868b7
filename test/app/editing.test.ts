import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { apply, describeWindow, openSheet, row, sheetTab } from './stage.ts';

const LIMIT = 'Concurrent logins for a user';
const field = (sheet: Locator, label: string) => sheet.getByLabel(label, { exact: true });
const button = (sheet: Locator, name: string) => sheet.getByRole('button', { name, exact: true });

describeWindow('editing the settings of the IMAP4 server', (stage) => {
  const limit = () => stage.server.server.settings.get('imap4.advanced.concurrentLoginsPerUser');

  it('keeps OK where it is from tab to tab: who clicks on means what he aimed at', async () => {
    const sheet = await openSheet(stage.page);
    const places: unknown[] = [];
    for (const tab of ['General', 'Encryption', 'IP Access Restrictions', 'Advanced']) {
      await sheetTab(sheet, tab);
      places.push(await sheet.getByRole('button', { name: 'OK', exact: true }).boundingBox());
    }
    expect(new Set(places.map((place) => JSON.stringify(place))).size).toBe(1);
    await sheet.getByRole('button', { name: 'Cancel', exact: true }).click();
  });

  it('says beside a number out of range or a word what is allowed, and keeps OK and Apply closed', async () => {
    const sheet = await openSheet(stage.page, 'Advanced');
    for (const wrong of ['100001', '-1', 'many', '2.5', '']) {
      await field(sheet, LIMIT).fill(wrong);
      await sheet.getByText('Must be a whole number from 0 to 10000').waitFor();
      expect(await field(sheet, LIMIT).getAttribute('aria-invalid'), wrong).toBe('true');
      expect([await button(sheet, 'OK').isDisabled(), await button(sheet, 'Apply').isDisabled()]).toEqual([true, true]);
    }
    await sheet.getByText(`Cannot be applied yet. Look at: ${LIMIT}.`).waitFor();
    await field(sheet, LIMIT).press('Enter');
    expect(await sheet.isVisible()).toBe(true);
    await field(sheet, LIMIT).fill('19');
    await expect.poll(() => button(sheet, 'OK').isEnabled()).toBe(true);
    await button(sheet, 'Cancel').click();
    expect(limit()).toBe(20);
  });

  it('says of an address that is none what one looks like, at the field and for the line', async () => {
    const sheet = await openSheet(stage.page);
    await row(sheet, 'Listeners', String(stage.server.port)).click();
    await field(sheet, 'Address').fill('127.0.0.300');
    expect(await field(sheet, 'Address').getAttribute('aria-invalid')).toBe('true');
    await sheet.getByText(/^Line 1: Must be an address of this machine, such as 192\.168\.1\.2/).waitFor();
    expect(await button(sheet, 'OK').isDisabled()).toBe(true);
    await field(sheet, 'Port').fill('65536');
    await sheet
      .getByText(/Line 1: Must be a whole number from 1 to 65535/)
      .first()
      .waitFor();
    const access = await sheetTab(sheet, 'IP Access Restrictions');
    await button(access, 'Add').click();
    await field(access, 'Type').selectOption('IPv4');
    await field(access, 'Address').fill('here');
    await access.getByText('Must be an IPv4 address such as 192.168.17.0', { exact: true }).waitFor();
    await field(access, 'Prefix').fill('33');
    expect(await button(access, 'Test').isDisabled()).toBe(true);
    await sheet.getByText(/Look at: .*Bindings.*IP Access Restrictions/).waitFor();
    await stage.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  });

  for (const way of ['Cancel', 'Escape'] as const) {
    it(`changes nothing on any tab when it is left with ${way}`, async () => {
      const before = JSON.stringify(await settings());
      const sheet = await openSheet(stage.page);
      await field(sheet, 'Service Name').fill('Something else');
      await sheetTab(sheet, 'Advanced');
      await field(sheet, LIMIT).fill('3');
      await field(sheet, "Support IMAP 'IDLE' command").uncheck();
      if (way === 'Cancel') await button(sheet, 'Cancel').click();
      else await stage.page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
      expect(JSON.stringify(await settings())).toBe(before);
      const again = await openSheet(stage.page);
      expect(await field(again, 'Service Name').inputValue()).toBe('Mailroom IMAP4');
      await button(again, 'Cancel').click();
    });
  }

  it('keeps what was entered on other tabs while tabs are changed, and Apply sends all of it', async () => {
    const sheet = await openSheet(stage.page, 'Advanced');
    await field(sheet, LIMIT).fill('18');
    await sheetTab(sheet, 'General');
    await field(sheet, 'Service Name').fill('Post');
    await sheetTab(sheet, 'Encryption');
    await apply(sheet);
    expect([limit(), stage.server.server.settings.get('imap4.general.serviceName')]).toEqual([18, 'Post']);
    await button(sheet, 'Cancel').click();
    stage.server.server.settings.set('imap4.general.serviceName', 'Mailroom IMAP4');
    stage.server.server.settings.set('imap4.advanced.concurrentLoginsPerUser', 20);
  });

  it('shows what a second window has applied meanwhile, and overwrites it only when that was chosen', async () => {
    const other = await stage.open();
    const theirs = await openSheet(other.page, 'Advanced');
    const mine = await openSheet(stage.page, 'Advanced');
    await field(mine, LIMIT).fill('7');
    await field(theirs, LIMIT).fill('9');
    await field(theirs, 'Max failed login attempts').fill('6');
    await apply(theirs);

    await mine.getByText(`"${LIMIT}" was changed elsewhere meanwhile. It is now: 9.`).waitFor();
    expect(await field(mine, LIMIT).inputValue()).toBe('7');
    expect(await field(mine, 'Max failed login attempts').inputValue(), 'not edited here: taken over').toBe('6');
    expect(await button(mine, 'OK').isDisabled()).toBe(true);
    await button(mine, 'Keep mine').click();
    await apply(mine);
    expect(limit()).toBe(7);

    await field(theirs, LIMIT).fill('5');
    stage.server.server.settings.set('imap4.advanced.concurrentLoginsPerUser', 11);
    await theirs.getByText(/It is now: 11\./).waitFor();
    await button(theirs, 'Take that value').click();
    expect(await field(theirs, LIMIT).inputValue()).toBe('11');
    await button(mine, 'Cancel').click();
    expect(other.violations).toEqual([]);
    await other.close();
    expect(limit()).toBe(11);
  });

  it('never counts a number up or down under the mouse wheel, with which people read on', async () => {
    const sheet = await openSheet(stage.page, 'Advanced');
    await field(sheet, LIMIT).focus();
    const before = await field(sheet, LIMIT).inputValue();
    await field(sheet, LIMIT).hover();
    await stage.page.mouse.wheel(0, 300);
    expect(await field(sheet, LIMIT).inputValue()).toBe(before);
    await field(sheet, LIMIT).press('ArrowUp');
    expect(await field(sheet, LIMIT).inputValue()).toBe(String(Number(before) + 1));
    await stage.page.keyboard.press('Escape');
  });

  async function settings(): Promise<unknown> {
    return (await stage.server.server.admin.call('settings.list', {})) as unknown;
  }
});
