import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Activity, Pace } from '../../base/activity.ts';
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

  it('wait while somebody waits, in whatever account, and an account that is closed keeps no other waiting', async () => {
    const activity = new Activity();
    const pace = new Pace(activity, { patience: 60_000, pause: 0, recent: 0 });
    const [closing, open] = [new AbortController(), new AbortController()];
    const done: string[] = [];
    const piece = (name: string, { signal }: AbortController) => pace.doInTurn(async () => done.push(name), signal);
    activity.begin();
    const all = [piece('a', open), piece('closed', closing), piece('b', open)];
    closing.abort();
    await setImmediate();
    expect(done).toEqual([]);
    activity.end();
    await Promise.allSettled(all);
    expect(done).toEqual(['a', 'b']);
  });
});
