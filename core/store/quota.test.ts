import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quotaLimits } from '../base/limits.ts';
import type { QuotaLimits, StoredAccount } from '../mail/ports.ts';
import { checkMailStore } from './check/check-store.ts';
import type { RunningMailStore } from './mail-store.ts';
import { copyFolder } from './testing/simulated-disk.ts';
import { into, openTestStore, select, temporaryFolder, testClock, textMessage } from './testing/test-store.ts';

const NO_LIMIT: QuotaLimits = { octets: undefined, messages: undefined };
const ten = { bytes: Buffer.alloc(10, 'x'), flags: ['\\Deleted'] };

describe('a quota', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let store: RunningMailStore;
  let anna: StoredAccount;
  let bert: StoredAccount;
  const limits = new Map<string, QuotaLimits>();
  const path = (name: string) => join(folder.path, name);
  const open = async (name: string) => {
    store = await openTestStore(path(name), { quotaOf: (id) => limits.get(id) ?? NO_LIMIT });
    [anna, bert] = await Promise.all([store.account('anna'), store.account('bert')]);
  };

  beforeEach(async () => {
    folder = temporaryFolder();
    limits.clear();
    await open('live');
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  it('refuses what does not fit, whole, and says how full it is', async () => {
    limits.set('anna', { octets: 25, messages: undefined });
    await anna.append('INBOX', [ten]);
    await expect(anna.append('INBOX', [ten, ten])).rejects.toMatchObject({
      code: 'OVERQUOTA',
      message: expect.stringContaining('10 octets of 25 octets are in use, and this takes 20 octets'),
    });
    expect(anna.usage).toEqual({ octets: 10, messages: 1 });
    expect((await anna.status('INBOX')).messages).toBe(1);
    limits.set('anna', { octets: undefined, messages: 1 });
    await expect(anna.append('INBOX', [ten])).rejects.toMatchObject({
      code: 'OVERQUOTA',
      message: expect.stringContaining('1 of 1 messages are there, and this adds 1'),
    });
  });

  it('is not slipped under by many sessions that add the last message at once', async () => {
    limits.set('anna', { octets: 75, messages: undefined });
    await anna.append('INBOX', [ten]);
    const inbox = await select(anna, 'INBOX');
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 10 }, () => anna.append('INBOX', [ten])),
      ...Array.from({ length: 10 }, () => inbox.copy([1], into('Sent'))),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'OVERQUOTA' });
    }
    expect(anna.usage).toEqual({ octets: 70, messages: 7 });
    const counts = await Promise.all(['INBOX', 'Sent'].map(async (name) => (await anna.status(name)).messages));
    expect(counts[0]! + counts[1]!).toBe(7);
  });

  it('takes nothing of the disk for good when it refuses at the last moment', async () => {
    limits.set('anna', { octets: 15, messages: undefined });
    const large = { bytes: Buffer.alloc(15, 'x'), flags: [] };
    const outcomes = await Promise.allSettled([anna.append('INBOX', [large]), anna.append('INBOX', [large])]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await store.compact('anna')).octets).toBeGreaterThan(0);
    await store.close();
    const { findings } = await checkMailStore({ folder: path('live'), clock: testClock, repair: false });
    expect(findings).toEqual([]);
    await open('live');
  });

  it('lets a full account be emptied by way of its Trash, and does not let the Trash grow without end', async () => {
    await anna.append('INBOX', [ten, ten]);
    limits.set('anna', { octets: 5, messages: 1 });
    const inbox = await select(anna, 'INBOX');
    expect((await inbox.copy([1, 2], into('Trash'))).sourceUids).toEqual([1, 2]);
    await expect(inbox.copy([1], into('Sent'))).rejects.toMatchObject({ code: 'OVERQUOTA' });
    await expect(anna.append('Trash', [ten])).rejects.toMatchObject({ code: 'OVERQUOTA' });
    const copies = Array.from({ length: quotaLimits.trashMessages }, () => inbox.copy([1, 2], into('Trash')));
    const refused = (await Promise.allSettled(copies)).filter(({ status }) => status === 'rejected');
    expect(anna.usage.messages).toBeLessThanOrEqual(quotaLimits.trashMessages + 1);
    expect(refused.length).toBeGreaterThan(quotaLimits.trashMessages / 2 - 5);
  });

  it('lets mail be moved inside a full account, and counts it once', async () => {
    await anna.append('INBOX', [ten, ten]);
    limits.set('anna', { octets: 5, messages: 1 });
    const inbox = await select(anna, 'INBOX');
    await expect(inbox.copy([1], into('Sent'))).rejects.toMatchObject({ code: 'OVERQUOTA' });
    expect((await inbox.move([1], into('Trash'))).sourceUids).toEqual([1]);
    expect(anna.usage).toEqual({ octets: 20, messages: 2 });
    await inbox.expunge([2]);
    await anna.delete('Trash');
    expect(anna.usage).toEqual({ octets: 0, messages: 0 });
  });

  it('is that of the account copied into, and a refused move leaves everything usable where it was', async () => {
    await anna.append('INBOX', [ten, ten]);
    limits.set('anna', { octets: 0, messages: 0 });
    limits.set('bert', { octets: 15, messages: undefined });
    const inbox = await select(anna, 'INBOX');
    const target = { account: bert, name: 'INBOX', keepDateAndFlags: true };
    await expect(inbox.move([1, 2], target)).rejects.toMatchObject({ code: 'OVERQUOTA' });
    expect([anna.usage.messages, bert.usage.messages]).toEqual([2, 0]);
    const { modseq } = await inbox.storeFlags([1, 2], { mode: 'add', flags: ['kept'] });
    expect(modseq).toBeDefined();
    expect((await inbox.move([2], target)).sourceUids).toEqual([2]);
    expect([anna.usage, bert.usage]).toEqual([
      { octets: 10, messages: 1 },
      { octets: 10, messages: 1 },
    ]);
  });

  it('is counted the same after a restart, a killed process and a repair', async () => {
    await anna.append('INBOX', [ten, ten, textMessage('three')]);
    const usage = anna.usage;
    copyFolder(path('live'), path('killed'));
    await store.close();
    await checkMailStore({ folder: path('killed'), clock: testClock, repair: true });
    for (const name of ['live', 'killed']) {
      await open(name);
      expect(anna.usage).toEqual(usage);
      await store.close();
    }
    await open('live');
  });
});
