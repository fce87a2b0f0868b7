import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeLimits } from '../../base/limits.ts';
import { checkMailStore } from '../check/check-store.ts';
import type { FileLayer } from '../files/file-layer.ts';
import { systemFiles } from '../files/system-files.ts';
import { copyFolder } from '../testing/simulated-disk.ts';
import {
  everything,
  into,
  openTestStore,
  select,
  temporaryFolder,
  testClock,
  textMessage,
} from '../testing/test-store.ts';
import { type Maintenance, MaintenanceInPlace } from './maintenance.ts';
import type { TaskInput, TaskName, TaskResult } from './tasks.ts';

describe('compaction', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const path = (name: string) => join(folder.path, name);
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  const segmentsOf = (store: string) => readdirSync(join(path(store), 'anna', 'segments'));
  const octetsOf = (store: string) =>
    segmentsOf(store).reduce((sum, name) => sum + statSync(join(path(store), 'anna', 'segments', name)).size, 0);

  const segmentText = () =>
    segmentsOf('live')
      .map((name) => readFileSync(join(path('live'), 'anna', 'segments', name), 'latin1'))
      .join();

  async function storeWithGaps(options: Parameters<typeof openTestStore>[1] = {}) {
    const store = await openTestStore(path('live'), options);
    const account = await store.account('anna');
    const texts = Array.from({ length: 40 }, (_, i) => `${i} `.repeat(2_000));
    await account.append(
      'INBOX',
      texts.map((text, i) => textMessage(text, i % 4 ? ['\\Deleted'] : [])),
    );
    const inbox = await select(account, 'INBOX');
    await inbox.copy([2, 3], into('Archive'));
    const before = { columns: inbox.state.columns, rows: [0, 1, 9] };
    await inbox.expunge(Array.from({ length: 40 }, (_, i) => i + 1));
    return { store, account, inbox, before };
  }

  it('gives space back and loses no message, not even for a session in the middle of reading', async () => {
    const { store, account, inbox, before } = await storeWithGaps();
    const contents = await everything(account);
    const beforehand = await inbox.contents(before);
    expect(beforehand.every(Boolean)).toBe(true);
    const compacted = await store.compact('anna');
    expect(compacted).toMatchObject({ segments: 1 });
    expect(await everything(account)).toEqual(contents);
    // The first was not expunged, the second lives on as a copy, the last is gone for good.
    const [kept, copied, gone] = await inbox.contents(before);
    expect(kept).toEqual(beforehand[0]);
    expect(copied).toEqual(beforehand[1]);
    expect(gone).toBeUndefined();
    await account.append('INBOX', [textMessage('after')]);
    const afterwards = await everything(account);
    await store.close();
    expect(octetsOf('live')).toBeLessThan(150_000);
    const again = await openTestStore(path('live'));
    expect(await everything(await again.account('anna'))).toEqual(afterwards);
    expect(await again.compact('anna')).toEqual({ segments: 0, octets: 0 });
    await again.close();
  });

  it('does not take for dead what is written to a segment and not yet in the index', async () => {
    const maintenance = new BlockingCheckpoint();
    const { store, account } = await storeWithGaps({ maintenance });
    // So many commits lead to a checkpoint, and that one keeps all others from committing until it is let go.
    const commits = Array.from({ length: storeLimits.commitsPerCheckpoint }, (_, i) =>
      account.setSubscribed(`${i}`, true),
    );
    await Promise.all([...commits, maintenance.blocked]);
    const appended = account.append('Sent', [textMessage('just written')]);
    await until(() => octetsOf('live') > 0 && segmentText().includes('just written'));
    const compacted = store.compact('anna');
    await sleep(20);
    maintenance.release();
    await Promise.all([appended, compacted]);
    expect((await everything(account))['Sent']).toEqual({ 1: expect.stringContaining('just written') });
    await store.close();
  });

  it('leaves no mess and no loss when it is interrupted at any point', async () => {
    const snapshots: string[] = [];
    let watching = false;
    const snapshot = () => {
      if (!watching) return;
      snapshots.push(`cut ${snapshots.length}`);
      copyFolder(path('live'), path(snapshots.at(-1)!));
    };
    const { store, account } = await storeWithGaps({
      maintenance: new WatchedMaintenance(snapshot),
      files: watched(snapshot),
    });
    const contents = await everything(account);
    watching = true;
    await store.compact('anna');
    snapshot();
    await store.close();
    expect(snapshots.length).toBeGreaterThanOrEqual(4);
    for (const name of snapshots) {
      const after = await openTestStore(path(name));
      expect(await everything(await after.account('anna'))).toEqual(contents);
      await after.compact('anna');
      expect(await everything(await after.account('anna'))).toEqual(contents);
      await after.close();
      expect(segmentsOf(name)).toHaveLength(1);
    }
  });

  const check = (repair: boolean) => checkMailStore({ folder: path('live'), clock: testClock, repair });

  it('leaves nothing of a copy for which there was no room, however often it is tried', async () => {
    let full = false;
    const disk = failing((what, file) => {
      if (full && what === 'write' && file.endsWith('000002.seg')) throw diskFull();
      if (full && what === 'write' && /00000[3-9]/.test(file)) throw diskFull();
    });
    const { store, account } = await storeWithGaps({ files: disk });
    const contents = await everything(account);
    full = true;
    for (let tries = 0; tries < 3; tries++)
      await expect(store.compact('anna')).rejects.toThrow('The disk that holds the mail is full');
    expect(segmentsOf('live')).toEqual(['000001.seg']);
    full = false;
    expect(await store.compact('anna')).toMatchObject({ segments: 1 });
    expect(await everything(account)).toEqual(contents);
    await store.close();
    expect(segmentsOf('live')).toHaveLength(1);
    expect((await check(false)).findings).toEqual([]);
  });

  it('gives back what is dead altogether where there is no room to copy anything', async () => {
    const disk = failing((what, file) => {
      if (what === 'write' && file.endsWith('.seg') && !file.endsWith('000001.seg')) throw diskFull();
    });
    const store = await openTestStore(path('live'), { files: disk });
    const account = await store.account('anna');
    await account.append('INBOX', [textMessage('x'.repeat(100_000), ['\\Deleted'])]);
    await (await select(account, 'INBOX')).expunge([1]);
    expect(await store.compact('anna')).toMatchObject({ segments: 1 });
    expect(segmentsOf('live')).toEqual([]);
    await store.close();
  });

  it('brings no deleted mail back where another program keeps the old file open, and removes it later', async () => {
    let held = true;
    const disk = failing((what, file) => {
      if (held && what === 'remove' && file.endsWith('000001.seg')) throw inUse();
    });
    const { store, account } = await storeWithGaps({ files: disk });
    const contents = await everything(account);
    expect(await store.compact('anna')).toMatchObject({ segments: 1 });
    expect(segmentsOf('live')).toHaveLength(2);
    await store.close();
    expect(
      (await checkMailStore({ folder: path('live'), clock: testClock, repair: true, files: disk })).findings,
    ).toEqual([]);
    expect((await check(false)).findings).toEqual([]);
    held = false;
    const again = await openTestStore(path('live'), { files: disk });
    expect(await everything(await again.account('anna'))).toEqual(contents);
    await until(() => segmentsOf('live').length === 1);
    await again.close();
  });

  it('leaves a segment with a damaged record as it is, and compacts the others', async () => {
    const { store } = await storeWithGaps();
    await store.close();
    const segment = join(path('live'), 'anna', 'segments', '000001.seg');
    const bytes = readFileSync(segment);
    bytes.fill(0, 0, 64);
    writeFileSync(segment, bytes);
    const again = await openTestStore(path('live'));
    const reopened = await again.account('anna');
    await again.compact('anna'); // closes the damaged segment
    await reopened.append(
      'INBOX',
      ['a', 'b'].map((text) => textMessage(text.repeat(50_000), ['\\Deleted'])),
    );
    const opened = await select(reopened, 'INBOX');
    await opened.expunge([opened.state.columns.uid[opened.state.count - 1]!]);
    expect(await again.compact('anna')).toMatchObject({ segments: 1 });
    expect(await again.compact('anna')).toEqual({ segments: 0, octets: 0 });
    await again.close();
    expect(segmentsOf('live')).toHaveLength(2);
    expect(statSync(segment).size).toBe(bytes.length);
  });
});

