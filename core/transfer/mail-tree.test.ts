import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredAccount } from '../mail/ports.ts';
import { openTestStore, temporaryFolder } from '../store/testing/test-store.ts';
import { exportMail } from './export-mailboxes.ts';
import { importMailTree, openMailTrees } from './import-archives.ts';
import { everythingIn, Report } from './testing.ts';

let folder: ReturnType<typeof temporaryFolder>;
let store: Awaited<ReturnType<typeof openTestStore>>;
beforeAll(async () => {
  folder = temporaryFolder();
  store = await openTestStore(join(folder.path, 'store'));
});
afterAll(async () => {
  await store.close();
  folder.remove();
});

let number = 0;
let files: string;
let account: StoredAccount;
beforeEach(async () => {
  files = join(folder.path, `files${++number}`);
  account = await store.account(`account${number}`);
});

/** Makes files; names with `/` go into folders. */
async function put(named: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(named)) {
    await mkdir(dirname(join(files, name)), { recursive: true });
    await writeFile(join(files, name), text, 'latin1');
  }
}

async function brought(skipDuplicates = false): Promise<Report> {
  const report = new Report();
  const tree = await openMailTrees([files]);
  await importMailTree({ account, limit: 1_000, skipDuplicates, tree }, report);
  return report;
}

const entry = (header: string) => `From a@example.org Thu Aug 22 11:26:25 2002\n${header}\nbody\n\n`;

describe('a folder of mail', () => {
  it('is taken by the names that programs give their files, and what is no mail is named', async () => {
    await put({
      Inbox: entry('Subject: thunderbird\n'),
      'Inbox.msf': 'an index',
      'Inbox.sbd/Projekte': entry('Subject: below\n'),
      'Old.mbox/mbox': entry('Subject: apple export\n'),
      'Own.mbox/7B4C/Data/Messages/1.emlx': '18\nSubject: apple\n\nx\n',
      'Maildir/cur/1.a:2,S': 'Subject: maildir\n\nx\n',
      'Maildir/.Entw&APw-rfe.2019/cur/1.b:2,D': 'Subject: deeper\n\nx\n',
      'letters/a.eml': 'Subject: letter\n\nx\n',
      'mh/17': 'Subject: by number\n\nx\n',
      'mh/notes.txt': 'Buy: milk\n',
      'Takeout/All mail.mbox':
        entry('X-Gmail-Labels: Posteingang,Markiert\nSubject: starred\n') +
        entry('X-Gmail-Labels: Reisen/2019,Ungelesen\nSubject: labelled\n') +
        entry('X-Gmail-Labels: Gesendet\nSubject: sent\n'),
      'backup.pst': '!BDN and more',
    });
    const report = await brought();
    expect(report).toMatchObject({ messages: 11, lost: 2 });
    expect(report.told).toEqual(
      expect.arrayContaining([
        ['backup.pst', expect.stringMatching(/^is a file of Outlook/), 1],
        ['mh: notes.txt', expect.stringMatching(/^it is no mail/)],
      ]),
    );
    const { mailboxes } = await everythingIn(account);
    const subjects = Object.entries(mailboxes).map(([name, messages]) => [
      name,
      messages.map(({ text }) => /Subject: (.*)\r/.exec(text)?.[1]),
    ]);
    expect(Object.fromEntries(subjects)).toMatchObject({
      INBOX: ['thunderbird', 'starred'],
      'INBOX/Projekte': ['below'],
      Old: ['apple export'],
      Own: ['apple'],
      Maildir: ['maildir'],
      'Maildir/Entwürfe/2019': ['deeper'],
      letters: ['letter'],
      mh: ['by number'],
      'Reisen/2019': ['labelled'],
      Sent: ['sent'],
    });
    expect(mailboxes['INBOX']).toMatchObject([{ flags: [] }, { flags: ['\\Flagged', '\\Seen'] }]);
  });

  it('that an export made and that is not whole any more: what is missing is named', async () => {
    for (const name of ['Here', 'Gone']) {
      await account.create(name);
      await account.append(name, [{ bytes: Buffer.from(`Subject: ${name}\r\n\r\n`), flags: [] }]);
    }
    await exportMail({ account, mailbox: undefined, format: 'mbox', path: files }, new Report());
    await rm(join(files, 'Gone.mbox'));
    const report = await brought(true);
    expect(report.told).toEqual([
      ['Gone', 'Gone.mbox is in the list of the export, and cannot be opened', 1],
      'duplicate',
    ]);
  });

  it.each(['../a.mbox', '/etc/passwd', 'x/../../a', ''])(
    'whose list leads out of it, to %s, is not believed',
    async (path) => {
      const mailboxes = [{ name: 'x', path, messages: 1, subscribed: true }];
      await put({ 'mailroom-export.json': JSON.stringify({ version: 1, mailboxes }) });
      await expect(openMailTrees([files])).rejects.toThrow(/mailroom-export\.json is damaged/);
    },
  );

  it('gets a report that adds up: imported, there already and left out are all that is in it', async () => {
    const kinds = {
      good: () => `Subject: ${Math.random()}\n`,
      same: () => 'Subject: same\n',
      'no header': () => '\nno header\n',
      nul: () => 'Subject: n\n\0\n',
      large: () => `Subject: ${'x'.repeat(2_000)}\n`,
      gone: () => 'X-Mozilla-Status: 0008\n',
      label: () => 'X-Gmail-Labels: a\u0001/b//c\nSubject: l\n',
    } as const;
    const messages = fc.array(fc.constantFrom(...Object.values(kinds)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(messages, { minLength: 1, maxLength: 4 }), fc.boolean(), async (all, skip) => {
        await put(Object.fromEntries(all.map((one, at) => [`${at}.mbox`, one.map((make) => entry(make())).join('')])));
        const report = await brought(skip);
        expect(report.messages + report.lost + report.told.filter((one) => one === 'duplicate').length).toBe(
          all.flat().length,
        );
        await rm(files, { recursive: true });
      }),
      { numRuns: 30 },
    );
  });
});
