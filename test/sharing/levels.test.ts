import { describe, expect, it } from 'vitest';
import { PUBLIC_ACCOUNT } from '../../core/sharing/ports.ts';
import { textMessage } from '../../core/store/testing/test-store.ts';
import { Office, openMailbox, others, refusal, rights } from './office.ts';

const LEVELS = ['#users', '#users/Karen', '#users/Karen/Projects', '#public', '#public/Staff'];

async function office(faked: boolean) {
  const office = await Office.open('Karen', 'Bob', 'Ann');
  office.options.fakeInaccessibleMailboxes = faked;
  const [karen, bob] = [await office.mail('Karen'), await office.mail('Bob')];
  await karen.create('Projects/One');
  await karen.append('Projects', [textMessage('not for Bob')]);
  await office.share('Karen', 'Projects/One', 'bob', 'lr');
  await office.shared.shares.createPublicFolder('Staff/Menu');
  await office.shared.shares.set(PUBLIC_ACCOUNT, 'Staff/Menu', 'anyone', rights('lr'));
  await bob.append('INBOX', [textMessage('mine')]);
  return { office, karen, bob };
}

describe('a level above what is shared', () => {
  it('is no mailbox', async () => {
    const { bob } = await office(true);
    expect(others(bob)).toEqual(['#public/Staff/Menu', '#users/Karen/Projects/One']);
    for (const level of LEVELS) expect(bob.find(level)).toBeUndefined();
  });

  it.each(LEVELS)('%s opens as an empty mailbox when that is wanted, always the same', async (level) => {
    const { office: one, bob } = await office(true);
    const opened = await openMailbox(
      bob,
      level.toLowerCase().replace('projects', 'Projects').replace('staff', 'Staff'),
    );
    expect(opened.state).toMatchObject({ count: 0, uidNext: 1, highestModseq: 1, deleted: false, firstUnseenRow: -1 });
    expect(opened.state.entry.name).toBe(level);
    expect([opened.readOnly, [...opened.rights]]).toEqual([true, ['l', 'r']]);
    const { uidValidity, entry } = opened.state;
    expect(entry.objectId).toMatch(/^[A-Za-z0-9_-]{1,255}$/);
    expect(await bob.status(level)).toEqual({
      objectId: entry.objectId,
      messages: 0,
      unseen: 0,
      deleted: 0,
      recent: 0,
      size: 0,
      deletedSize: 0,
      uidNext: 1,
      uidValidity,
      highestModseq: 1,
    });
    expect(await refusal(() => opened.expunge([1]))).toBe('NOPERM');
    expect(opened.claimRecent()).toEqual({ from: 0, to: 0 });
    opened.close();
    await one.restart();
    const again = await openMailbox(await one.mail('Bob'), level);
    expect(again.state).toMatchObject({ uidValidity, entry });
  });

  it('has an id that no other has', async () => {
    const { bob, karen } = await office(true);
    const ids = await Promise.all(LEVELS.map(async (level) => (await bob.status(level)).objectId));
    const mailboxes = karen.mailboxes().map(({ objectId }) => objectId);
    expect(new Set([...ids, ...mailboxes]).size).toBe(LEVELS.length + mailboxes.length);
  });

  it.each(LEVELS)('%s takes nothing and cannot be changed', async (level) => {
    const { bob, karen } = await office(true);
    const inbox = await openMailbox(bob, 'INBOX');
    const calls = {
      append: () => bob.append(level, [textMessage('one')]),
      copy: () => inbox.copy([1], level),
      move: () => inbox.move([1], level),
      create: () => bob.create(level),
      'create below': () => bob.create(`${level}/New`),
      delete: () => bob.delete(level),
      rename: () => bob.rename(level, `${level}x`),
      'rename to': () => bob.rename('Sent', level),
      setAcl: () => bob.setAcl(level, 'bob', { mode: 'add', rights: rights('l') }),
      acl: () => bob.acl(level),
      listRights: () => bob.listRights(level, 'bob'),
    };
    for (const [name, call] of Object.entries(calls)) {
      expect([name, await refusal(call)]).toEqual([name, expect.stringMatching(/^(NOPERM|CANNOT)$/)]);
    }
    expect([...bob.myRights(level)]).toEqual(['l', 'r']);
    expect(bob.quotaRoots(level)).toEqual([]);
    expect((await karen.status('Projects')).messages).toBe(1);
    expect((await bob.status('INBOX')).messages).toBe(1);
  });

  it.each(LEVELS)('%s is not there when that is not wanted', async (level) => {
    const { office: one, bob } = await office(false);
    for (const call of [
      () => openMailbox(bob, level),
      () => bob.status(level),
      () => bob.append(level, [textMessage('one')]),
      () => bob.delete(level),
      () => bob.myRights(level),
      () => bob.quotaRoots(level),
    ]) {
      expect(await refusal(call)).toBe('NONEXISTENT');
    }
    one.options.fakeInaccessibleMailboxes = true;
    expect(await refusal(() => bob.status(level))).toBeUndefined();
  });

  it.each([true, false])('shows nothing of what is hidden, faked: %s', async (faked) => {
    const { office: one, bob } = await office(faked);
    const ann = await one.mail('Ann');
    for (const name of ['#users', '#users/Karen', '#users/Karen/Projects', '#users/Bob', '#users/Karen/Projects/One']) {
      expect([name, await refusal(() => openMailbox(ann, name))]).toEqual([name, 'NONEXISTENT']);
    }
    expect(await refusal(() => openMailbox(bob, '#users/Karen/Sent'))).toBe('NONEXISTENT');
    expect(await refusal(() => openMailbox(bob, '#users/Bob'))).toBe('NONEXISTENT');
  });

  it('goes with the last mailbox below it, and a session that has it open is told', async () => {
    const { office: one, bob } = await office(true);
    let told = 0;
    const level = await openMailbox(bob, '#users/Karen', () => told++);
    await one.share('Karen', 'Projects', 'bob', 'lr');
    expect([told, level.state.deleted]).toEqual([0, false]);
    await one.share('Karen', 'Projects', 'bob', '');
    await one.share('Karen', 'Projects/One', 'bob', '');
    expect(told).toBe(1);
    expect(level.state).toMatchObject({ deleted: true, count: 0, expungeEpoch: 1 });
    expect(await refusal(() => openMailbox(bob, '#users/Karen'))).toBe('NONEXISTENT');
  });

  it('becomes a mailbox when it is shared itself, with another UIDVALIDITY: clients must forget the empty one', async () => {
    const { office: one, bob } = await office(true);
    const before = await bob.status('#users/Karen/Projects');
    await one.share('Karen', 'Projects', 'bob', 'lr');
    const after = await bob.status('#users/Karen/Projects');
    expect(after.messages).toBe(1);
    expect(after.uidValidity).toBeGreaterThan(before.uidValidity);
    expect(after.objectId).not.toBe(before.objectId);
  });
});
