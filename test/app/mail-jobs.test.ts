import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { done } from '../support/admin.ts';
import { startFakeImapServer } from '../support/fake-imap-server.ts';
import { fetchReplies } from '../support/fetch-replies.ts';
import type { RawImap } from '../support/raw-imap.ts';
import { makeTempFolder, removeFolder } from '../support/temp-folder.ts';
import { OLAF, startTestServer, type TestServer } from '../support/test-server.ts';
import {
  connectBrowser,
  type OpenWindow,
  openWindow,
  seriousFindings,
  startWindowServer,
  type WindowServer,
} from './window.ts';

const found = inject('chromium');
const PASSWORD = 'correct horse battery';

describe.skipIf('reason' in found)('mail that comes and goes through the window', () => {
  let browser: Browser;
  let ours: WindowServer;
  let opened: OpenWindow;
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    browser = await connectBrowser('address' in found ? found.address : '');
  });
  beforeEach(async () => {
    folder = await makeTempFolder('window-jobs');
    ours = await startWindowServer({ window: inject('window') });
    opened = await openWindow(browser, ours.address, { width: 640, height: 480 });
    ({ page } = opened);
    await page.getByRole('tab', { name: 'Users' }).click();
    await page.getByRole('row', { name: /^karen/ }).click();
  });
  afterEach(async () => {
    const { violations } = opened;
    await opened.close();
    await ours.stop();
    await removeFolder(folder);
    expect(violations).toEqual([]);
  });
  afterAll(() => browser?.close());

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const field = (name: string) => page.getByRole('textbox', { name, exact: true });
  const seen = (text: string | RegExp) => page.getByText(text).waitFor();

  /** By keys alone, as it can be done without a mouse. */
  async function mailMenu(letter: string): Promise<void> {
    await page.keyboard.press('Alt+m');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press(letter);
    await page.getByRole('dialog').waitFor();
  }

  async function fromServer(port: number, password: string): Promise<void> {
    await mailMenu('s');
    // Nothing of an attempt before is left in the window.
    expect(await page.getByLabel('Password there', { exact: true }).inputValue()).toBe('');
    await field('Server').fill('127.0.0.1');
    await page.getByRole('combobox', { name: 'Encryption' }).selectOption('None');
    await page.getByRole('spinbutton', { name: 'Port' }).fill(String(port));
    await field('User name there').fill(OLAF.name);
    await page.getByLabel('Password there', { exact: true }).fill(password);
    await press('Import');
  }

  async function importFile(path: string, mailbox: string): Promise<void> {
    await mailMenu('i');
    await field('Or by path').fill(path);
    await page.getByRole('combobox', { name: 'Into mailbox' }).selectOption('A new mailbox…');
    await field('Name of the new mailbox').fill(mailbox);
    await press('Import');
  }

  async function putMbox(count: number, size: number): Promise<string> {
    const path = join(folder, `${count}.mbox`);
    const entry = (number: number) =>
      `From a@example.org Thu Aug 22 11:26:25 2002\r\nSubject: ${number}\r\nStatus: RO\r\n\r\n${'x'.repeat(size)}\r\n\r\n`;
    await writeFile(path, Array.from({ length: count }, (_, number) => entry(number)).join(''));
    return path;
  }

  it('is the same after it came from an mbox file and went into one again', async () => {
    const path = await putMbox(3, 100);
    await importFile(path, 'Old/2002');
    await seen(/^3 messages imported/);
    const client = await ours.client();
    const before = await mailOf(client, 'Old/2002');
    expect(before.map(({ flags, date }) => [flags, date])).toEqual(
      Array.from({ length: 3 }, () => ['\\Seen', '22-Aug-2002 11:26:25 +0000']),
    );
    expect(before[1]?.text).toMatch(/^Subject: 1\r\n/);
    await page.keyboard.press('Escape');

    const target = join(folder, 'out.mbox');
    await mailMenu('e');
    await page.getByRole('combobox', { name: 'Mailbox' }).selectOption('Old/2002');
    await field('To (optional)').fill(target);
    await press('Export');
    await seen(/^3 messages exported/);
    expect((await readFile(target, 'latin1')).match(/^Subject: \d+/gm)).toEqual([
      'Subject: 0',
      'Subject: 1',
      'Subject: 2',
    ]);
    await page.keyboard.press('Enter');
    await importFile(target, 'Again');
    await seen(/^3 messages imported/);
    expect(await mailOf(client, 'Again')).toEqual(before);
  });

  it('is sent from another computer as files and folders, and saved there again: no path is ever named', async () => {
    const { admin } = ours.server;
    await done(admin.call('settings.set', { values: { 'admin.tls': true } }));
    await done(admin.call('admin.setPassword', { password: PASSWORD }));
    await ours.http.moved();
    const remote = await openWindow(browser, `https://127.0.0.1:${ours.http.remotePort}/`);
    const there = remote.page;
    await there.getByLabel('Administrator password').fill(PASSWORD);
    await there.keyboard.press('Enter');
    await there.getByRole('tab', { name: 'Users' }).click();
    await there.getByRole('row', { name: /^karen/ }).click();
    const begin = async (letter: string) => {
      await there.keyboard.press('Alt+m');
      await there.getByRole('menu').waitFor();
      await there.keyboard.press(letter);
      await there.getByRole('dialog').waitFor();
    };
    const click = (name: string) => there.getByRole('button', { name, exact: true }).click();
    const choose = async (name: string, paths: string | string[]) => {
      const chooser = there.waitForEvent('filechooser');
      await click(name);
      await (await chooser).setFiles(paths);
    };

    const maildir = join(folder, 'Old mail');
    await mkdir(join(maildir, 'cur'), { recursive: true });
    const flagged = join(maildir, 'cur', '1.a:2,FS');
    await writeFile(flagged, 'Subject: from a folder\r\n\r\nx\r\n');
    await utimes(flagged, 1_000_000_000, 1_000_000_000);
    await begin('i');
    expect(await there.getByRole('textbox', { name: /path/ }).count()).toBe(0);
    expect(await seriousFindings(there)).toEqual([]);
    await choose('Folder…', maildir);
    await there.getByText(/^1 file, /).waitFor();
    await click('Import');
    await there.getByText(/^1 message imported/).waitFor();
    await there.keyboard.press('Escape');
    await begin('i');
    await choose('Files…', [await putMbox(2, 100), await putMbox(3, 100)]);
    await click('Import');
    await there.getByText(/^3 messages imported/).waitFor();
    await there.keyboard.press('Escape');
    const client = await ours.client();
    const before = await mailOf(client, 'INBOX');
    expect(before[0]).toMatchObject({ flags: '\\Flagged \\Seen', date: '9-Sep-2001 01:46:40 +0000' });

    await begin('e');
    await there.getByRole('combobox', { name: 'Mailbox' }).selectOption('INBOX');
    expect(await there.getByRole('textbox', { name: /^To/ }).count()).toBe(0);
    await click('Export');
    const saving = there.waitForEvent('download');
    await click('Save file');
    const saved = join(folder, 'saved.mbox');
    const download = await saving;
    expect(download.suggestedFilename()).toBe('karen INBOX.mbox');
    await download.saveAs(saved);
    await there.getByText(/waits on the server/).waitFor({ state: 'detached' });
    await click('Close');
    await begin('i');
    await choose('Files…', saved);
    await there.getByRole('combobox', { name: 'Into mailbox' }).selectOption('A new mailbox…');
    await there.getByRole('textbox', { name: 'Name of the new mailbox' }).fill('Again');
    await click('Import');
    await there.getByText(/^4 messages imported/).waitFor();
    expect(await mailOf(client, 'Again')).toEqual(before);
    expect(await readdir(join(ours.data, 'transfer')).catch(() => [])).toEqual([]);
    expect(remote.violations).toEqual([]);
    await remote.close();
  });

  it('comes from another server with folders, dates and flags', async () => {
    const old = await startTestServer();
    try {
      await fill(old);
      await fromServer(old.port, 'not his password');
      await seen(/does not let olaf in/);
      await press('Close');
      await fromServer(old.port, OLAF.password);
      await seen(/^2 messages imported/);
      const client = await ours.client();
      expect(await mailOf(client, 'Projects/2019')).toEqual([
        { flags: '\\Flagged \\Seen', date: '4-Mar-2019 05:06:07 +0000', text: message(0) },
        { flags: '\\Flagged \\Seen', date: '4-Mar-2019 05:06:08 +0000', text: message(1) },
      ]);
    } finally {
      await old.stop();
    }
  });

  it('leaves whole messages when it is cancelled', async () => {
    const path = await putMbox(20_000, 8_000);
    await importFile(path, 'Long');
    await seen(/of the files read/);
    await press('Cancel import');
    await seen(/^It was cancelled/);
    const text = await page.getByText(/messages? imported/).innerText();
    const came = Number(text.replaceAll(',', '').split(' ')[0]);
    expect(came).toBeLessThan(20_000);
    const client = await ours.client();
    const status = await client.ok('STATUS Long (MESSAGES)');
    expect(status.untagged.join('\n')).toContain(`MESSAGES ${came})`);
  });

  it('goes on when its dialog is closed, and is found in the list to be cancelled: nobody would know of it', async () => {
    const silent = await startFakeImapServer(() => ({ status: 'silent' }));
    try {
      await fromServer(silent.port, OLAF.password);
      await press('Go on in the background');
      const list = page.getByRole('grid', { name: 'Mail jobs' });
      await list.getByRole('row', { name: /Running/ }).dblclick();
      await press('Cancel import');
      await seen(/^It was cancelled/);
      await page.keyboard.press('Escape');
      await list.getByRole('row', { name: /Cancelled/ }).waitFor();
    } finally {
      silent.close();
    }
  });

  it('that was begun elsewhere is seen at once', async () => {
    const source = { kind: 'path', path: await putMbox(1, 100) } as const;
    const reply = await ours.server.admin.call('mail.import', {
      ...{ user: OLAF.name, mailbox: 'INBOX', source, skipDuplicates: false },
    });
    expect(reply.ok).toBe(true);
    await page
      .getByRole('grid', { name: 'Mail jobs' })
      .getByRole('row', { name: /^olaf Import Done/ })
      .waitFor();
  });

  it('is refused in words that stand at the path', async () => {
    await importFile(join(folder, 'not there.mbox'), 'Old');
    await seen(/not there\.mbox: there is no such file or folder/);
  });

  it('can be moved by people who do not see or use no mouse: axe finds nothing serious in any dialog', async () => {
    const findings: Record<string, string[]> = {};
    await page.keyboard.press('Alt+m');
    await page.getByRole('menuitem').first().waitFor();
    findings['menu'] = await seriousFindings(page);
    await page.keyboard.press('Escape');
    for (const letter of ['i', 's', 'e']) {
      await mailMenu(letter);
      findings[letter] = await seriousFindings(page);
      await page.keyboard.press('Escape');
    }
    const path = join(folder, 'broken.mbox');
    await writeFile(path, `From a@example.org Thu Aug 22 11:26:25 2002\r\nSubject: \0\r\n\r\n`);
    await importFile(path, 'Broken');
    await seen('1 skipped:');
    findings['outcome'] = await seriousFindings(page);
    await page.keyboard.press('Escape');
    findings['list'] = await seriousFindings(page);
    expect(Object.entries(findings).filter(([, found]) => found.length > 0)).toEqual([]);
  });
});

