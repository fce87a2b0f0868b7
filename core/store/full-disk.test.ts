import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { storeLimits } from '../base/limits.ts';
import { checkMailStore } from './check/check-store.ts';
import { Database } from './index/database.ts';
import { copyFolder } from './testing/simulated-disk.ts';
import { mountSmallDisk, type SmallDisk } from './testing/small-disk.ts';
import { everything, openTestStore, select, testClock, textMessage } from './testing/test-store.ts';

const MiB = 1024 * 1024;
const probed = mountSmallDisk('tmpfs', MiB);
probed?.remove();
const where = probed === undefined ? ' (not tried here: only root can mount a disk, on Linux)' : '';

function smallDisk(kind: Parameters<typeof mountSmallDisk>[0], octets: number): SmallDisk {
  const disk = mountSmallDisk(kind, octets)!;
  onTestFinished(() => disk.remove());
  return disk;
}

async function withMail(folder: string): Promise<void> {
  const store = await openTestStore(folder);
  for (const one of ['anna', 'bert']) await (await store.account(one)).append('INBOX', [textMessage(`of ${one}`)]);
  await store.close();
}

describe.skipIf(probed === undefined)(`a real disk${where}`, () => {
  it('that is full is read from, tells so once, and is written to again when there is room; a check finds nothing', async () => {
    const disk = smallDisk('tmpfs', 12 * MiB);
    const folder = join(disk.path, 'mail');
    await withMail(folder);
    disk.fill();
    const check = (repair: boolean) => checkMailStore({ folder, clock: testClock, repair });
    expect(await check(false)).toMatchObject({ messages: 2, findings: [] });
    await expect(check(true)).rejects.toThrow('disk that holds the mail is full');
    const told: (string | undefined)[] = [];
    const store = await openTestStore(folder, { reopenAfter: 10, onDisk: (fault) => told.push(fault) });
    for (const one of ['anna', 'bert']) {
      const account = await store.account(one);
      expect(Object.values((await everything(account))['INBOX']!)).toEqual([expect.stringContaining(`of ${one}`)]);
      await expect(account.append('INBOX', [textMessage('x')])).rejects.toThrow('disk that holds the mail is full');
      await expect(store.compact(one)).rejects.toThrow(/cannot be given back now.*is full/);
    }
    await expect(store.account('carl')).rejects.toThrow('disk that holds the mail is full');
    expect(told).toEqual(['full']);
    disk.makeRoom();
    await vi.waitFor(() => expect(told).toEqual(['full', undefined]));
    for (const one of ['anna', 'bert', 'carl']) await (await store.account(one)).append('INBOX', [textMessage('y')]);
    await store.close();
    expect(await check(false)).toMatchObject({ messages: 5, findings: [] });
  });

  it('that is read-only shows also what an unclean end has left in the log alone, and changes no file', async () => {
    const disk = smallDisk('tmpfs', 12 * MiB);
    const folder = join(disk.path, 'mail');
    await withMail(join(disk.path, 'live'));
    const live = await openTestStore(join(disk.path, 'live'));
    const account = await live.account('anna');
    await account.append('INBOX', [textMessage('only in the log')]);
    copyFolder(join(disk.path, 'live'), folder);
    await live.close();
    disk.setReadOnly();
    const log = readFileSync(join(folder, 'anna', 'index.db-wal'));
    const store = await openTestStore(folder);
    const read = await store.account('anna');
    expect(Object.values((await everything(read))['INBOX']!).join()).toContain('only in the log');
    const inbox = await select(read, 'INBOX');
    expect(inbox.readOnly).toBe(true);
    const all = { columns: inbox.state.columns, rows: [0, 1] };
    const found = await inbox.matching(all, { kind: 'body', value: 'in the log' });
    expect(Array.from(found)).toEqual([1]);
    await expect(inbox.storeFlags([1], { mode: 'add', flags: ['\\Seen'] })).rejects.toThrow('cannot be written to');
    inbox.close();
    await store.close();
    expect(readFileSync(join(folder, 'anna', 'index.db-wal'))).toEqual(log);
  });

  it('with small blocks has them all for what SQLite maps into memory: touching a missing one ended the process', async () => {
    const disk = smallDisk('ext4 with blocks of 1 KiB', 16 * MiB);
    const path = join(disk.path, 'x.db');
    const database = new Database(path);
    onTestFinished(() => database.close());
    const { blocks, size } = statSync(`${path}-shm`);
    expect([blocks * 512 >= size, size]).toEqual([true, storeLimits.sharedMemoryAhead]);
    database.exec('CREATE TABLE t (a)');
    const other = new Database(path, { readOnly: true });
    expect(other.prepare('SELECT count(*) FROM t').get()).toEqual([0]);
    other.close();
    disk.fill();
    expect(() => new Database(join(disk.path, 'y.db'))).toThrow('no room');
  });
});
