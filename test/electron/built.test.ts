import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { findChromium } from '../../build/chromium.ts';
import type { ServiceInfo } from '../../core/admin/contract.ts';
import { systemUptime } from '../../core/base/clock.ts';
import { engineThreads } from '../../electron/engine/engine-thread.ts';
import { Supervisor } from '../../electron/engine/supervisor.ts';
import { systemTimers } from '../../electron/engine/timers.ts';
import { goTo, ok, openSheet, row } from '../app/stage.ts';
import { addUserInWindow, takeOverInWindow } from '../electron-app/window-steps.ts';
import { RawImap } from '../support/raw-imap.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { builtEngine } from './build-app.ts';
import { freePort } from './free-port.ts';
import { BuiltApp } from './stand-in/built-app.ts';
import { openChromiumWindow } from './stand-in/chromium-window.ts';

const KAREN = { name: 'karen', password: 'karens secret 1', quota: undefined } as const;
const ending: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A data folder whose server listens on loopback only. */
async function makeData(): Promise<string> {
  const data = await makeTempFolder('built');
  ending.push(() => removeFolder(data));
  const bindings = [{ address: '127.0.0.1', port: await freePort(), encryption: 'starttls' }];
  const settings = { admin: { port: 0 }, imap4: { general: { bindings } } };
  await writeFile(join(data, 'settings.json'), JSON.stringify(settings));
  return data;
}

function portOf(services: readonly ServiceInfo[]): number {
  const port = services[0]?.listeners[0]?.boundPort;
  if (port === undefined) throw new Error(`it does not listen: ${services[0]?.problem}`);
  return port;
}

/** Nothing that should trouble anybody. */
async function expectPeace(data: string): Promise<void> {
  expect(await readFile(join(data, 'logs', 'mailroom.log'), 'utf8')).not.toMatch(/"level":[456]0/);
}

describe('the built engine', () => {
  it('serves IMAP with its search and maintenance threads: a bundle must not lose their programs', async () => {
    const data = await makeData();
    const supervisor = new Supervisor({
      start: engineThreads(builtEngine),
      options: () => ({ data, startServices: true }),
      ...{ timers: systemTimers, uptime: systemUptime },
    });
    ending.push(() => supervisor.stop());
    supervisor.start();
    await supervisor.call('users.add', KAREN);
    const services = await supervisor.call('services.list', {});
    if (!services.ok) throw new Error(services.error.message);

    const client = await RawImap.connect({ port: portOf(services.value) });
    await client.login(KAREN.name, KAREN.password);
    for (let n = 1; n <= 20; n++) await client.append('INBOX', message(n));
    await client.ok('SELECT INBOX');
    expect((await client.ok('SEARCH BODY "the zebra"')).untagged).toContain('* SEARCH 7');
    await client.logout();

    await supervisor.restart();
    expect(await supervisor.call('users.list', {})).toMatchObject({ ok: true });
    await expectPeace(data);
  });
});

function message(n: number): Buffer {
  const animal = n === 7 ? 'the zebra' : 'the dog';
  return Buffer.from(`Subject: number ${n}\r\n\r\nThe quick brown fox jumps over ${animal}\r\n`);
}

describe('the built app', () => {
  async function start(): Promise<{ app: BuiltApp; data: string }> {
    const data = await makeData();
    const app = new BuiltApp(data);
    ending.push(() => app.kill());
    return { app, data };
  }

  it('serves mail, takes its settings over IPC, and quits with a BYE to who is connected', async () => {
    const { app, data } = await start();
    await app.call('users.add', KAREN);
    const port = portOf((await app.call('services.list')) as ServiceInfo[]);
    const client = await RawImap.connect({ port });
    await client.login(KAREN.name, KAREN.password);
    await app.call('settings.set', { values: { 'imap4.advanced.supportIdle': false } });
    expect((await client.ok('CAPABILITY')).untagged.join()).not.toContain('IDLE');
    const settings = JSON.parse(await readFile(join(data, 'settings.json'), 'utf8'));
    expect(settings.imap4.advanced.supportIdle).toBe(false);

    await app.ask({ op: 'choose', label: 'Quit' });
    expect(await client.expectUntagged(/^\* BYE/)).toMatch(/BYE/);
    expect(await app.exited).toBe(0);
    await expectPeace(data);
  });

  it('serves the window to browsers too, where the command line finds it', async () => {
    const { app, data } = await start();
    await app.call('services.list');
    const { port } = JSON.parse(await readFile(join(data, 'run', 'admin.json'), 'utf8'));
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect(await page.text()).toContain('<title>Mailroom</title>');
  });

  it('refuses a page that is not its own', async () => {
    const { app } = await start();
    const sender = { url: 'https://example.com/' };
    const answer = await app.ask({ op: 'invoke', sender, channel: 'admin:call', args: ['users.list', {}] });
    expect(answer).toMatchObject({ ok: false, error: { code: 'refused' } });
  });

  it('shows its icons from files that are there', async () => {
    const { app } = await start();
    await app.call('services.list');
    const { image } = await app.ask<{ image: string }>({ op: 'tray' });
    expect((await readFile(image)).length).toBeGreaterThan(0);
  });

  it('shows the window in a browser that obeys its policy, with nothing of Electron or Node in reach', async ({
    skip,
  }) => {
    const browser = await openBrowser();
    if (typeof browser === 'string') return skip(browser);
    const { app } = await start();
    await app.call('services.list');
    const page = await openChromiumWindow(browser, app);
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (line) => line.type() === 'error' && troubles.push(line.text()));
    await page.reload();

    await page.waitForFunction('document.body.innerText.trim() !== ""');
    const told = page.evaluate(`new Promise((resolve) => {
      const stop = mailroom.onEvent(({ event }) => { if (event === 'users.changed') { stop(); resolve(event); } });
    })`);
    const added = await page.evaluate(`mailroom.call('users.add', ${JSON.stringify({ ...KAREN, quota: undefined })})`);
    expect(added).toMatchObject({ ok: true });
    expect(await told).toBe('users.changed');
    expect(await page.evaluate('mailroom.app.startsWithComputer()')).toBe(false);
    expect(await page.evaluate('[typeof require, typeof process, typeof module, Object.keys(mailroom)]')).toEqual([
      ...['undefined', 'undefined', 'undefined'],
      ['call', 'onEvent', 'app'],
    ]);
    const out = `fetch('https://example.com/').then(() => 'out', () => 'kept in')`;
    expect(await page.evaluate(out)).toBe('kept in');
    expect(troubles.filter((line) => !line.includes('example.com'))).toEqual([]);
  });

  it('welcomes at the first start: nobody knows the password made up then, and there must be a way in', async ({
    skip,
  }) => {
    const browser = await openBrowser();
    if (typeof browser === 'string') return skip(browser);
    const { app } = await start();
    const port = portOf((await app.call('services.list')) as ServiceInfo[]);
    const page = await openChromiumWindow(browser, app);
    const welcome = page.getByRole('dialog', { name: 'Welcome to Mailroom' });
    await welcome.waitFor();
    expect(await welcome.getByRole('radio').count()).toBe(0); // there is no password to keep
    await takeOverInWindow(page, KAREN);
    const client = await RawImap.connect({ port });
    await client.login(KAREN.name, KAREN.password);
    await client.logout();
  });

  it('lets a person add a user in the window, who can log in at once', async ({ skip }) => {
    const browser = await openBrowser();
    if (typeof browser === 'string') return skip(browser);
    const { app } = await start();
    const port = portOf((await app.call('services.list')) as ServiceInfo[]);
    const page = await openChromiumWindow(browser, app);
    await takeOverInWindow(page, { name: 'anna', password: 'annas secret 1' });
    await addUserInWindow(page, KAREN);
    const client = await RawImap.connect({ port });
    await client.login(KAREN.name, KAREN.password);
    await client.logout();
  });
});

