import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { plainLabel } from '../../renderer/controls/mnemonic.ts';
import { bulkText, passwordText, quotaText, removeText, usersText } from '../../renderer/text/users.ts';
import { quoted } from '../support/raw-imap.ts';
import { describeWindow, goTo, ok, row } from './stage.ts';

const press = (place: Locator, label: string) =>
  place.getByRole('button', { name: plainLabel(label), exact: true }).click();
const field = (place: Locator, label: string) => place.getByLabel(plainLabel(label), { exact: true });

describeWindow('the Users tab', (stage) => {
  const users = () => goTo(stage.page, 'Users');
  const dialog = (title: string) => stage.page.getByRole('dialog', { name: title, exact: true });

  async function login(name: string, password: string) {
    const client = await stage.server.connect();
    return { client, ...(await client.command(`LOGIN ${quoted(name)} ${quoted(password)}`)) };
  }

  async function add(name: string, password: string): Promise<Locator> {
    const page = await users();
    await press(page, usersText.add);
    const open = dialog(usersText.addTitle);
    await field(open, usersText.name).fill(name);
    await field(open, passwordText.password).fill(password);
    await field(open, passwordText.again).fill(password);
    await ok(open, plainLabel(usersText.ok));
    await row(page, usersText.list, name).click();
    return page;
  }

  it('adds a user who can log in at once, and says beside the field what is wrong with a password', async () => {
    const page = await users();
    await press(page, usersText.add);
    const open = dialog(usersText.addTitle);
    await field(open, usersText.name).fill('anna');
    await field(open, passwordText.password).fill('short');
    await field(open, passwordText.again).fill('shorter');
    await open.getByText(passwordText.mismatch).waitFor();
    await field(open, passwordText.again).fill('short');
    await press(open, usersText.ok);
    await expect.poll(() => field(open, passwordText.password).getAttribute('aria-invalid')).toBe('true');
    await stage.page.keyboard.press('Escape');
    await open.waitFor({ state: 'detached' });
    expect((await login('anna', 'short')).status).toBe('NO');

    await add('anna', 'annas secret 1');
    expect((await login('anna', 'annas secret 1')).status).toBe('OK');
  });

  it('changes a password, and the old one lets nobody in any more', async () => {
    const page = await add('bernd', 'bernds secret 1');
    await press(page, usersText.password);
    const open = dialog(usersText.passwordTitle('bernd'));
    await field(open, passwordText.password).fill('bernds secret 2');
    await field(open, passwordText.again).fill('bernds secret 2');
    await ok(open, plainLabel(usersText.ok));
    expect((await login('bernd', 'bernds secret 1')).status).toBe('NO');
    expect((await login('bernd', 'bernds secret 2')).status).toBe('OK');
  });

  it('ends the sessions of a user who is disabled, and lets him in again when he is enabled', async () => {
    const page = await add('claire', 'claires secret 1');
    const { client } = await login('claire', 'claires secret 1');
    await press(page, usersText.disable);
    await client.closed;
    expect((await login('claire', 'claires secret 1')).status).toBe('NO');
    await press(page, usersText.enable);
    await field(page, usersText.disable).count();
    await expect.poll(async () => (await login('claire', 'claires secret 1')).status).toBe('OK');
  });

  it('refuses mail beyond the quota that was given', async () => {
    const page = await add('dimitri', 'dimitris secret 1');
    await press(page, usersText.quota);
    const open = dialog(quotaText.title('dimitri'));
    await field(open, quotaText.own).check();
    await field(open, quotaText.messages).fill('1');
    await ok(open, plainLabel(usersText.ok));
    const { client } = await login('dimitri', 'dimitris secret 1');
    const message = Buffer.from('Subject: a\r\n\r\nb\r\n');
    expect((await client.append('INBOX', message)).status).toBe('OK');
    expect(await client.append('INBOX', message)).toMatchObject({ status: 'NO', code: 'OVERQUOTA' });
  });

  it('unlocks a user who has locked himself out', async () => {
    const page = await add('eva', 'evas secret 1');
    for (let n = 1; n <= 3; n++) await login('eva', `wrong password ${n}`);
    expect((await login('eva', 'evas secret 1')).status).toBe('NO');
    const unlock = page.getByRole('button', { name: plainLabel(usersText.unlock), exact: true });
    await expect.poll(() => unlock.isEnabled()).toBe(true);
    await unlock.click();
    await expect.poll(async () => (await login('eva', 'evas secret 1')).status).toBe('OK');
  });

  it('renames a user with all his mail', async () => {
    const page = await add('frida', 'fridas secret 1');
    const { client } = await login('frida', 'fridas secret 1');
    await client.ok('CREATE "Family photos"');
    await press(page, usersText.rename);
    const open = dialog(usersText.renameTitle('frida'));
    await field(open, usersText.newName).fill('frida.miller');
    await ok(open, plainLabel(usersText.ok));
    expect((await login('frida', 'fridas secret 1')).status).toBe('NO');
    const renamed = await login('frida.miller', 'fridas secret 1');
    expect((await renamed.client.ok('LIST "" *')).untagged.join()).toContain('Family photos');
  });

  it('deletes a user only when his name is typed, keeps his mail on the disk or deletes it, as chosen', async () => {
    for (const choice of [removeText.keep, removeText.delete]) {
      const page = await add('georg', 'georgs secret 1');
      const { client } = await login('georg', 'georgs secret 1');
      const { accountId } = stage.server.server.directory.userNamed('georg')!;
      await press(page, usersText.remove);
      const open = dialog(removeText.title('georg'));
      const button = open.getByRole('button', { name: plainLabel(removeText.button), exact: true });
      expect(await button.isDisabled()).toBe(true);
      await field(open, choice).check();
      await field(open, removeText.confirm('georg')).fill('georg');
      await button.click();
      await open.waitFor({ state: 'detached' });
      await client.closed;
      expect((await login('georg', 'georgs secret 1')).status).toBe('NO');
      const { existsSync } = await import('node:fs');
      const { join } = await import('node:path');
      expect(existsSync(join(stage.server.data, 'mail', accountId))).toBe(choice === removeText.keep);
    }
  });

  it('adds many users from pasted lines and says of each that was left out why', async () => {
    const page = await users();
    await press(page, usersText.bulk);
    const open = dialog(bulkText.title);
    await field(open, bulkText.paste).fill('hans,hans secret 1,500\nina,ina secret 1\nkaren,karens secret 1\njan,\n');
    await open.getByText(bulkText.summary(2, 2)).waitFor();
    await press(open, bulkText.button);
    await stage.page.getByText(bulkText.result(2, 2)).waitFor();
    await press(stage.page.getByRole('dialog').last(), usersText.close);
    expect((await login('hans', 'hans secret 1')).status).toBe('OK');
    expect((await login('ina', 'ina secret 1')).status).toBe('OK');
    expect((await login('jan', '')).status).toBe('NO');
  });
});