const message = (number: number) => `From: a@example.org\r\nSubject: ${number}\r\n\r\nText\r\n`;

/** Mail of olaf's on the server from which people move. */
async function fill({ server }: TestServer): Promise<void> {
  const account = await server.store.account(server.directory.find(OLAF.name)!.accountId);
  await account.create('Projects/2019');
  const flags = ['\\Seen', '\\Flagged'];
  const at = (number: number) => ({ time: Date.UTC(2019, 2, 4, 5, 6, 7 + number), zone: 0 });
  const messages = [0, 1].map((number) => ({ bytes: Buffer.from(message(number)), flags, internalDate: at(number) }));
  await account.append('Projects/2019', messages);
}

/** What is in a mailbox, as a client reads it. */
async function mailOf(client: RawImap, mailbox: string) {
  await client.ok(`EXAMINE "${mailbox}"`);
  const replies = fetchReplies(await client.ok('FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])'));
  return replies.map(({ items }) => ({
    flags: flagsOf(items.get('FLAGS')),
    date: items.get('INTERNALDATE')?.trim(),
    text: items.get('BODY[]'),
  }));
}

function flagsOf(list = ''): string {
  const flags = list.replaceAll(/[()]/g, '').split(' ');
  return flags
    .filter((flag) => flag !== '\\Recent')
    .sort()
    .join(' ');
}
