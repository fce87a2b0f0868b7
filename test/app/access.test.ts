import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { quoted, RawImap } from '../support/raw-imap.ts';
import { KAREN, OLAF } from '../support/test-server.ts';
import { apply, describeWindow, ok, openSheet } from './stage.ts';

const LIST = 'Lines, the first that fits decides';
const field = (sheet: Locator, label: string) => sheet.getByLabel(label, { exact: true });
const press = (sheet: Locator, label: string) => sheet.getByRole('button', { name: label, exact: true }).click();
const lines = (sheet: Locator) => sheet.getByRole('grid', { name: LIST }).getByRole('row');

describeWindow('the IP Access Restrictions tab', (stage) => {
  it('keeps one user out from one address, and the order of the lines decides', async () => {
    const { server, page } = stage;
    const sheet = await openSheet(page, 'IP Access Restrictions');
    await press(sheet, 'Add');
    await field(sheet, 'Type').selectOption('Any');
    await press(sheet, 'Add');
    await field(sheet, 'Restrict').selectOption('Deny');
    await field(sheet, 'Type').selectOption('IPv4');
    await field(sheet, 'Address').fill('127.0.0.1');
    await field(sheet, 'Users').fill('olaf');
    await apply(sheet);
    const olaf = await server.client(OLAF); // line 1 lets everybody in

    await press(sheet, 'Move up');
    await apply(sheet);
    expect((await lines(sheet).nth(1).innerText()).split('\t').map((cell) => cell.trim())).toEqual([
      '1',
      'Deny',
      'IPv4',
      '127.0.0.1',
      '32',
      'olaf', // biome-ignore format: one line of the grid
    ]);
    const refused = await (await server.connect()).command(`LOGIN olaf ${quoted(OLAF.password)}`);
    expect(refused).toMatchObject({ status: 'NO', code: 'AUTHENTICATIONFAILED' });
    await server.client(KAREN);
    await olaf.ok('NOOP');

    await press(sheet, 'Remove');
    await apply(sheet);
    await server.client(OLAF);
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    server.server.settings.set('imap4.access.rules', []);
  });

  it('says which line an address and a user would meet before anything is applied', async () => {
    const { server, page } = stage;
    const sheet = await openSheet(page, 'IP Access Restrictions');
    await press(sheet, 'Default for your LAN');
    await expect.poll(() => lines(sheet).count()).toBeGreaterThan(1);
    await field(sheet, 'Address to test').fill('203.0.113.5');
    await press(sheet, 'Test');
    await sheet.getByText(/^Refused\./).waitFor();
    await field(sheet, 'Address to test').fill('127.0.0.1');
    await press(sheet, 'Test');
    await sheet.getByText(/^Allowed\..*line 1/i).waitFor();
    await field(sheet, 'Address to test').fill('300.1.2.3');
    await press(sheet, 'Test');
    await sheet.getByText(/An address is like/).waitFor();
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    expect(server.server.settings.get('imap4.access.rules')).toEqual([]);
  });

  it('reads the lines of the old text form', async () => {
    const { server, page } = stage;
    const sheet = await openSheet(page, 'IP Access Restrictions');
    await press(sheet, 'Import…');
    const dialog = page.getByRole('dialog', { name: 'Import IP Access Restrictions' });
    await dialog.getByLabel('Lines', { exact: true }).fill('! 192.168.300.0 255.255.255.0');
    await press(dialog, 'Replace all');
    await dialog.getByRole('alert').waitFor();
    await dialog
      .getByLabel('Lines', { exact: true })
      .fill('# the printers\n!192.168.17.0 255.255.255.0 karen\n127.0.0.0 255.0.0.0\n');
    await ok(dialog, 'Replace all');
    await ok(sheet);
    expect(server.server.settings.get('imap4.access.rules')).toEqual([
      { restrict: 'deny', type: 'ipv4', address: '192.168.17.0', prefix: 24, users: ['karen'] },
      { restrict: 'allow', type: 'ipv4', address: '127.0.0.0', prefix: 8, users: [] },
    ]);
    server.server.settings.set('imap4.access.rules', []);
  });

  it('warns before Apply that lines which allow nobody shut everybody out, and they do', async () => {
    const { server, page } = stage;
    const sheet = await openSheet(page, 'IP Access Restrictions');
    await press(sheet, 'Add');
    await field(sheet, 'Restrict').selectOption('Deny');
    await field(sheet, 'Type').selectOption('IPv4');
    await field(sheet, 'Address').fill('203.0.113.9');
    await sheet.getByText(/nobody can connect/).waitFor();
    await apply(sheet);
    expect((await RawImap.connect({ port: server.port })).greeting).toMatch(/^\* BYE/);
    await press(sheet, 'Add'); // allows Local Networks
    expect(await sheet.getByText(/nobody can connect/).count()).toBe(0);
    await ok(sheet);
    await server.client();
    server.server.settings.set('imap4.access.rules', []);
  });
});
