import { expect, it } from 'vitest';
import { quoted } from '../support/raw-imap.ts';
import { KAREN, OLAF } from '../support/test-server.ts';
import { apply, describeWindow, goTo, ok, row } from './stage.ts';

const SESSIONS = 'Live sessions';

describeWindow('the Status and Security tabs', (stage) => {
  it('shows who is connected as it happens, finds him and puts him in order', async () => {
    const { server, page } = stage;
    await stage.endSessions();
    const status = await goTo(page, 'Status');
    await status.getByText('Running for', { exact: false }).first().waitFor();
    const karen = await server.client(KAREN);
    await karen.ok('ID ("name" "Thunderbird" "version" "128.5")');
    await karen.ok('SELECT INBOX');
    await server.client(OLAF);
    const rows = status.getByRole('grid', { name: SESSIONS }).locator('tbody').getByRole('row');
    await expect.poll(() => rows.count()).toBe(2);
    await row(status, SESSIONS, 'Thunderbird 128.5').waitFor();
    await status.getByLabel('Find sessions', { exact: true }).fill('in a mailbox');
    await expect.poll(() => rows.allInnerTexts()).toEqual([expect.stringContaining('karen')]);
    await status.getByLabel('Find sessions', { exact: true }).fill('');
    await status.getByRole('grid', { name: SESSIONS }).getByRole('button', { name: 'User' }).click();
    await expect.poll(() => rows.first().innerText()).toContain('karen');
    await status.getByRole('grid', { name: SESSIONS }).getByRole('button', { name: 'User' }).click();
    await expect.poll(() => rows.first().innerText()).toContain('olaf');
    await status.getByLabel('Show first', { exact: true }).selectOption('Connected last');
  });

  it('disconnects a session after a question: the client gets BYE, and the others stay', async () => {
    const { server, page } = stage;
    await stage.endSessions();
    const status = await goTo(page, 'Status');
    await status.getByText('Nobody is connected.', { exact: false }).waitFor();
    const [karen, olaf] = [await server.client(KAREN), await server.client(OLAF)];
    await row(status, SESSIONS, 'olaf').click();
    await status.getByRole('button', { name: 'Disconnect…' }).click();
    await ok(page.getByRole('dialog', { name: 'Disconnect session' }), 'Disconnect');
    expect(await olaf.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
    await expect.poll(() => row(status, SESSIONS, 'olaf').count()).toBe(0);
    await karen.ok('NOOP');
  });

  it('says who was refused and why, and leads to the very field that decided it', async () => {
    const { server, page } = stage;
    server.server.settings.set('imap4.advanced.concurrentLoginsPerUser', 1);
    await stage.endSessions();
    await server.client(OLAF);
    await (await server.connect()).command(`LOGIN olaf ${quoted(OLAF.password)}`);
    const status = await goTo(page, 'Status');
    await row(status, 'Recent refusals', 'Too many logins of the user').first().click();
    await status.getByRole('grid', { name: 'Who held the logins at that moment' }).waitFor();
    await status.getByRole('button', { name: 'Show the setting' }).click();
    const sheet = page.getByRole('dialog', { name: 'IMAP4 Server' });
    const limit = sheet.getByLabel('Concurrent logins for a user', { exact: true });
    await expect.poll(() => limit.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
    await limit.fill('20');
    await ok(sheet);
    await (await server.client(OLAF)).logout();
  });

  it('shows whom three wrong passwords have locked out, and Unlock lets him in again', async () => {
    const { server, page } = stage;
    await lockOut('karen');
    const security = await goTo(page, 'Security');
    await row(security, 'Lock-outs', 'karen').click();
    await security.getByRole('button', { name: 'Unlock…' }).click();
    await ok(page.getByRole('dialog', { name: 'Unlock' }), 'Unlock');
    await expect.poll(() => row(security, 'Lock-outs', 'karen').count()).toBe(0);
    await (await server.client(KAREN)).logout();
  });

  it('locks nobody who makes fewer mistakes than the changed rules allow', async () => {
    const { server, page } = stage;
    const security = await goTo(page, 'Security');
    await security.getByLabel('Lock a user after', { exact: true }).fill('5');
    await apply(page);
    for (let n = 1; n <= 4; n++) await guess('karen', `wrong password ${n}`);
    await (await server.client(KAREN)).logout();
    await security.getByLabel('Lock a user after', { exact: true }).fill('x');
    await security.getByText(/Must be a whole number from 0 to/).waitFor();
    expect(await page.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await security.getByLabel('Lock a user after', { exact: true }).inputValue()).toBe('5');
  });

  async function guess(user: string, password: string): Promise<void> {
    const client = await stage.server.connect();
    expect((await client.command(`LOGIN ${user} ${quoted(password)}`)).status).toBe('NO');
    client.destroy();
  }

  async function lockOut(user: string): Promise<void> {
    for (let n = 1; n <= 3; n++) await guess(user, `wrong password ${n}`);
    await guess(user, KAREN.password);
  }
});