/** Why not, if there is none. */
async function openBrowser(): Promise<Browser | string> {
  const found = await findChromium();
  if ('reason' in found) return found.reason;
  ending.push(() => found.browser.close());
  return chromium.connect(found.browser.wsEndpoint());
}

describe('the window of the built app, in a browser', () => {
  interface Opened {
    readonly app: BuiltApp;
    readonly page: Page;
    /** A logged-in client of the mail service. */
    client(): Promise<RawImap>;
  }

  async function open(): Promise<Opened | string> {
    const browser = await openBrowser();
    if (typeof browser === 'string') return browser;
    const app = new BuiltApp(await makeData());
    ending.push(() => app.kill());
    await app.call('users.add', KAREN);
    const port = portOf((await app.call('services.list')) as ServiceInfo[]);
    const page = await openChromiumWindow(browser, app);
    page.setDefaultTimeout(15_000);
    const client = async () => {
      const connected = await RawImap.connect({ port });
      await connected.login(KAREN.name, KAREN.password);
      return connected;
    };
    return { app, page, client };
  }

  it('changes over IPC what clients see, and shows what was chosen in the tray', async ({ skip }) => {
    const opened = await open();
    if (typeof opened === 'string') return skip(opened);
    const { app, page, client } = opened;
    const karen = await client();
    const sheet = await openSheet(page, 'Advanced');
    await sheet.getByLabel("Support IMAP 'IDLE' command", { exact: true }).uncheck();
    await ok(sheet);
    expect((await karen.ok('CAPABILITY')).untagged.join()).not.toContain('IDLE');

    const services = await goTo(page, 'Services');
    const mail = row(services, 'Services', 'Mailroom IMAP4');
    await app.ask({ op: 'choose', label: 'Stop' });
    await karen.closed;
    await mail.filter({ hasText: 'Stopped' }).waitFor();
    await expect
      .poll(() => app.ask<{ labels: string[] }>({ op: 'tray' }).then(({ labels }) => labels[0]))
      .toMatch(/stop/i);
    await app.ask({ op: 'choose', label: 'Start' });
    await mail.filter({ hasText: 'Running' }).waitFor();
    await (await client()).logout();
  });

  it('says that the server has crashed, keeps what is being edited and applies it when it runs again', async ({
    skip,
  }) => {
    const opened = await open();
    if (typeof opened === 'string') return skip(opened);
    const { app, page, client } = opened;
    const karen = await client();
    const sheet = await openSheet(page, 'Advanced');
    const limit = sheet.getByLabel('Max failed login attempts', { exact: true });
    await limit.fill('7');
    await app.ask({ op: 'crash' });
    await karen.closed;
    await expect.poll(() => app.call('server.info').catch(() => undefined), { timeout: 15_000 }).toBeDefined();
    await app.ask({ op: 'crash' }); // the second time it takes longer until it is started anew
    const apply = sheet.getByRole('button', { name: 'Apply' });
    await apply.click();
    await sheet.getByText('The server is being started anew.', { exact: false }).waitFor();
    expect(await limit.inputValue()).toBe('7');
    await expect.poll(() => app.call('server.info').catch(() => undefined), { timeout: 15_000 }).toBeDefined();
    await ok(sheet);
    await (await client()).logout();
    expect(await app.call('settings.list')).toContainEqual(
      expect.objectContaining({ key: 'imap4.advanced.maxFailedLogins', value: 7 }),
    );
    await row(await goTo(page, 'Services'), 'Services', 'Running').waitFor();
  });
});
