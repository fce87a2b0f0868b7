import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../base/logger.ts';
import { silentLogger } from '../base/logger.ts';
import type { RunningMailStore } from './mail-store.ts';
import { openTestStore, select, temporaryFolder, textMessage } from './testing/test-store.ts';

describe('summaries and search index', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let warnings: string[];
  let store: RunningMailStore;
  const logger: Logger = { ...silentLogger, warn: (_, message) => void warnings.push(message) };
  const path = (name: string) => join(folder.path, 'anna', name);
  const open = async () => {
    store = await openTestStore(folder.path, { logger });
    return store.account('anna');
  };

  beforeEach(() => {
    folder = temporaryFolder();
    warnings = [];
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  /** Appends some, looks at them so that summaries and the search index are made, and closes. */
  async function deliver(...texts: string[]): Promise<void> {
    const account = await open();
    await account.append(
      'INBOX',
      texts.map((text) => textMessage(text)),
    );
    await subjects(account);
    while (!existsSync(path('views.db'))) await sleep(5);
    await store.close();
  }

  async function subjects(account: Awaited<ReturnType<typeof open>>): Promise<(string | undefined)[]> {
    const inbox = await select(account, 'INBOX');
    const rows = Array.from({ length: inbox.state.count }, (_, row) => row);
    const wanted = { columns: inbox.state.columns, rows };
    const [summaries, found] = await Promise.all([
      inbox.summaries(wanted, ['envelope']),
      inbox.matching(wanted, { kind: 'header', name: 'subject', value: 'later' }),
    ]);
    inbox.close();
    const subjectOf = (summary: (typeof summaries)[number]) =>
      /[a-z]+/.exec(JSON.stringify(summary?.envelope) ?? '')?.[0];
    return [...summaries.map(subjectOf), `${found.length} later`];
  }

  it('are not taken for those of other messages when an older index is put back from a backup', async () => {
    await deliver('first');
    copyFileSync(path('index.db'), path('index.backup'));
    await deliver('second', 'third');
    copyFileSync(path('index.backup'), path('index.db'));
    for (const suffix of ['-wal', '-shm']) rmSync(path(`index.db${suffix}`), { force: true });
    rmSync(path('segments'), { recursive: true });
    warnings = [];
    // The same ids again, for other messages.
    const account = await open();
    await account.append('INBOX', [textMessage('later')]);
    expect((await subjects(account)).slice(1)).toEqual(['later', '1 later']);
    expect(warnings).toContainEqual(expect.stringContaining('made again'));
  });

  it('are kept from one opening to the next', async () => {
    await deliver('first');
    await deliver('second');
    expect(existsSync(path('views.db'))).toBe(true);
    expect(warnings).toEqual([]);
  });
});
