import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import type { MailAccount, MailStore, SelectedMailbox } from '../mail/ports.ts';
import { openMailStore } from './mail-store.ts';

describe('the mail store, through its ports', () => {
  let folder: string;
  let store: MailStore;
  let account: MailAccount;

  const open = async () => {
    store = await openMailStore({ folder, clock: systemClock, logger: silentLogger });
    account = await store.account('anna');
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mailroom-store-'));
    await open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const select = (name: string) => account.select(name, { readOnly: false, onChange() {} });
  const message = (text: string, flags: string[] = []) => ({
    bytes: Buffer.from(`Subject: ${text}\r\n\r\n${text}`),
    flags,
  });
  const texts = async (mailbox: SelectedMailbox) => {
    const { columns, count } = mailbox.state;
    const contents = await mailbox.contents({ columns, rows: Array.from({ length: count }, (_, row) => row) });
    return contents.map((bytes) => Buffer.from(bytes!).toString('latin1').split('\r\n\r\n')[1]);
  };
  const uids = (mailbox: SelectedMailbox) => Array.from(mailbox.state.columns.uid.subarray(0, mailbox.state.count));

  it('has the first mailboxes, and keeps what was appended', async () => {
    expect(account.mailboxes().map((entry) => entry.name)).toEqual([
      'INBOX',
      'Archive',
      'Drafts',
      'Junk',
      'Sent',
      'Trash',
    ]);
    const added = await account.append('INBOX', [message('one'), message('two', ['\\Seen', 'work'])]);
    expect(added.uids).toEqual([1, 2]);
    await store.close();
    await open();
    const inbox = await select('INBOX');
    expect(await texts(inbox)).toEqual(['one', 'two']);
    expect(account.flagSets.text(inbox.state.columns.flagSet[1]!)).toBe('\\Seen work');
    expect(inbox.state.keywords()).toEqual(['work']);
    expect(inbox.state.uidValidity).toBe(added.uidValidity);
  });

  it('copies, moves, flags and expunges', async () => {
    await account.append(
      'INBOX',
      ['a', 'b', 'c', 'd'].map((text) => message(text)),
    );
    const inbox = await select('INBOX');
    const trash = await select('Trash');
    expect((await inbox.copy([1, 3, 99], 'Trash')).sourceUids).toEqual([1, 3]);
    expect(await texts(trash)).toEqual(['a', 'c']);
    expect((await inbox.move([2], 'Trash')).uids).toEqual([3]);
    expect(uids(inbox)).toEqual([1, 3, 4]);
    await inbox.storeFlags([3, 4], { mode: 'add', flags: ['\\Deleted'] });
    expect(Array.from(await inbox.expunge([1, 3]))).toEqual([3]);
    expect(uids(inbox)).toEqual([1, 4]);
    await inbox.move([1], 'INBOX');
    expect(uids(inbox)).toEqual([4, 5]);
    expect(await texts(inbox)).toEqual(['d', 'a']);
    expect(inbox.state.uidNext).toBe(6);
    const status = await account.status('INBOX');
    expect(status).toMatchObject({ messages: 2, deleted: 1, unseen: 2, uidNext: 6 });
  });

  it('renames INBOX by moving its messages', async () => {
    await account.append('INBOX', [message('a')]);
    const inbox = await select('INBOX');
    await account.rename('INBOX', 'Old/2020');
    expect(inbox.state.count).toBe(0);
    expect(await texts(await select('Old/2020'))).toEqual(['a']);
    await account.rename('Old', 'Older');
    expect(account.find('Older/2020')).toBeDefined();
    await expect(account.delete('Older')).rejects.toMatchObject({ code: 'HASCHILDREN' });
    await account.delete('Older/2020');
    expect(account.find('Older/2020')).toBeUndefined();
  });
});
