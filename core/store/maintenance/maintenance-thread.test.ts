import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestStore, select, temporaryFolder, textMessage } from '../testing/test-store.ts';
import { MaintenanceThread } from './maintenance-thread.ts';

describe('the maintenance thread', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let thread: MaintenanceThread;
  beforeEach(() => {
    folder = temporaryFolder();
    thread = new MaintenanceThread();
  });
  afterEach(async () => {
    await thread.close();
    folder.remove();
  });

  it('checkpoints, summarises and compacts for a store in use', async () => {
    const store = await openTestStore(folder.path, { maintenance: thread });
    const account = await store.account('anna');
    await account.append(
      'INBOX',
      ['one', 'two'].map((text) => textMessage(text, ['\\Deleted'])),
    );
    const inbox = await select(account, 'INBOX');
    await inbox.expunge([1]);
    const { done, pages } = await thread.run('checkpoint', { database: join(folder.path, 'anna', 'index.db') });
    expect(pages).toBeGreaterThan(0);
    expect(done).toBe(pages);
    expect(await store.compact('anna')).toMatchObject({ segments: 1 });
    const [summary] = await inbox.summaries({ columns: inbox.state.columns, rows: [0] }, ['listedFields']);
    expect(summary?.listedFields).toContain('Subject: two');
    await store.close();
  });

  it('reports an error of a task, and goes on', async () => {
    const nowhere = { database: join(folder.path, 'nowhere', 'index.db') };
    await expect(thread.run('checkpoint', nowhere)).rejects.toThrow('unable to open');
    await expect(thread.run('checkpoint', nowhere)).rejects.toThrow('unable to open');
  });

  it('does what it was asked before it is closed, leaves nobody waiting, and takes no more', async () => {
    const asked = thread.run('forgetBlobs', { folder: folder.path, blobs: [] });
    await thread.close();
    await asked;
    await expect(thread.run('forgetBlobs', { folder: folder.path, blobs: [] })).rejects.toThrow('closed');
  });
});