/** The disk, with a look before and after every segment that is made or removed. */
function watched(look: () => void): FileLayer {
  return {
    ...systemFiles,
    async open(file, mode) {
      if (mode === 'create') look();
      return systemFiles.open(file, mode);
    },
    async remove(file) {
      look();
      await systemFiles.remove(file);
      look();
    },
  };
}

/** The disk, on which `fail` may throw before anything is written to, or removed of, a segment. */
function failing(fail: (what: 'write' | 'remove', file: string) => void): FileLayer {
  return {
    ...systemFiles,
    async open(file, mode) {
      const opened = await systemFiles.open(file, mode);
      return {
        path: file,
        read: (into, position) => opened.read(into, position),
        flush: () => opened.flush(),
        truncate: (length) => opened.truncate(length),
        size: () => opened.size(),
        close: () => opened.close(),
        async write(pieces, position) {
          fail('write', file);
          await opened.write(pieces, position);
        },
      };
    },
    async remove(file) {
      fail('remove', file);
      await systemFiles.remove(file);
    },
  };
}

const diskFull = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
const inUse = () => Object.assign(new Error('EBUSY: resource busy or locked, unlink'), { code: 'EBUSY' });

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(1);
}

/** Says that a checkpoint has much left to do, and then takes its time for the rest. */
class BlockingCheckpoint implements Maintenance {
  readonly #tasks = new MaintenanceInPlace();
  readonly #released = Promise.withResolvers<void>();
  readonly #blocked = Promise.withResolvers<void>();
  readonly blocked = this.#blocked.promise;
  readonly release = this.#released.resolve;
  #checkpoints = 0;

  async run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    if (name === 'checkpoint' && ++this.#checkpoints === 1) return { pages: 1e6, done: 0 } as TaskResult<Name>;
    if (name === 'checkpoint') {
      this.#blocked.resolve();
      await this.#released.promise;
    }
    return this.#tasks.run(name, input);
  }

  async close(): Promise<void> {}
}

/** Calls `look` before and after every step of a compaction. */
class WatchedMaintenance implements Maintenance {
  readonly #tasks = new MaintenanceInPlace();
  readonly #look: () => void;

  constructor(look: () => void) {
    this.#look = look;
  }

  async run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    const watched = name === 'planCompaction' || name === 'forgetBlobs';
    if (watched) this.#look();
    const result = await this.#tasks.run(name, input);
    if (watched) this.#look();
    return result;
  }

  async close(): Promise<void> {}
}
