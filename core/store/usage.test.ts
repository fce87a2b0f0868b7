import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openTestStore, select, temporaryFolder, textMessage } from './testing/test-store.ts';

let folder: string;

beforeEach(() => {
  const { path, remove } = temporaryFolder();
  folder = path;
  onTestFinished(remove);
});

const accountId = 'abcdefgh';
const one = textMessage('one');

async function filled() {
  const store = await openTestStore(folder);
  const account = await store.account(accountId);
  await account.append('INBOX', [one, one]);
  return store;
}

describe('what an account holds', () => {
  it('is told of one that is open, one at rest and one that has nothing yet, and none is opened for it', async () => {
    const first = await filled();
    const usage = { octets: 2 * one.bytes.length, messages: 2 };
    expect(await first.usage(accountId)).toEqual(usage);
    await first.close();

    const store = await openTestStore(folder);
    onTestFinished(() => store.close());
    const files = readdirSync(join(folder, accountId));
    expect(await store.usage(accountId)).toEqual(usage);
    expect(await store.usage('nobodys0')).toEqual({ octets: 0, messages: 0 });
    expect(readdirSync(join(folder, accountId))).toEqual(files);
    expect(existsSync(join(folder, 'nobodys0'))).toBe(false);

    const account = await store.account(accountId);
    await account.append('INBOX', [one]);
    expect((await store.usage(accountId))?.messages).toBe(3);
  });

  it('is not guessed of one that was not closed in order', async () => {
    const first = await filled();
    cpSync(join(folder, accountId), join(folder, 'copy0000'), { recursive: true });
    await first.close();
    const store = await openTestStore(folder);
    onTestFinished(() => store.close());
    expect(await store.usage('copy0000')).toBeUndefined();
  });
});

describe('levels of a quota', () => {
  it('are told once each, again after messages went, and when something did not fit any more', async () => {
    const told: number[] = [];
    const store = await openTestStore(folder, {
      quotaOf: () => ({ octets: undefined, messages: 10 }),
      onQuotaLevel: (account, percent) => void (account === accountId && told.push(percent)),
    });
    onTestFinished(() => store.close());
    const account = await store.account(accountId);
    const add = (count: number) => account.append('INBOX', Array(count).fill(one));
    await add(7);
    expect(told).toEqual([]);
    await add(1);
    await add(1);
    expect(told).toEqual([80, 90]);
    await expect(add(2)).rejects.toMatchObject({ code: 'OVERQUOTA' });
    await expect(add(2)).rejects.toMatchObject({ code: 'OVERQUOTA' });
    expect(told).toEqual([80, 90, 100]);

    const inbox = await select(account, 'INBOX');
    await inbox.storeFlags([1, 2, 3], { mode: 'add', flags: ['\\Deleted'] });
    await inbox.expunge([1, 2, 3]);
    inbox.close();
    await add(4);
    expect(told).toEqual([80, 90, 100, 100]);
  });
});
