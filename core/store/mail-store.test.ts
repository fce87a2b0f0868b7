import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { storeLimits } from '../base/limits.ts';
import { silentLogger } from '../base/logger.ts';
import { FileHeld } from '../base/patiently.ts';
import type { StoredAccount, StoredMailbox } from '../mail/ports.ts';
import { checkMailStore } from './check/check-store.ts';
import { explainHeldDatabase } from './files/disk-errors.ts';
import type { FileLayer } from './files/file-layer.ts';
import { systemFiles } from './files/system-files.ts';
import type { RunningMailStore } from './mail-store.ts';
import { copyFolder, cutPower, SimulatedDisk } from './testing/simulated-disk.ts';
import { into, openTestStore, select, temporaryFolder, testClock, textMessage, uidsIn } from './testing/test-store.ts';

describe('the mail store, through its ports', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let store: RunningMailStore;
  let account: StoredAccount;
  let now: number;

  const open = async () => {
    store = await openTestStore(folder.path, { clock: { now: () => now } });
    account = await store.account('anna');
  };
  const reopen = async () => {
    await store.close();
    await open();
  };
  beforeEach(async () => {
    folder = temporaryFolder();
    now = testClock.now();
    await open();
  });
  afterEach(async () => {
    await store.close();
    folder.remove();
  });

  const append = (name: string, ...texts: string[]) =>
    account.append(
      name,
      texts.map((text) => textMessage(text)),
    );
  const flagsOf = ({ state }: StoredMailbox) =>
    Array.from(state.columns.flagSet.subarray(0, state.count), (id) => account.flagSets.text(id));

  it('never gives a UIDVALIDITY of more than 32 bits, whatever the clock says, nor one twice when it is right again', async () => {
    now = Date.UTC(2200, 0);
    await account.create('Far');
    now = Date.UTC(2026, 0);
    await account.create('Near');
    const [far, near] = await Promise.all(
      ['Far', 'Near'].map(async (name) => (await account.status(name)).uidValidity),
    );
    expect(near!).toBeGreaterThan(far!);
    expect(near!).toBeLessThan(2 ** 32);
  });

  it('starts an account with the mailboxes every mail client looks for, subscribed', () => {
    const names = ['INBOX', 'Archive', 'Drafts', 'Junk', 'Sent', 'Trash'];
    expect(account.mailboxes().map((entry) => entry.name)).toEqual(names);
    expect(account.find('Sent')?.specialUse).toEqual(['\\Sent']);
    expect([...account.subscriptions()].sort()).toEqual([...names].sort());
  });

  it('gives every message back as it came, octet by octet, and its date in its zone', async () => {
    const octets = Uint8Array.from({ length: 256 }, (_, i) => i);
    const contents = [
      octets,
      Buffer.from('\n'),
      Buffer.from('a\rb\nc\r\n'),
      Buffer.alloc(3_000_001, octets),
      Buffer.alloc(0),
    ];
    const internalDate = { time: Date.UTC(1999, 11, 31, 23, 59, 59), zone: -570 };
    await account.append(
      'INBOX',
      contents.map((bytes) => ({ bytes, flags: [], internalDate })),
    );
    await append('INBOX', 'now');
    for (let round = 0; round < 2; round++) {
      const inbox = await select(account, 'INBOX');
      const { state } = inbox;
      const rows = [4, 0, 3, 1, 2];
      const found = await inbox.contents({ columns: state.columns, rows });
      const same = rows.map((row, i) => Buffer.from(found[i]!).equals(contents[row]!));
      expect(same).toEqual([true, true, true, true, true]);
      expect([state.columns.internalDate[0], state.columns.zone[0]]).toEqual([internalDate.time, internalDate.zone]);
      expect([state.columns.internalDate[5], state.columns.saveDate[0]]).toEqual([now, now]);
      expect([...state.columns.size.subarray(0, 5)]).toEqual(contents.map((bytes) => bytes.length));
      await reopen();
    }
  });

  it('reads any range of a message, and less at its end', async () => {
    const bytes = Buffer.alloc(
      200_000,
      Uint8Array.from({ length: 251 }, (_, i) => i),
    );
    await account.append('INBOX', [{ bytes, flags: [] }]);
    const inbox = await select(account, 'INBOX');
    const ranges = [
      [0, 10],
      [5, 5],
      [70_000, 150_000],
      [199_990, 300_000],
      [300_000, 300_010],
      [0, 200_000],
    ] as const;
    for (const [start, end] of ranges) {
      const found = await inbox.range(inbox.state.columns, 0, start, end);
      expect(Buffer.from(found).equals(bytes.subarray(start, end))).toBe(true);
    }
  });

  it('shows every session what another one did, and calls it once it is there', async () => {
    let calls = 0;
    const mine = await select(account, 'INBOX');
    const theirs = await select(account, 'INBOX', () => calls++);
    await append('INBOX', 'one', 'two');
    expect([uidsIn(theirs), calls]).toEqual([[1, 2], 1]);
    await mine.storeFlags([1], { mode: 'add', flags: ['\\Deleted'] });
    expect([flagsOf(theirs), calls]).toEqual([['\\Deleted', ''], 2]);
    const { expungeEpoch } = theirs.state;
    await mine.expunge([1, 2]);
    expect([uidsIn(theirs), theirs.state.expungeEpoch, calls]).toEqual([[2], expungeEpoch + 1, 3]);
    theirs.close();
    theirs.close();
    await append('INBOX', 'three');
    expect(calls).toBe(3);
  });

  it('leaves messages alone that someone changed since, and keeps the modseq of those that do not change', async () => {
    await append('INBOX', 'one', 'two', 'three');
    const inbox = await select(account, 'INBOX');
    const first = (await inbox.storeFlags([1], { mode: 'add', flags: ['a'] })).modseq!;
    const { modseq, modified } = await inbox.storeFlags(
      [1, 2, 3, 9],
      { mode: 'add', flags: ['b'] },
      { unchangedSince: first - 1 },
    );
    expect(modified).toEqual([1]);
    expect([...inbox.state.columns.modseq.subarray(0, 3)]).toEqual([first, modseq, modseq]);
    expect(await inbox.storeFlags([2, 3], { mode: 'add', flags: ['B'] })).toEqual({ modseq: undefined, modified: [] });
    expect(inbox.state.highestModseq).toBe(modseq);
    expect([...inbox.state.keywords()].sort()).toEqual(['a', 'b']);
  });

  it('copies content under the same id, with a save date of its own', async () => {
    await append('INBOX', 'one');
    const inbox = await select(account, 'INBOX');
    now += 5_000;
    await inbox.copy([1], into('Archive'));
    const { columns } = (await select(account, 'Archive')).state;
    expect(columns.blob[0]).toBe(inbox.state.columns.blob[0]);
    expect([columns.saveDate[0], columns.internalDate[0]]).toEqual([now, now - 5_000]);
    await reopen();
    expect((await select(account, 'Archive')).state.columns.saveDate[0]).toBe(now);
  });

  it('gives recent messages to one session that may change the mailbox, and to all that may not', async () => {
    await append('INBOX', 'one', 'two');
    const examined = await account.select('INBOX', { readOnly: true, onChange() {} });
    expect(examined.claimRecent()).toEqual({ from: 1, to: 3 });
    expect((await account.status('INBOX')).recent).toBe(2);
    const [first, second] = [await select(account, 'INBOX'), await select(account, 'INBOX')];
    const nothing = (uid: number) => ({ from: uid, to: uid });
    expect([first.claimRecent(), second.claimRecent(), first.claimRecent()]).toEqual([
      { from: 1, to: 3 },
      nothing(3),
      nothing(3),
    ]);
    await append('INBOX', 'three');
    expect([first.claimRecent(), second.claimRecent()]).toEqual([{ from: 3, to: 4 }, nothing(4)]);
    await append('INBOX', 'four');
    expect([second.claimRecent(), first.claimRecent()]).toEqual([{ from: 4, to: 5 }, nothing(5)]);
    await reopen();
    expect((await account.status('INBOX')).recent).toBe(0);
  });

  it('counts what STATUS tells', async () => {
    await account.append('INBOX', [textMessage('a', ['\\Seen']), textMessage('bb', ['\\Deleted']), textMessage('ccc')]);
    const sizes = ['a', 'bb', 'ccc'].map((text) => textMessage(text).bytes.length);
    const expected = {
      messages: 3,
      unseen: 2,
      deleted: 1,
      size: sizes[0]! + sizes[1]! + sizes[2]!,
      deletedSize: sizes[1]!,
    };
    expect(await account.status('INBOX')).toMatchObject({ ...expected, recent: 3, uidNext: 4 });
    const inbox = await select(account, 'INBOX');
    await inbox.storeFlags([3], { mode: 'add', flags: ['\\Seen'] });
    expect(await account.status('INBOX')).toMatchObject({ ...expected, unseen: 1 });
    await inbox.expunge([1, 2, 3]);
    expect(await account.status('INBOX')).toMatchObject({ messages: 2, deleted: 0, deletedSize: 0, uidNext: 4 });
  });

  it('refuses what cannot be, with the code that tells a client why', async () => {
    const inbox = await select(account, 'INBOX');
    const codes = await Promise.all(
      [
        () => account.append('Nowhere', [textMessage('x')]),
        () => inbox.copy([1], into('Nowhere')),
        () => account.select('Nowhere', { readOnly: true, onChange() {} }),
        () => account.status('Nowhere'),
        () => account.create('Sent'),
        () => account.create('a//b'),
        () => account.create('Other', ['\\Sent']),
        () => account.create('Everything', ['\\All']),
        () => account.delete('INBOX'),
        () => account.rename('Sent', 'Trash'),
        () => account.rename('Sent', 'Sent/below'),
        () => account.rename('Nowhere', 'Somewhere'),
      ].map((attempt) =>
        attempt().then(
          () => 'done',
          (error) => error.code,
        ),
      ),
    );
    expect(codes).toEqual([
      ...Array(4).fill('NONEXISTENT'),
      ...['ALREADYEXISTS', 'CANNOT', 'USEATTR', 'USEATTR', 'CANNOT', 'ALREADYEXISTS', 'CANNOT', 'NONEXISTENT'],
    ]);
  });

  it('keeps special uses, object ids and UIDVALIDITY through a RENAME, and gives new ones to a new mailbox', async () => {
    const before = account.find('Sent')!;
    const { uidValidity } = await account.status('Sent');
    await account.rename('Sent', 'Old/Posted');
    await account.create('Sent');
    expect(account.find('Old/Posted')).toEqual({ ...before, name: 'Old/Posted' });
    expect((await account.status('Old/Posted')).uidValidity).toBe(uidValidity);
    expect(account.find('Sent')!.objectId).not.toBe(before.objectId);
    expect((await account.status('Sent')).uidValidity).toBeGreaterThan(uidValidity);
    expect(account.find('Old')).toBeDefined();
  });

  it('keeps subscriptions to names that are no mailboxes (any more)', async () => {
    await account.setSubscribed('Nowhere', true);
    await account.delete('Trash');
    await account.setSubscribed('Junk', false);
    await reopen();
    expect([...account.subscriptions()].sort()).toEqual(['Archive', 'Drafts', 'INBOX', 'Nowhere', 'Sent', 'Trash']);
  });

  it('changes 12,000 messages at once as it changes one, while others get their turn', async () => {
    const many = Array.from({ length: 12_000 }, (_, i) => i + 1);
    for (let i = 0; i < 12; i++)
      await account.append(
        'INBOX',
        Array.from({ length: 1_000 }, () => textMessage('x')),
      );
    const inbox = await select(account, 'INBOX');
    let turns = 0;
    const other = setInterval(() => turns++, 0);
    await inbox.storeFlags(
      many.filter((uid) => uid % 3),
      { mode: 'add', flags: ['odd'] },
    );
    const copied = await inbox.copy(
      many.filter((uid) => uid % 2),
      into('Archive'),
    );
    await inbox.storeFlags(many, { mode: 'add', flags: ['\\Deleted'] });
    const gone = await inbox.expunge(many.slice(0, 11_000));
    clearInterval(other);
    expect(turns).toBeGreaterThan(0);
    expect([gone.length, inbox.state.count, copied.uids.length]).toEqual([11_000, 1_000, 6_000]);
    expect(flagsOf(inbox).slice(0, 3)).toEqual(['\\Deleted', '\\Deleted odd', '\\Deleted odd']);
    const shown = { uids: uidsIn(inbox), flags: flagsOf(inbox) };
    await reopen();
    const again = await select(account, 'INBOX');
    expect({ uids: uidsIn(again), flags: flagsOf(again) }).toEqual(shown);
    expect((await account.status('Archive')).messages).toBe(6_000);
  });

  it('removes an account with all its files, and starts it anew when it is asked for again', async () => {
    await append('INBOX', 'secret');
    await store.deleteAccount('anna');
    expect(existsSync(join(folder.path, 'anna'))).toBe(false);
    account = await store.account('anna');
    expect((await account.status('INBOX')).messages).toBe(0);
  });

  it('removes an account although another program has a file of it open: later, also over restarts, and nothing comes back', async () => {
    await append('INBOX', 'secret');
    let isHeld = true;
    const files: FileLayer = {
      ...systemFiles,
      async remove(path) {
        if (isHeld && path.endsWith('anna')) throw new FileHeld(path, { code: 'EBUSY' }, 0);
        await systemFiles.remove(path);
      },
    };
    const warned: unknown[] = [];
    const logger = { ...silentLogger, warn: (_fields: object, text: string) => void warned.push(text) };
    const check = (repair: boolean) => checkMailStore({ folder: folder.path, files, clock: testClock, repair });
    await store.close();
    store = await openTestStore(folder.path, { files, logger });
    await store.account('anna');
    await store.deleteAccount('anna');
    await store.deleteAccount('anna');
    await expect(store.account('anna')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(warned).toEqual([expect.stringContaining('still on the disk')]);
    await store.close();
    expect((await check(false)).accounts).toBe(0);
    expect((await check(true)).findings).toMatchObject([{ accountId: 'anna', state: 'left' }]);
    expect(existsSync(join(folder.path, 'anna'))).toBe(true);
    isHeld = false;
    store = await openTestStore(folder.path, { files });
    account = await store.account('anna');
    expect((await account.status('INBOX')).messages).toBe(0);
    await store.close();
    expect(await check(false)).toEqual({ accounts: 1, messages: 0, findings: [] });
    await open();
  });

  it('says that another program has the index of an account, and opens it when that is over', async () => {
    await store.close();
    let isHeld = true;
    const untilFree = async ([path]: readonly string[]) => {
      // What SQLite says when it cannot open a file.
      if (isHeld)
        throw explainHeldDatabase(path!, Object.assign(new Error('unable to open'), { errcode: 14 }), 'win32');
    };
    store = await openTestStore(folder.path, { files: { ...systemFiles, untilFree } });
    await expect(store.account('anna')).rejects.toThrow(/index\.db is held open by another program/);
    isHeld = false;
    account = await store.account('anna');
    await append('INBOX', 'first');
  });

  it('tells of an index that has lost messages unnoticed by SQLite: clients take them for deleted', async () => {
    await append('INBOX', ...Array.from({ length: 300 }, (_, i) => `message ${i}`));
    await store.close();
    loseRows(join(folder.path, 'anna', 'index.db'));
    const { promise: verified, resolve } = Promise.withResolvers<string | undefined>();
    now += storeLimits.verifyEvery;
    const onVerified = (_: string, finding: string | undefined) => resolve(finding);
    store = await openTestStore(folder.path, { clock: { now: () => now }, onVerified, verifyAfter: 1 });
    const inbox = await select(await store.account('anna'), 'INBOX');
    expect(inbox.state.count).toBeLessThan(300); // nobody is told so far
    inbox.close();
    expect(await verified).toMatch(/page/);
  });

  it('puts counts right that do not fit the messages: deliveries were refused, or took a UID that is in use', async () => {
    await append('INBOX', 'one', 'two');
    await store.close();
    const database = new DatabaseSync(join(folder.path, 'anna', 'index.db'));
    database.exec("UPDATE mailbox SET uid_next = 2, highest_modseq = 1 WHERE name = 'INBOX'");
    database.exec("UPDATE fact SET value = 99 WHERE name = 'used_messages'");
    database.close();
    now += storeLimits.verifyEvery;
    const { promise: told, resolve } = Promise.withResolvers<object>();
    const logger = { ...silentLogger, warn: resolve };
    store = await openTestStore(folder.path, { clock: { now: () => now }, verifyAfter: 1, logger });
    account = await store.account('anna');
    expect(await told).toMatchObject({ counters: { INBOX: { uidNext: 3 } }, usage: { messages: 2 - 99, octets: 0 } });
    expect((await account.status('INBOX')).uidNext).toBe(3);
    expect(account.usage.messages).toBe(2);
    expect((await append('INBOX', 'three')).uids).toEqual([3]);
    await store.close();
    const { findings } = await checkMailStore({ folder: folder.path, clock: testClock, repair: false });
    expect(findings).toEqual([]);
  });

  it('verifies an index after an unclean end and once a week, and not at every login', async () => {
    const verified: (string | undefined)[] = [];
    const onVerified = (_: string, finding: string | undefined) => verified.push(finding);
    const once = async (path = folder.path) => {
      store = await openTestStore(path, { clock: { now: () => now }, onVerified, verifyAfter: 1 });
      await store.account('anna');
      await sleep(20);
    };
    for (let i = 0; i < 2; i++) {
      await store.close();
      await once();
    }
    expect(verified).toEqual([undefined]);
    const killed = temporaryFolder();
    onTestFinished(() => killed.remove());
    cpSync(folder.path, killed.path, { recursive: true }); // open, as a killed process leaves it
    await store.close();
    await once(killed.path);
    expect(verified).toEqual([undefined, undefined]);
  });

  it('closes an idle account whose disk fails at that very moment: an error that nobody took ended the server', async () => {
    await store.close();
    const failed = Promise.withResolvers<void>();
    const open: FileLayer['open'] = async (path, mode) => {
      const file = await systemFiles.open(path, mode);
      if (!path.endsWith('-wal')) return file;
      const closed = file.close.bind(file);
      const close = async () => {
        await closed();
        failed.resolve();
        throw Object.assign(new Error('i/o error'), { code: 'EIO' });
      };
      return Object.assign(file, { close });
    };
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    store = await openTestStore(folder.path, { files: { ...systemFiles, open }, accountIdle: 1, verifyAfter: 0 });
    await store.account('anna');
    await failed.promise;
    account = await store.account('anna');
    await append('INBOX', 'first');
    expect(unhandled).toEqual([]);
  });

  it('has an account whole or not at all, whenever the power fails while it is removed', async () => {
    await append('INBOX', 'secret');
    await store.close();
    const before = join(folder.path, 'before');
    const source = join(folder.path, 'source');
    copyFolder(join(folder.path, 'anna'), join(before, 'anna'));
    copyFolder(before, source);
    const disk = new SimulatedDisk();
    const first = await openTestStore(source, { files: disk });
    await first.deleteAccount('anna');
    await first.close();
    const found = new Set<number>();
    for (let count = 0; count <= disk.events.length; count += 1) {
      const target = join(folder.path, `cut-${count}`);
      const noted = disk.events.findIndex(({ kind }) => kind === 'flush folder');
      cutPower(before, target, source, disk.events.slice(0, count), () => 0.1);
      const again = await openTestStore(target);
      const { messages } = await (await again.account('anna')).status('INBOX');
      found.add(messages);
      if (count > noted) expect(messages).toBe(0);
      await again.close();
    }
    expect(found).toEqual(new Set([1, 0]));
    await open();
  });

  it('refuses what comes after an account was removed under a session', async () => {
    const inbox = await select(account, 'INBOX');
    const removed = store.deleteAccount('anna');
    // Somebody of the same name logs in at the same moment.
    const anew = store.account('anna');
    await removed;
    await expect(account.append('INBOX', [textMessage('late')])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(inbox.storeFlags([1], { mode: 'add', flags: ['x'] })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await (await anew).append('INBOX', [textMessage('first')])).uids).toEqual([1]);
  });

  it('lets no account id lead out of its folder', async () => {
    for (const id of ['../anna', 'a/b', '..', '', 'C:\\x', '.hidden'])
      await expect(store.account(id)).rejects.toThrow(RangeError);
  });
});

/** Takes the last rows off a page of an index, as a disk may: SQLite reads on as if there were no more. */
function loseRows(path: string): void {
  const file = readFileSync(path);
  const pageSize = file.readUInt16BE(16);
  const rowsOn = (page: number) => ([0x0a, 0x0d].includes(file[page]!) ? file.readUInt16BE(page + 3) : 0);
  const pages = Array.from({ length: file.length / pageSize - 1 }, (_, i) => (i + 1) * pageSize);
  const fullest = pages.toSorted((a, b) => rowsOn(b) - rowsOn(a)).slice(0, 6);
  for (const page of fullest) file.writeUInt16BE(Math.max(1, rowsOn(page) - 5), page + 3);
  writeFileSync(path, file);
}
