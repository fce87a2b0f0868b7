import { expect, it } from 'vitest';
import { quoted } from '../support/raw-imap.ts';
import { KAREN, OLAF } from '../support/test-server.ts';
import { apply, describeWindow, ok, openSheet } from './stage.ts';

const MESSAGE = Buffer.from('Subject: offer\r\n\r\nDear Karen\r\n');

describeWindow('the Advanced tab', (stage) => {
  it('shows the six options first, in the order and with the words that people look for', async () => {
    const sheet = await openSheet(stage.page, 'Advanced');
    const options = sheet.getByRole('group', { name: 'IMAP4 options' });
    const fields = options.locator('input');
    const labels = await fields.evaluateAll((inputs) =>
      inputs.map((input) => (input as unknown as { labels: { innerText: string }[] }).labels[0]?.innerText.trim()),
    );
    expect(labels).toEqual([
      'Fake access to inaccessible mailboxes',
      'Keep Internal Date and Message Flags when messages are copied',
      "Support IMAP 'IDLE' command",
      'Max failed login attempts',
      'Concurrent logins for a user',
      'Concurrent logins from an IP address',
    ]);
    await sheet.getByRole('button', { name: 'Cancel' }).click();
  });

  it('explains the field that has the focus with F1, and Esc closes the explanation only', async () => {
    const sheet = await openSheet(stage.page, 'Advanced');
    await sheet.getByLabel('Max failed login attempts', { exact: true }).focus();
    await stage.page.keyboard.press('F1');
    const tip = sheet.getByRole('tooltip').filter({ visible: true });
    expect(await tip.innerText()).toMatch(/BYE|connection/i);
    await stage.page.keyboard.press('Escape');
    await expect.poll(() => tip.count()).toBe(0);
    expect(await sheet.isVisible()).toBe(true);
    await sheet.getByRole('button', { name: 'Cancel' }).click();
  });

  it('lets clients open the levels above a shared mailbox when "Fake access" is switched on', async () => {
    const { server, page } = stage;
    const karen = await server.client();
    await karen.ok('SETACL INBOX olaf lr');
    const olaf = await server.client(OLAF);
    expect((await olaf.command('SELECT "#users"')).status).toBe('NO');
    const sheet = await openSheet(page, 'Advanced');
    await sheet.getByLabel('Fake access to inaccessible mailboxes', { exact: true }).check();
    await apply(sheet);
    const { code, untagged } = await olaf.ok('SELECT "#users"');
    expect(code).toBe('READ-ONLY');
    expect(untagged).toContain('* 0 EXISTS');
    await sheet.getByLabel('Fake access to inaccessible mailboxes', { exact: true }).uncheck();
    await ok(sheet);
    expect((await olaf.command('SELECT "#users"')).status).toBe('NO');
  });

  it('gives a copy a new date and no flags when "Keep Internal Date and Message Flags" is switched off', async () => {
    const { server, page } = stage;
    const karen = await server.client();
    await karen.append('INBOX', MESSAGE, { flags: ['\\Flagged'], date: '17-Jul-1996 02:44:25 -0700' });
    await karen.ok('CREATE Kept');
    await karen.ok('CREATE Fresh');
    await karen.ok('SELECT INBOX');
    await karen.ok('COPY 1 Kept');
    const sheet = await openSheet(page, 'Advanced');
    await sheet.getByLabel('Keep Internal Date and Message Flags when messages are copied', { exact: true }).uncheck();
    await ok(sheet);
    await karen.ok('COPY 1 Fresh');
    const seen = async (mailbox: string) => {
      await karen.ok(`EXAMINE ${quoted(mailbox)}`);
      return (await karen.ok('FETCH 1 (FLAGS INTERNALDATE)')).untagged.join();
    };
    expect(await seen('Kept')).toMatch(/\\Flagged.*17-Jul-1996/);
    expect(await seen('Fresh')).not.toMatch(/\\Flagged|1996/);
  });

  it('takes IDLE away from clients that are connected, and from what they are told', async () => {
    const { server, page } = stage;
    const karen = await server.client();
    const capabilities = async () => (await karen.ok('CAPABILITY')).untagged.join();
    expect(await capabilities()).toMatch(/ IDLE\b.*IMAP4rev2|IMAP4rev2.* IDLE\b/);
    const sheet = await openSheet(page, 'Advanced');
    await sheet.getByLabel("Support IMAP 'IDLE' command", { exact: true }).uncheck();
    await ok(sheet);
    expect(await capabilities()).not.toMatch(/ IDLE\b|IMAP4rev2/);
    expect((await karen.command('IDLE')).status).toBe('BAD');
  });

  it('ends a connection with BYE after as many wrong passwords as were entered', async () => {
    const { server, page } = stage;
    const sheet = await openSheet(page, 'Advanced');
    await sheet.getByLabel('Max failed login attempts', { exact: true }).fill('1');
    await ok(sheet);
    const stranger = await server.connect();
    void stranger.command(`LOGIN nobody ${quoted('wrong password')}`).catch(() => {});
    expect(await stranger.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
    await stranger.closed;
  });

  it('refuses more logins than the limits with the numbers in words, and shows beside them what there was', async () => {
    const { server, page } = stage;
    await stage.endSessions();
    const clients = [await server.client(OLAF), await server.client(OLAF), await server.client(OLAF)];
    const sheet = await openSheet(page, 'Advanced');
    await sheet.getByText(/At this moment the most is 3 \(olaf\)/).waitFor();
    const chart = sheet.getByRole('table', { name: 'Most logins of one user, by hour' });
    expect(await chart.getByRole('row').last().innerText()).toMatch(/\s\d+$/);

    await sheet.getByLabel('Concurrent logins for a user', { exact: true }).fill('3');
    await apply(sheet);
    const fourth = await server.connect();
    const tooMany = await fourth.command(`LOGIN olaf ${quoted(OLAF.password)}`);
    expect(tooMany).toMatchObject({ status: 'NO', code: 'LIMIT' });
    expect(tooMany.text).toContain('Too many concurrent logins for olaf (3 of 3)');

    await sheet.getByLabel('Concurrent logins for a user', { exact: true }).fill('20');
    await sheet.getByLabel('Concurrent logins from an IP address', { exact: true }).fill('3');
    await ok(sheet);
    const fromHere = await fourth.command(`LOGIN karen ${quoted(KAREN.password)}`);
    expect(fromHere).toMatchObject({ status: 'NO', code: 'LIMIT' });
    expect(fromHere.text).toContain('Too many concurrent logins from 127.0.0.1 (3 of 3)');

    await clients[0]!.logout();
    await fourth.login(KAREN.name, KAREN.password);
    server.server.settings.set('imap4.advanced.concurrentLoginsPerAddress', 200);
  });

  it('warns that a limit below what there was would have kept people out', async () => {
    const { server, page } = stage;
    await stage.endSessions();
    for (let n = 1; n <= 3; n++) await server.client(OLAF);
    const sheet = await openSheet(page, 'Advanced');
    await sheet
      .getByText(/The most in the last 7 days was/)
      .first()
      .waitFor();
    await sheet.getByLabel('Concurrent logins for a user', { exact: true }).fill('2');
    await sheet.getByText(/With a limit of 2, logins like those of that hour/).waitFor();
    await sheet.getByRole('button', { name: 'Cancel' }).click();
  });
});
