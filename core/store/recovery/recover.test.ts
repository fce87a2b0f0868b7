import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkMailStore } from '../check/check-store.ts';
import { copyFolder } from '../testing/simulated-disk.ts';
import { everything, openTestStore, select, temporaryFolder, testClock, textMessage } from '../testing/test-store.ts';

describe('recovery after a killed process', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const path = (name: string) => join(folder.path, name);
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  /** Does some things and returns with what a kill would leave in the folder `left`. */
  async function kill(): Promise<void> {
    const store = await openTestStore(path('live'));
    const account = await store.account('anna');
    await account.append(
      'INBOX',
      ['one', 'two'].map((text) => textMessage(text)),
    );
    const inbox = await select(account, 'INBOX');
    await account.append(
      'INBOX',
      ['three', 'four'].map((text) => textMessage(text)),
    );
    // One modseq for messages of both.
    await inbox.storeFlags([1, 2, 3, 4], { mode: 'add', flags: ['\\Seen'] });
    copyFolder(path('live'), path('left'));
    await store.close();
  }
  const check = (repair: boolean) => checkMailStore({ folder: path('left'), clock: testClock, repair });
  const segment = () => join(path('left'), 'anna/segments/000001.seg');
  const reopened = async () => {
    const store = await openTestStore(path('left'));
    const all = await everything(await store.account('anna'));
    await store.close();
    return Object.keys(all['INBOX']!);
  };

  it('leaves nothing that check would complain of', async () => {
    await kill();
    expect((await check(false)).findings).toMatchObject([{ what: expect.stringContaining('not closed in order') }]);
    expect(await reopened()).toEqual(['1', '2', '3', '4']);
    expect((await check(false)).findings).toEqual([]);
  });

  it('loses nothing of an account that an older version left, which had no ledger of segments', async () => {
    await kill();
    const database = new DatabaseSync(join(path('left'), 'anna/index.db'));
    database.exec('DROP TABLE segment; PRAGMA user_version = 3');
    database.close();
    expect(await reopened()).toEqual(['1', '2', '3', '4']);
    expect((await check(false)).findings).toEqual([]);
    const store = await openTestStore(path('left'));
    expect(await store.compact('anna')).toEqual({ segments: 0, octets: 0 });
    await store.close();
  });

  it('lets check with repair do the same', async () => {
    await kill();
    await check(true);
    expect((await check(false)).findings).toEqual([]);
    expect(await reopened()).toEqual(['1', '2', '3', '4']);
  });

  it('takes no message that was promised for one that was under way, only because its neighbour is damaged', async () => {
    await kill();
    const bytes = readFileSync(segment());
    bytes[bytes.indexOf('two\r\n\r\ntwo')] = 0;
    writeFileSync(segment(), bytes);
    expect(await reopened()).toEqual(['1', '2', '3', '4']);
    expect((await check(false)).findings).toMatchObject([
      { what: expect.stringContaining('message 2 of INBOX is damaged') },
    ]);
  });
});
