import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { KAREN, OLAF } from '../support/test-server.ts';
import { describeWindow, goTo, ok, row } from './stage.ts';

const press = (place: Locator, label: string) => place.getByRole('button', { name: label, exact: true }).click();
const field = (place: Locator, label: string) => place.getByLabel(label, { exact: true });

describeWindow('the Shared Folders tab', (stage) => {
  const listed = async (client: { ok(text: string): Promise<{ untagged: string[] }> }, pattern: string) =>
    (await client.ok(`LIST "" "${pattern}"`)).untagged.join('\n');

  it('shares a folder by preset, and the other one has it in his next LIST', async () => {
    const { server, page } = stage;
    const [karen, olaf] = [await server.client(KAREN), await server.client(OLAF)];
    await karen.ok('CREATE Projects');
    const shares = await goTo(page, 'Shared Folders');
    await press(shares, 'Share a folder…');
    const choose = page.getByRole('dialog', { name: 'Share a Folder' });
    await field(choose, 'Whose folder').selectOption('karen');
    await field(choose, 'Folder').selectOption('Projects');
    await ok(choose);
    expect(await listed(olaf, '#users/*')).not.toContain('Projects');

    await press(shares, 'Add…');
    const add = page.getByRole('dialog', { name: 'Share Projects' });
    await field(add, 'User').selectOption('olaf');
    await field(add, 'Rights').selectOption('Read');
    await ok(add);
    expect(await listed(olaf, '#users/*')).toContain('#users/karen/Projects');
    await row(shares, 'Rights', 'olaf').waitFor();
    expect((await olaf.ok('MYRIGHTS #users/karen/Projects')).untagged.join()).toMatch(/MYRIGHTS \S+ "?lr"?$/);
  });

  it('gives single rights, says what holds in the end, and takes everything back', async () => {
    const { server, page } = stage;
    const olaf = await server.client(OLAF);
    const shares = await goTo(page, 'Shared Folders');
    await shares.getByRole('treeitem', { name: /^Projects/ }).click();
    await row(shares, 'Rights', 'olaf').click();
    await press(shares, 'Change…');
    const change = page.getByRole('dialog', { name: 'Rights of olaf on Projects' });
    await field(change, 'insert').check();
    expect(await field(change, 'Rights').inputValue()).toBe('own');
    await ok(change);
    await expect.poll(async () => (await olaf.ok('MYRIGHTS #users/karen/Projects')).untagged.join()).toMatch(/\blri\b/);
    expect((await olaf.append('#users/karen/Projects', Buffer.from('Subject: a\r\n\r\nb\r\n'))).status).toBe('OK');

    await field(shares, 'User to look at').selectOption('olaf');
    await shares.getByText('olaf may: see, read, insert.').waitFor();

    await press(shares, 'Remove');
    await ok(page.getByRole('dialog', { name: 'Remove olaf' }), 'Remove');
    await expect.poll(() => listed(olaf, '#users/*')).not.toContain('Projects');
    await shares.getByText(/olaf may do nothing here/).waitFor();
  });

  it('takes rights away from one member of a group that has them', async () => {
    const { server, page } = stage;
    await server.server.directory.addGroup('sales', ['olaf', 'karen']);
    const [karen, olaf] = [await server.client(KAREN), await server.client(OLAF)];
    await karen.ok('CREATE Offers');
    await karen.ok('SETACL Offers $sales lr');
    expect(await listed(olaf, '#users/*')).toContain('Offers');
    const shares = await goTo(page, 'Shared Folders');
    await shares.getByRole('treeitem', { name: /^Offers/ }).click();
    await press(shares, 'Add…');
    const add = page.getByRole('dialog', { name: 'Share Offers' });
    await field(add, 'User').selectOption('olaf');
    await field(add, 'Take these rights away').check();
    await ok(add);
    await row(shares, 'Rights', 'Taken away: Read').waitFor();
    expect(await listed(olaf, '#users/*')).not.toContain('Offers');
  });

  it('makes, renames and removes a public folder', async () => {
    const { server, page } = stage;
    const olaf = await server.client(OLAF);
    const shares = await goTo(page, 'Shared Folders');
    await press(shares, 'New public folder…');
    const create = page.getByRole('dialog', { name: 'New Public Folder' });
    await field(create, 'Name').fill('Announcements');
    await ok(create);
    await shares.getByText('Who may do what with Announcements').waitFor();
    await press(shares, 'Add…');
    const add = page.getByRole('dialog', { name: 'Share Announcements' });
    await field(add, 'Everybody who has a user name').check();
    await field(add, 'Rights').selectOption('Full');
    await ok(add);
    expect(await listed(olaf, '#public/*')).toContain('#public/Announcements');

    await press(shares, 'Rename public folder…');
    const rename = page.getByRole('dialog', { name: 'Rename Announcements' });
    await field(rename, 'New name').fill('News');
    await ok(rename);
    expect(await listed(olaf, '#public/*')).toMatch(/#public\/News/);

    await shares.getByRole('treeitem', { name: /^News/ }).click();
    await press(shares, 'Remove public folder…');
    await ok(page.getByRole('dialog', { name: 'Remove News' }), 'Remove');
    await expect.poll(() => listed(olaf, '#public/*')).not.toContain('News');
  });

  it('refuses a name that is taken, beside the field', async () => {
    const { page } = stage;
    const shares = await goTo(page, 'Shared Folders');
    for (const attempt of ['first', 'second']) {
      await press(shares, 'New public folder…');
      const create = page.getByRole('dialog', { name: 'New Public Folder' });
      await field(create, 'Name').fill('Twice');
      if (attempt === 'first') await ok(create);
      else {
        await press(create, 'OK');
        await create.getByRole('alert').waitFor();
        expect(await field(create, 'Name').getAttribute('aria-invalid')).toBe('true');
        await page.keyboard.press('Escape');
        await create.waitFor({ state: 'detached' });
      }
    }
  });
});
