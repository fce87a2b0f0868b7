import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { quoted } from '../support/raw-imap.ts';
import { choose, describeWindow, goTo, ok, row } from './stage.ts';

const press = (place: Locator, name: string) => place.getByRole('button', { name, exact: true }).click();
const field = (place: Locator, label: string) => place.getByLabel(label, { exact: true });

describeWindow('the Users tab', (stage) => {
  const users = () => goTo(stage.page, 'Users');
  const dialog = (title: string) => stage.page.getByRole('dialog', { name: title, exact: true });

  async function login(name: string, password: string) {
    const client = await stage.server.connect();
    return { client, ...(await client.command(`LOGIN ${quoted(name)} ${quoted(password)}`)) };
  }

  async function add(name: string, password: string): Promise<Locator> {
    const page = await users();
    await press(page, 'Add…');
    const open = dialog('Add User');
    await field(open, 'Name').fill(name);
    await field(open, 'Password').fill(password);
    await field(open, 'Password again').fill(password);
    await ok(open);
    await row(page, 'Users', name).click();
    return page;
  }

  it('adds a user who can log in at once, and says beside the field what is wrong with a password', async () => {
    const page = await users();
    await press(page, 'Add…');
    const open = dialog('Add User');
    await field(open, 'Name').fill('anna');
    await field(open, 'Password').fill('short');
    await field(open, 'Password again').fill('shorter');
    await open.getByText('The two passwords differ. Type the same one twice.').waitFor();
    await field(open, 'Password again').fill('short');
    await press(open, 'OK');
    await expect.poll(() => field(open, 'Password').getAttribute('aria-invalid')).toBe('true');
    await stage.page.keyboard.press('Escape');
    await open.waitFor({ state: 'detached' });
    expect((await login('anna', 'short')).status).toBe('NO');

    await add('anna', 'annas secret 1');
    expect((await login('anna', 'annas secret 1')).status).toBe('OK');
  });

  it('changes a password, and the old one lets nobody in any more', async () => {
    const page = await add('bernd', 'bernds secret 1');
    await choose(page, 'Password…');
    const open = dialog('Change Password of bernd');
    await field(open, 'Password').fill('bernds secret 2');
    await field(open, 'Password again').fill('bernds secret 2');
    await ok(open);
    expect((await login('bernd', 'bernds secret 1')).status).toBe('NO');
    expect((await login('bernd', 'bernds secret 2')).status).toBe('OK');
  });

  it('ends the sessions of a user who is disabled, and lets him in again when he is enabled', async () => {
    const page = await add('claire', 'claires secret 1');
    const { client } = await login('claire', 'claires secret 1');
    await press(page, 'Disable');
    await client.closed;
    expect((await login('claire', 'claires secret 1')).status).toBe('NO');
    await press(page, 'Enable');
    await expect.poll(async () => (await login('claire', 'claires secret 1')).status).toBe('OK');
  });

  it('refuses mail beyond the quota that was given', async () => {
    const page = await add('dimitri', 'dimitris secret 1');
    await press(page, 'Quota…');
    const open = dialog('Quota of dimitri');
    await field(open, 'His own').check();
    await field(open, 'Messages').fill('1');
    await ok(open);
    const { client } = await login('dimitri', 'dimitris secret 1');
    const message = Buffer.from('Subject: a\r\n\r\nb\r\n');
    expect((await client.append('INBOX', message)).status).toBe('OK');
    expect(await client.append('INBOX', message)).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
  });

  it('unlocks a user who has locked himself out', async () => {
    const page = await add('eva', 'evas secret 1');
    for (let n = 1; n <= 3; n++) await login('eva', `wrong password ${n}`);
    expect((await login('eva', 'evas secret 1')).status).toBe('NO');
    await press(page, 'Unlock');
    await expect.poll(async () => (await login('eva', 'evas secret 1')).status).toBe('OK');
  });

  it('renames a user with all his mail', async () => {
    const page = await add('frida', 'fridas secret 1');
    const { client } = await login('frida', 'fridas secret 1');
    await client.ok('CREATE "Family photos"');
    await choose(page, 'Rename…');
    const open = dialog('Rename frida');
    await field(open, 'New name').fill('frida.miller');
    await ok(open);
    expect((await login('frida', 'fridas secret 1')).status).toBe('NO');
    const renamed = await login('frida.miller', 'fridas secret 1');
    expect((await renamed.client.ok('LIST "" *')).untagged.join()).toContain('Family photos');
  });

  it('deletes a user only when his name is typed, keeps his mail on the disk or deletes it, as chosen', async () => {
    for (const choice of ['Keep the folder on the disk, out of everybody’s sight', 'Delete all mail for good']) {
      const page = await add('georg', 'georgs secret 1');
      const { client } = await login('georg', 'georgs secret 1');
      const { accountId } = stage.server.server.directory.userNamed('georg')!;
      await press(page, 'Delete…');
      const open = dialog('Delete georg');
      const button = open.getByRole('button', { name: 'Delete', exact: true });
      expect(await button.isDisabled()).toBe(true);
      await field(open, choice).check();
      await field(open, 'Type georg to confirm').fill('georg');
      await button.click();
      await open.waitFor({ state: 'detached' });
      await client.closed;
      expect((await login('georg', 'georgs secret 1')).status).toBe('NO');
      expect(existsSync(join(stage.server.data, 'mail', accountId))).toBe(choice.startsWith('Keep'));
    }
  });

  it('adds many users from pasted lines and says of each that was left out why', async () => {
    const page = await users();
    await choose(page, 'Add from CSV…');
    const open = dialog('Add Users from CSV');
    await field(open, 'Or paste the lines').fill(
      'hans,hans secret 1,500\nina,ina secret 1\nkaren,karens secret 1\njan,\n',
    );
    await open.getByText(/^2 users will be added, 2 lines will be skipped/).waitFor();
    await press(open, 'Add users');
    await stage.page.getByText(/^2 users added, 2 lines skipped/).waitFor();
    await press(stage.page.getByRole('dialog').last(), 'Close');
    expect((await login('hans', 'hans secret 1')).status).toBe('OK');
    expect((await login('ina', 'ina secret 1')).status).toBe('OK');
    expect((await login('jan', '')).status).toBe('NO');
  });
});
