import { createServer, type Server } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { freePort } from '../electron/free-port.ts';
import { done } from '../support/admin.ts';
import { RawImap } from '../support/raw-imap.ts';
import { type FirstStart, startForTheFirstTime } from './first-start.ts';
import { connectBrowser, type OpenWindow, openWindow, seriousFindings } from './window.ts';

const found = inject('chromium');
const KAREN = { name: 'karen', password: 'karens own secret 1' } as const;
const LOCAL = '127.0.0.1';

async function listening(): Promise<{ port: number; server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, LOCAL, resolve));
  return { port: (server.address() as { port: number }).port, server };
}

describe.skipIf('reason' in found)('a server that starts for the first time', () => {
  let browser: Browser;
  let first: FirstStart;
  let opened: OpenWindow;
  let page: Page;
  let ports: { starttls: number; tls: number };
  beforeAll(async () => {
    browser = await connectBrowser('address' in found ? found.address : '');
  });
  beforeEach(async () => {
    ports = { starttls: await freePort(), tls: await freePort() };
    first = await startForTheFirstTime(inject('window'), [
      { address: LOCAL, port: ports.starttls, encryption: 'starttls' },
      { address: LOCAL, port: ports.tls, encryption: 'tls' },
    ]);
    first.server.settings.set('clients.serverName', 'mail.example.org');
    opened = await openWindow(browser, first.address);
    page = opened.page;
  });
  afterEach(async () => {
    await opened.close();
    await first.stop();
    expect(opened.violations).toEqual([]);
  });
  afterAll(() => browser?.close());

  const welcome = () => page.getByRole('dialog', { name: 'Welcome to Mailroom' });
  const field = (name: string) => welcome().getByRole('textbox', { name, exact: true });
  const step = (number: number) => welcome().getByText(`Step ${number} of 3`).waitFor();
  const next = () => welcome().getByRole('button', { name: 'Next' }).click();

  async function takeOver() {
    await field('User name').fill(KAREN.name);
    await field('Password').fill(KAREN.password);
    await field('Password again').fill(KAREN.password);
    await page.keyboard.press('Enter');
    await step(2);
  }

  /** The value that stands beside a label in the tables of the last page. */
  const shownValue = async (label: string) => {
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: label, exact: true }) });
    return (await row.locator('.value').innerText()).trim();
  };

  it('is in its owner’s hands after three pages: what they show works in a mail program, and they do not come back', async () => {
    await welcome().waitFor();
    const findings: Record<string, string[]> = { 'step 1': await seriousFindings(page) };
    await takeOver();
    await welcome().getByText('Mail programs can connect.').nth(1).waitFor();
    findings['step 2'] = await seriousFindings(page);
    expect(await welcome().getByRole('spinbutton', { name: 'Port with TLS' }).inputValue()).toBe(String(ports.tls));
    expect(await welcome().getByRole('spinbutton', { name: 'Port with STARTTLS' }).inputValue()).toBe(
      String(ports.starttls),
    );
    await next();
    await step(3);
    for (const program of ['Outlook', 'Thunderbird', 'iPhone', 'Android']) {
      await welcome().getByRole('tab', { name: program, exact: true }).click();
      await welcome()
        .getByRole('table', { name: `What to type into ${program}` })
        .waitFor();
      findings[program] = await seriousFindings(page);
    }
    expect(Object.entries(findings).filter(([, serious]) => serious.length > 0)).toEqual([]);

    expect([await shownValue('Server'), await shownValue('Security type')]).toEqual(['mail.example.org', 'SSL/TLS']);
    const client = await RawImap.connect({ port: Number(await shownValue('Port')), tls: true });
    await client.login(await shownValue('Username'), KAREN.password);
    await client.logout();

    await welcome().getByRole('button', { name: 'Finish', exact: true }).click();
    await welcome().waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Listening').first().waitFor();
    expect(await welcome().count()).toBe(0);
    expect(await done(first.server.admin.call('setup.state', {}))).toMatchObject({ needsFirstUser: false });
  });

  it('asks again in another window after Later, and not in this one', async () => {
    await welcome().waitFor();
    await page.keyboard.press('Escape');
    await welcome().waitFor({ state: 'detached' });
    await page.reload();
    await page.getByText('Listening').first().waitFor();
    expect(await welcome().count()).toBe(0);
    const another = await openWindow(browser, first.address);
    await another.page.getByRole('dialog', { name: 'Welcome to Mailroom' }).waitFor();
    await another.close();
  });

  it('says that a port is taken, and moves to another one that works', async () => {
    const taken = await listening();
    await takeOver();
    const port = welcome().getByRole('spinbutton', { name: 'Port with TLS' });
    await port.fill(String(taken.port));
    await next();
    await welcome().getByText(`port ${taken.port}: the port is used by another program`).first().waitFor();
    const free = await freePort();
    await port.fill(String(free));
    await next();
    await step(3);
    await expect.poll(() => shownValue('Port')).toBe(String(free));
    const client = await RawImap.connect({ port: free, tls: true });
    await client.login(KAREN.name, KAREN.password);
    await client.logout();
    await new Promise((resolve) => taken.server.close(resolve));
  });

  it('keeps a printed password for who has it, and does not ask again', async () => {
    const { userName, password } = first.server.firstUser!;
    await welcome()
      .getByRole('radio', { name: /printed in the terminal/ })
      .check();
    await next();
    await step(2);
    const client = await RawImap.connect({ port: ports.tls, tls: true });
    await client.login(userName, password);
    await client.logout();
    const another = await openWindow(browser, first.address);
    await another.page.getByText('Listening').first().waitFor();
    expect(await another.page.getByRole('dialog').count()).toBe(0);
    await another.close();
  });

  it('tells mail programs what the sheet shows, once it is switched on there', async () => {
    await welcome().getByRole('button', { name: 'Later' }).click();
    await page.getByRole('tab', { name: 'Services' }).click();
    await page.getByRole('gridcell', { name: 'Automatic settings for mail programs' }).dblclick();
    const sheet = page.getByRole('dialog', { name: 'Mail Programs' });
    await sheet.getByRole('table', { name: 'What to type into Outlook' }).waitFor();
    const [server, port] = [await shownValue('Server'), await shownValue('Port')];
    const findings: Record<string, string[]> = { 'set-up': await seriousFindings(page) };

    await sheet.getByRole('tab', { name: 'Automatic settings' }).click();
    const http = await freePort();
    await sheet.getByRole('checkbox', { name: 'Automatic settings for mail programs' }).check();
    await sheet.getByRole('textbox', { name: 'Address for automatic settings' }).fill(LOCAL);
    await sheet.getByRole('spinbutton', { name: 'Port for automatic settings', exact: true }).fill(String(http));
    await sheet.getByRole('textbox', { name: 'Outgoing mail server' }).fill('smtp.example.org');
    await sheet.getByRole('button', { name: 'Apply' }).click();
    await sheet.getByText(`Mail programs are answered on port ${http}.`).waitFor();
    findings['automatic settings'] = await seriousFindings(page);
    const answer = await fetch(`http://${LOCAL}:${http}/mail/config-v1.1.xml?emailaddress=karen@example.org`);
    const xml = await answer.text();
    expect(xml).toContain(`<hostname>${server}</hostname><port>${port}</port><socketType>SSL</socketType>`);
    expect(xml).toContain('<hostname>smtp.example.org</hostname>');

    await sheet.getByRole('tab', { name: 'DNS records' }).click();
    const shown = sheet.getByRole('region', { name: 'Services of the mail domain (RFC 6186)' });
    const { srvRecords } = await done(first.server.admin.call('clients.info', {}));
    expect((await shown.innerText()).split('\n')).toEqual(srvRecords);
    expect(srvRecords[0]).toContain(`${port} ${server}.`);
    findings['dns records'] = await seriousFindings(page);
    expect(Object.entries(findings).filter(([, serious]) => serious.length > 0)).toEqual([]);
  });
});
