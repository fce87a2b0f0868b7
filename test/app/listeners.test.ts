import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { freePort } from '../electron/free-port.ts';
import { RawImap } from '../support/raw-imap.ts';
import { KAREN } from '../support/test-server.ts';
import { apply, describeWindow, ok, openSheet, row } from './stage.ts';

const choose = (sheet: Locator, port: number) => row(sheet, 'Listeners', String(port)).click();
const field = (sheet: Locator, label: string) => sheet.getByLabel(label, { exact: true });

describeWindow('the General tab of the IMAP4 server', (stage) => {
  it('changes the name in the greeting of the next client', async () => {
    const sheet = await openSheet(stage.page);
    await field(sheet, 'Service Name').fill('Post of Miller & Sons');
    await ok(sheet);
    expect((await stage.server.connect()).greeting).toContain('Post of Miller & Sons');
  });

  it('moves one listener to another port and leaves the sessions of the other one alone', async () => {
    const { server, page } = stage;
    const moved = await server.client();
    const stays = await RawImap.connect({ port: server.tlsPort, tls: true });
    await stays.login(KAREN.name, KAREN.password);
    const port = await freePort();
    const sheet = await openSheet(page);
    await choose(sheet, server.port);
    await field(sheet, 'Port').fill(String(port));
    await sheet.getByText(/starts the listeners concerned anew/).waitFor();
    await apply(sheet);
    await moved.closed;
    const anew = await RawImap.connect({ port });
    await anew.login(KAREN.name, KAREN.password);
    await stays.ok('NOOP');
    await expect(RawImap.connect({ port: server.port })).rejects.toThrow();

    await choose(sheet, port);
    await field(sheet, 'Port').fill(String(server.port));
    await ok(sheet);
    await anew.closed;
    await stays.logout();
  });

  it('adds a listener with its own encryption and takes it away again', async () => {
    const { page } = stage;
    const port = await freePort();
    const sheet = await openSheet(page);
    await sheet.getByRole('button', { name: 'Add listener' }).click();
    await field(sheet, 'Address').fill('127.0.0.1');
    await field(sheet, 'Port').fill(String(port));
    await field(sheet, 'Encryption').selectOption('STARTTLS required');
    await apply(sheet);
    const client = await RawImap.connect({ port });
    const login = await client.command(`LOGIN ${KAREN.name} "${KAREN.password}"`);
    expect(login).toMatchObject({ status: 'NO', code: 'PRIVACYREQUIRED' });
    await choose(sheet, port);
    await sheet.getByRole('button', { name: 'Remove listener' }).click();
    await ok(sheet);
    await client.closed;
  });

  it('says on the Status tab, with the remedy, that a port belongs to somebody else', async () => {
    const { server, page } = stage;
    const sheet = await openSheet(page);
    await sheet.getByRole('button', { name: 'Add listener' }).click();
    await field(sheet, 'Address').fill('127.0.0.1');
    await field(sheet, 'Port').fill(String(server.adminPort));
    await apply(sheet);
    await choose(sheet, server.adminPort);
    await sheet.getByRole('button', { name: 'Cancel' }).click();
    await page
      .getByRole('tabpanel', { name: 'Services' })
      .getByText(/another program|in use/i)
      .first()
      .waitFor();
    const again = await openSheet(page);
    await choose(again, server.adminPort);
    await again.getByRole('button', { name: 'Remove listener' }).click();
    await ok(again);
  });

  it('takes no readable password where encryption is required, and lets this computer off if it is told to', async () => {
    const { server, page } = stage;
    const before = await server.connect();
    expect((await before.ok('CAPABILITY')).untagged.join()).not.toContain('LOGINDISABLED');
    const sheet = await openSheet(page);
    await field(sheet, 'Except connections from this computer').uncheck();
    await apply(sheet);
    const plain = await server.connect();
    expect((await plain.ok('CAPABILITY')).untagged.join()).toContain('LOGINDISABLED');
    await field(sheet, 'Require Encrypted Authentication').uncheck();
    await apply(sheet);
    await plain.login(KAREN.name, KAREN.password);
    await field(sheet, 'Require Encrypted Authentication').check();
    await field(sheet, 'Except connections from this computer').check();
    await ok(sheet);
  });

  it('ends a silent session after the time that was entered and not before', async () => {
    const { server, page } = stage;
    const sheet = await openSheet(page);
    await field(sheet, 'Auto-logout after').fill('45');
    await ok(sheet);
    const client = await server.client();
    stage.pass(44 * 60_000);
    await client.ok('NOOP');
    stage.pass(46 * 60_000);
    expect(await client.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
  });

  it('refuses messages larger than was entered, and tells clients the limit', async () => {
    const { server, page } = stage;
    const sheet = await openSheet(page);
    await field(sheet, 'Maximum message size').fill('1');
    await ok(sheet);
    const client = await server.client();
    expect((await client.ok('CAPABILITY')).untagged.join()).toContain('APPENDLIMIT=1048576');
    expect((await client.append('INBOX', Buffer.alloc(1_048_577, 'x'))).status).toBe('NO');
  });

  it('switches the service off and on with the check box', async () => {
    const { server, page } = stage;
    const client = await server.client();
    const sheet = await openSheet(page);
    await field(sheet, 'Enabled').uncheck();
    await apply(sheet);
    await client.closed;
    await field(sheet, 'Enabled').check();
    await ok(sheet);
    await (await server.client()).logout();
  });
});
