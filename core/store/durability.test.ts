import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeLimits } from '../base/limits.ts';
import type { StoredAccount } from '../mail/ports.ts';
import { checkMailStore } from './check/check-store.ts';
import type { RunningMailStore } from './mail-store.ts';
import { SimulatedDisk } from './testing/simulated-disk.ts';
import {
  contentsOf,
  everything,
  into,
  openTestStore,
  select,
  temporaryFolder,
  testClock,
  textMessage,
  uidsIn,
} from './testing/test-store.ts';

describe('what OK means', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let disk: SimulatedDisk;
  let store: RunningMailStore;
  let account: StoredAccount;

  beforeEach(async () => {
    folder = temporaryFolder();
    disk = new SimulatedDisk();
    store = await openTestStore(folder.path, { files: disk });
    account = await store.account('anna');
    await account.append(
      'INBOX',
      ['one', 'two', 'three'].map((text) => textMessage(text)),
    );
    await account.setSubscribed('Elsewhere', true); // takes the index with it, which would be flushed a moment later
    await disk.quiet();
  });
  afterEach(async () => {
    disk.release();
    await store.close();
    folder.remove();
  });

  const segment = () => join(folder.path, 'anna', 'segments', '000001.seg');
  const wal = () => join(folder.path, 'anna', 'index.db-wal');
  const flushes = (path: string) =>
    disk.events.filter((event) => event.kind === 'flush ends' && event.path === path).length;

  it('answers APPEND only after the record and the note of its index row were flushed', async () => {
    await account.append('INBOX', [textMessage('four')]);
    disk.mark('answered');
    const kinds = disk.events.filter((event) => !('path' in event) || event.path === segment()).map(({ kind }) => kind);
    expect(kinds).toEqual(['write', 'write', 'flush begins', 'flush ends', 'mark']);
  });

  it('answers an APPEND of many messages only after the index was flushed too: a note of them all would be long', async () => {
    await account.append(
      'INBOX',
      Array.from({ length: storeLimits.notedMessages + 1 }, (_, i) => textMessage(`${i}`)),
    );
    expect([flushes(segment()), flushes(wal())]).toEqual([1, 1]);
  });

  it('flushes the index within a moment after an APPEND: recovery must not have to read many notes', async () => {
    await account.append('INBOX', [textMessage('four')]);
    expect(flushes(wal())).toBe(0);
    await disk.seen('flush begins', wal());
  });

  it.each([
    ['COPY', async () => (await select(account, 'INBOX')).copy([1], into('Sent'))],
    ['MOVE', async () => (await select(account, 'INBOX')).move([1], into('Sent'))],
    ['CREATE', () => account.create('New')],
    ['DELETE', () => account.delete('Sent')],
    ['RENAME', () => account.rename('Sent', 'Gone')],
    ['SUBSCRIBE', () => account.setSubscribed('Nowhere', true)],
  ])('answers %s only after the index was flushed', async (_, change) => {
    const release = disk.hold();
    let answered = false;
    const changed = change().then(() => {
      answered = true;
    });
    await disk.seen('flush begins', wal());
    expect(answered).toBe(false);
    release();
    await changed;
    expect(flushes(wal())).toBeGreaterThan(0);
  });

  it('shows nobody what a power cut could still undo', async () => {
    let changes = 0;
    const inbox = await select(account, 'INBOX', () => changes++);
    const { highestModseq, uidNext } = inbox.state;
    const release = disk.hold();
    const appended = account.append('INBOX', [textMessage('four')]);
    await disk.seen('flush begins', segment());
    // A flag change comes after the append, and is seen before it.
    await inbox.storeFlags([1], { mode: 'add', flags: ['\\Seen'] });
    expect(uidsIn(inbox)).toEqual([1, 2, 3]);
    expect({ uidNext: inbox.state.uidNext, highestModseq: inbox.state.highestModseq }).toEqual({
      uidNext,
      highestModseq,
    });
    expect(changes).toBe(1);
    release();
    await appended;
    expect(uidsIn(inbox)).toEqual([1, 2, 3, 4]);
    expect(inbox.state.highestModseq).toBe(highestModseq + 2);
    expect(changes).toBe(2);
  });

  it('lets a SELECT in the middle of an APPEND wait rather than see it early or twice', async () => {
    const release = disk.hold();
    const appended = account.append('Sent', [textMessage('four')]);
    await disk.seen('flush begins', segment());
    let selected = false;
    const sent = select(account, 'Sent').then((mailbox) => {
      selected = true;
      return mailbox;
    });
    await sleep(10);
    expect(selected).toBe(false);
    release();
    await appended;
    expect(uidsIn(await sent)).toEqual([1]);
    expect((await account.status('Sent')).messages).toBe(1);
  });

  it('shares one flush among sessions that wait at the same time', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => account.append('INBOX', [textMessage(`${i}`)])));
    expect(flushes(segment())).toBeLessThan(6);
    const inbox = await select(account, 'INBOX');
    expect(new Set((await contentsOf(inbox)).values()).size).toBe(53);
  });

  it('answers a flag change without a flush, and flushes it within a second', async () => {
    const inbox = await select(account, 'INBOX');
    await inbox.storeFlags([2], { mode: 'add', flags: ['\\Seen'] });
    expect(flushes(wal())).toBe(0);
    await sleep(900);
    expect(flushes(wal())).toBe(1);
  });

  it('refuses an APPEND when the disk is full, leaves nothing of it, and goes on when there is room', async () => {
    disk.fault = (operation, path) => {
      if (operation === 'write' && path === segment()) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    };
    const before = await everything(account);
    await expect(account.append('INBOX', [textMessage('four')])).rejects.toMatchObject({
      name: 'Refused',
      code: 'UNAVAILABLE',
      message: expect.stringContaining('full'),
    });
    expect(await everything(account)).toEqual(before);
    disk.fault = () => {};
    expect((await account.append('INBOX', [textMessage('five')])).uids).toEqual([4]);
    expect((await everything(account))['INBOX']![4]).toContain('five');
  });

  it('flushes the index instead when there is no room left for a note', async () => {
    let writes = 0;
    disk.fault = (operation, path) => {
      const full = operation === 'write' && path === segment() && ++writes > 1;
      if (full) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    };
    expect((await account.append('INBOX', [textMessage('four')])).uids).toEqual([4]);
    expect([flushes(segment()), flushes(wal())]).toEqual([1, 1]);
    disk.fault = () => {};
    expect((await account.append('INBOX', [textMessage('five')])).uids).toEqual([5]);
  });

  it.each([
    ['a segment', segment, () => account.append('INBOX', [textMessage('four')])],
    ['the index', wal, () => account.create('New')],
  ])('promises nothing more once a flush of %s has failed, and still reads', async (_, path, change) => {
    disk.fault = (operation, failing) => {
      if (operation === 'flush' && failing === path()) throw Object.assign(new Error('bad disk'), { code: 'EIO' });
    };
    const inbox = await select(account, 'INBOX');
    await expect(change()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    disk.fault = () => {};
    // The system reports a failed flush once; the next one would succeed without having written anything.
    await expect(account.append('INBOX', [textMessage('five')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(inbox.copy([1], into('Sent'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(inbox.storeFlags([1], { mode: 'add', flags: ['x'] })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect([...(await contentsOf(inbox)).keys()]).toEqual([1, 2, 3]);
    await store.close();
    store = await openTestStore(folder.path);
    account = await store.account('anna');
    expect((await everything(account))['INBOX']).toMatchObject({ 1: expect.stringContaining('one') });
    const [uid] = (await account.append('INBOX', [textMessage('six')])).uids;
    expect((await everything(account))['INBOX']![uid!]).toContain('six');
  });
});

describe('changes that meet each other before they are durable', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let disk: SimulatedDisk;
  let store: RunningMailStore;
  let account: StoredAccount;

  beforeEach(async () => {
    folder = temporaryFolder();
    disk = new SimulatedDisk();
    store = await openTestStore(folder.path, { files: disk });
    account = await store.account('anna');
    await account.append(
      'INBOX',
      ['one', 'two', 'three'].map((text) => textMessage(text, ['\\Deleted'])),
    );
    await account.setSubscribed('Elsewhere', true); // takes the index with it, which would be flushed a moment later
    await disk.quiet();
  });
  afterEach(async () => {
    disk.release();
    await store.close();
    folder.remove();
  });

  /** The first change after `hold` is in the index, and waits for its flush. */
  const committed = () => disk.seen('flush begins', join(folder.path, 'anna', 'index.db-wal'));
  const appended = () => disk.seen('flush begins', join(folder.path, 'anna', 'segments', '000001.seg'));

  it('lets two sessions expunge the same message once', async () => {
    const [first, second] = [await select(account, 'INBOX'), await select(account, 'INBOX')];
    const release = disk.hold();
    const expunged = first.expunge([1, 2]);
    await committed();
    const again = second.expunge([2, 3]);
    await sleep(5);
    release();
    expect(Array.from(await expunged)).toEqual([1, 2]);
    expect(Array.from(await again)).toEqual([3]);
    expect(second.state.count).toBe(0);
  });

  it('neither flags nor copies a message that is about to leave', async () => {
    const inbox = await select(account, 'INBOX');
    const release = disk.hold();
    const expunged = inbox.expunge([1]);
    await committed();
    expect(await inbox.storeFlags([1], { mode: 'add', flags: ['x'] })).toEqual({ modseq: undefined, modified: [] });
    const copied = inbox.copy([1, 2], into('Sent'));
    release();
    await expunged;
    expect((await copied).sourceUids).toEqual([2]);
    expect((await account.status('Sent')).messages).toBe(1);
  });

  it('deletes a mailbox under an APPEND that was committed, and refuses one that was not', async () => {
    const sent = await select(account, 'Sent');
    const release = disk.hold();
    const early = account.append('Sent', [textMessage('x')]);
    await appended();
    const deleted = account.delete('Sent');
    await expect(account.append('Sent', [textMessage('y')])).rejects.toMatchObject({ code: 'NONEXISTENT' });
    const made = account.create('Sent');
    await sleep(1);
    const anew = account.append('Sent', [textMessage('z')]);
    release();
    expect((await early).uids).toEqual([1]);
    await deleted;
    expect(sent.state).toMatchObject({ deleted: true, count: 0 });
    await made;
    expect((await anew).uidValidity).toBeGreaterThan((await early).uidValidity);
    expect((await account.status('Sent')).messages).toBe(1);
  });

  it('leaves nothing of an APPEND whose mailbox went away before its commit', async () => {
    const appended = account.append('Sent', [textMessage('x')]);
    await Promise.all([expect(appended).rejects.toMatchObject({ code: 'NONEXISTENT' }), account.delete('Sent')]);
    await store.close();
    const { findings } = await checkMailStore({ folder: folder.path, clock: testClock, repair: false });
    expect(findings).toEqual([]);
  });

  it('delivers into a mailbox that is renamed meanwhile', async () => {
    const sent = await select(account, 'Sent');
    const release = disk.hold();
    const appended = account.append('Sent', [textMessage('x')]);
    const renamed = account.rename('Sent', 'Posted');
    expect(account.find('Sent')).toBeDefined();
    release();
    await Promise.all([appended, renamed]);
    expect(sent.state.entry.name).toBe('Posted');
    expect(uidsIn(sent)).toEqual([1]);
  });

  it('moves mail out of INBOX while more comes in', async () => {
    const inbox = await select(account, 'INBOX');
    const release = disk.hold();
    const early = account.append('INBOX', [textMessage('early')]);
    await appended();
    const renamed = account.rename('INBOX', 'Old');
    const late = account.append('INBOX', [textMessage('late')]);
    release();
    await Promise.all([early, renamed, late]);
    expect(uidsIn(inbox)).toEqual([5]);
    expect(uidsIn(await select(account, 'Old'))).toEqual([1, 2, 3, 4]);
  });
});
