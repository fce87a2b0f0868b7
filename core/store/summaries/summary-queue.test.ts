import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestStore, temporaryFolder, textMessage } from '../testing/test-store.ts';
import { ViewsDatabase } from './views-database.ts';

describe('summaries of new messages', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const missing = (blobs: number[]) => {
    const views = ViewsDatabase.forReading(join(folder.path, 'anna'));
    const left = views ? [...views.missing(blobs)] : blobs;
    views?.close();
    return left;
  };

  it('are made in the background, and after the next start when the program ended first', async () => {
    const store = await openTestStore(folder.path);
    const account = await store.account('anna');
    await account.append(
      'INBOX',
      ['one', 'two'].map((text) => textMessage(text)),
    );
    // Closed before deliveries have paused for long enough.
    await store.close();
    expect(missing([1, 2])).toEqual([1, 2]);
    const again = await openTestStore(folder.path);
    await (await again.account('anna')).append('INBOX', [textMessage('three')]);
    await vi.waitFor(() => expect(missing([1, 2, 3])).toEqual([]), 5_000);
    await again.close();
  });
});
