import { describe, expect, it } from 'vitest';
import { RIGHTS, type Right } from '../../core/mail/rights.ts';
import { PUBLIC_ACCOUNT } from '../../core/sharing/ports.ts';
import { textMessage } from '../../core/store/testing/test-store.ts';
import { flagsOf, idOf, letters, Office, openMailbox, others, refusal, rights, uidsOf } from './office.ts';

const BOX = '#users/Karen/Box';

/** Karen shares `Box`, with two messages, and `Target`. */
async function office(...more: string[]) {
  const office = await Office.open('Karen', 'Bob', ...more);
  const karen = await office.mail('Karen');
  await karen.create('Box');
  await karen.create('Target');
  await karen.append('Box', [textMessage('one'), textMessage('two', ['\\Deleted'])]);
  const bob = await office.mail('Bob');
  return { office, karen, bob };
}

describe('each right by itself, beside l and r', () => {
  const operations: Record<string, { needs: readonly Right[] }> = {
    append: { needs: ['i'] },
    'store \\Seen': { needs: ['s'] },
    'store \\Deleted': { needs: ['t'] },
    'store \\Flagged': { needs: ['w'] },
    'store keyword': { needs: ['w'] },
    expunge: { needs: ['e'] },
    'copy from': { needs: [] },
    'copy to': { needs: ['i'] },
    'move from': { needs: ['t', 'e'] },
    'move to': { needs: ['i'] },
    create: { needs: ['k'] },
    delete: { needs: ['x'] },
    setAcl: { needs: ['a'] },
    acl: { needs: ['a'] },
    listRights: { needs: ['a'] },
  };

  it.each(RIGHTS.filter((right) => right !== 'l' && right !== 'r'))(
    'opens what RFC 4314 section 4 has for it and nothing else: %s',
    async (right) => {
      const { office: one, bob } = await office();
      await bob.append('INBOX', [textMessage('mine')]);
      await one.share('Karen', 'Box', 'bob', `lr${right}`);
      const box = await openMailbox(bob, BOX);
      const inbox = await openMailbox(bob, 'INBOX');
      const seen = (flags: string[]) => box.storeFlags([1], { mode: 'add', flags });
      const calls: Record<string, () => unknown> = {
        append: () => bob.append(BOX, [textMessage('three')]),
        'store \\Seen': () => seen(['\\Seen']),
        'store \\Deleted': () => seen(['\\Deleted']),
        'store \\Flagged': () => seen(['\\Flagged']),
        'store keyword': () => seen(['$Forwarded']),
        'copy from': () => box.copy([1], 'INBOX'),
        'copy to': () => inbox.copy([1], BOX),
        'move from': () => box.move([1], 'Trash'),
        'move to': () => inbox.move([1], BOX),
        expunge: () => box.expunge([2]),
        create: () => bob.create(`${BOX}/New`),
        acl: () => bob.acl(BOX),
        listRights: () => bob.listRights(BOX, 'bob'),
        setAcl: () => bob.setAcl(BOX, 'bob', { mode: 'add', rights: rights('l') }),
        delete: () => bob.delete(BOX),
      };
      expect(Object.keys(calls).sort()).toEqual(Object.keys(operations).sort());
      for (const [name, call] of Object.entries(calls)) {
        const allowed = operations[name]!.needs.every((needed) => needed === right);
        expect([right, name, await refusal(call)]).toEqual([right, name, allowed ? undefined : 'NOPERM']);
      }
    },
  );

  it('is not enough without r to look in, and without all of s, w, i, t, e the mailbox is read-only', async () => {
    const { office: one, bob } = await office();
    await one.share('Karen', 'Box', 'bob', 'lswipkxtea');
    expect(await refusal(() => openMailbox(bob, BOX))).toBe('NOPERM');
    expect(await refusal(() => bob.status(BOX))).toBe('NOPERM');
    expect(await refusal(() => bob.quotaRoots(BOX))).toBe('NOPERM');
    for (const right of ['', 'p', 'k', 'x', 'a', 's', 'w', 'i', 't', 'e']) {
      await one.share('Karen', 'Box', 'bob', `lr${right}`);
      expect([right, (await openMailbox(bob, BOX)).readOnly]).toEqual([right, !/^[switee]$/.test(right)]);
    }
    expect((await bob.select(BOX, { readOnly: true, onChange() {} })).readOnly).toBe(true);
  });

  it('moves with t and e together, and i at the other end', async () => {
    const { office: one, bob, karen } = await office();
    await one.share('Karen', 'Box', 'bob', 'lrte');
    await one.share('Karen', 'Target', 'bob', 'li');
    const box = await openMailbox(bob, BOX);
    expect((await box.move([1], '#users/karen/Target')).uids).toEqual([1]);
    expect(uidsOf(box)).toEqual([2]);
    expect((await karen.status('Target')).messages).toBe(1);
  });
});

describe('flags', () => {
  it('that the user may not set are left out of what he appends and copies, and nothing fails', async () => {
    const { office: one, bob, karen } = await office();
    const flags = ['\\Seen', '\\Deleted', '\\Flagged', '$Forwarded'];
    await bob.append('INBOX', [textMessage('mine', flags)]);
    const inbox = await openMailbox(bob, 'INBOX');
    for (const [given, kept] of [
      ['', ''],
      ['s', '\\Seen'],
      ['t', '\\Deleted'],
      ['w', '\\Flagged $Forwarded'],
      ['swt', '\\Flagged \\Deleted \\Seen $Forwarded'],
    ] as const) {
      await one.share('Karen', 'Target', 'bob', `lri${given}`);
      const target = await openMailbox(bob, '#users/Karen/Target');
      await inbox.copy([1], '#users/Karen/Target');
      await bob.append('#users/Karen/Target', [textMessage('new', ['\\SEEN', '\\deleted', ...flags.slice(2)])]);
      const got = flagsOf(target).slice(-2);
      expect([given, ...got.map((text) => text.split(' ').sort())]).toEqual([
        given,
        kept.split(' ').sort(),
        kept.split(' ').sort(),
      ]);
      target.close();
    }
    expect((await karen.status('Target')).messages).toBe(10);
  });

  it('change as far as they may, and STORE is refused only when it may change none', async () => {
    const { office: one, bob } = await office();
    await one.share('Karen', 'Box', 'bob', 'lrw');
    const box = await openMailbox(bob, BOX);
    await box.storeFlags([1, 2], { mode: 'add', flags: ['\\Flagged', '\\Deleted', '\\Seen'] });
    expect(flagsOf(box)).toEqual(['\\Flagged', '\\Flagged \\Deleted']);
    await box.storeFlags([1, 2], { mode: 'replace', flags: ['\\Answered'] });
    expect(flagsOf(box)).toEqual(['\\Answered', '\\Answered \\Deleted']);
    expect(await refusal(() => box.storeFlags([2], { mode: 'remove', flags: ['\\Deleted'] }))).toBe('NOPERM');
    expect(await refusal(() => box.storeFlags([2], { mode: 'replace', flags: ['\\Seen'] }))).toBe('NOPERM');
    await box.storeFlags([1, 2], { mode: 'replace', flags: [] });
    expect(flagsOf(box)).toEqual(['', '\\Deleted']);
  });

  it('\\Seen is each user’s own, in others’ mailboxes and in public folders; all else is everybody’s', async () => {
    const { office: one, bob, karen } = await office('Ann');
    await one.shared.shares.createPublicFolder('News');
    await one.shared.shares.set(PUBLIC_ACCOUNT, 'News', 'anyone', rights('lrswi'));
    await one.share('Karen', 'Box', 'anyone', 'lrsw');
    const ann = await one.mail('Ann');
    await karen.append('#public/News', [textMessage('news', ['\\Seen'])]);
    expect(
      await Promise.all([karen, bob, ann].map(async (mail) => (await mail.status('#public/News')).unseen)),
    ).toEqual([0, 1, 1]);
    const [bobs, anns, karens] = [
      await openMailbox(bob, BOX),
      await openMailbox(ann, BOX),
      await openMailbox(karen, 'Box'),
    ];
    await bobs.storeFlags([1], { mode: 'add', flags: ['\\Seen', '\\Flagged'] });
    expect([bobs, anns, karens].map((box) => flagsOf(box)[0])).toEqual(['\\Flagged \\Seen', '\\Flagged', '\\Flagged']);
    await karens.storeFlags([2], { mode: 'add', flags: ['\\Seen'] });
    const unseen = [bob.status(BOX), ann.status(BOX), karen.status('Box')];
    expect((await Promise.all(unseen)).map((status) => status.unseen)).toEqual([1, 2, 1]);
    await one.restart();
    expect((await (await one.mail('Bob')).status(BOX)).unseen).toBe(1);
  });
});

describe('a selected mailbox', () => {
  type Withdrawal = readonly [
    how: string,
    to: 'bob' | '$office',
    withdraw: (one: Office) => Promise<unknown> | unknown,
  ];
  const withdrawals: readonly Withdrawal[] = [
    ['r is taken', 'bob', (one) => one.share('Karen', 'Box', 'bob', 'lswite')],
    ['l is taken', 'bob', (one) => one.share('Karen', 'Box', 'bob', 'rswite')],
    ['a negative right is set', '$office', (one) => one.share('Karen', 'Box', '-anyone', 'r')],
    ['he leaves the group', '$office', (one) => one.people.group('Office')],
    ['the group is removed', '$office', (one) => one.people.removeGroup('Office')],
    ['the owner is removed', 'bob', (one) => one.people.remove('Karen')],
    ['he himself is removed', 'bob', (one) => one.people.remove('Bob')],
    ['the owner’s shares are forgotten', 'bob', (one) => one.shared.shares.forgetAccount(idOf('Karen'))],
  ];

  it.each(withdrawals)('is left with nothing the moment %s, and its session is told', async (_, to, withdraw) => {
    const { office: one, bob } = await office();
    one.people.group('Office', 'Bob');
    await one.share('Karen', 'Box', to, 'lrswite');
    let told = 0;
    const box = await openMailbox(bob, BOX, () => told++);
    const before = box.state;
    const { columns, uidValidity, expungeEpoch } = before;
    await withdraw(one);
    expect(told).toBe(1);
    expect(box.state).toMatchObject({ count: 0, deleted: true, uidValidity, uidNext: 3, entry: { name: BOX } });
    expect(box.state.expungeEpoch).toBeGreaterThan(expungeEpoch);
    expect(box.state.rowOf(1)).toBe(-1);
    expect(box.rights.size).toBe(0);
    const rows = { columns, rows: [0] };
    for (const call of [
      () => box.storeFlags([1], { mode: 'add', flags: ['\\Seen'] }),
      () => box.expunge([2]),
      () => box.copy([1], 'INBOX'),
      () => box.move([1], 'INBOX'),
      () => box.matching(rows, { kind: 'text', text: 'one' } as never),
      () => box.summaries(rows, ['envelope'] as never),
      () => box.contents(rows),
      () => box.range(columns, 0, 0, 10),
    ]) {
      expect(await refusal(call)).toBe('NONEXISTENT');
    }
    expect(box.claimRecent()).toEqual({ from: 0, to: 0 });
    expect(await refusal(() => openMailbox(bob, BOX))).toMatch(/^(NONEXISTENT|NOPERM)$/);
    box.close();
  });

  it('has the rights of every moment: what is given and taken holds for the next command', async () => {
    const { office: one, bob } = await office();
    await one.share('Karen', 'Box', 'bob', 'lr');
    let told = 0;
    const box = await openMailbox(bob, BOX, () => told++);
    expect([box.readOnly, letters(box.rights)]).toEqual([true, 'lr']);
    await one.share('Karen', 'Box', 'bob', 'lrw');
    expect([box.readOnly, letters(box.rights), told]).toEqual([false, 'lrw', 1]);
    await box.storeFlags([1], { mode: 'add', flags: ['\\Flagged'] });
    await one.share('Karen', 'Box', 'bob', 'lr');
    expect(await refusal(() => box.storeFlags([1], { mode: 'add', flags: ['\\Seen'] }))).toBe('NOPERM');
    const before = told;
    await one.share('Karen', 'Target', 'bob', 'lr');
    expect(told).toBe(before);
    box.close();
    await one.share('Karen', 'Box', 'bob', '');
    expect(told).toBe(before);
  });

  it('that was withdrawn while it was being opened is not opened', async () => {
    const { office: one, bob } = await office();
    await one.share('Karen', 'Box', 'bob', 'lr');
    const stored = await one.store.account(idOf('Karen'));
    const select = stored.select.bind(stored);
    stored.select = async (name, options) => {
      const opened = await select(name, options);
      await one.share('Karen', 'Box', 'bob', 'l');
      return opened;
    };
    expect(await refusal(() => openMailbox(bob, BOX))).toBe('NONEXISTENT');
  });

  it('follows what its owner does with it', async () => {
    const { office: one, bob, karen } = await office();
    await one.share('Karen', 'Box', 'bob', 'lr');
    let told = 0;
    const box = await openMailbox(bob, BOX, () => told++);
    await karen.append('Box', [textMessage('three')]);
    expect([box.state.count, told]).toEqual([3, 1]);
    await karen.rename('Box', 'Projects/Box');
    expect(box.state.entry.name).toBe('#users/Karen/Projects/Box');
    await karen.delete('Projects/Box');
    expect(box.state).toMatchObject({ count: 0, deleted: true });
    expect(others(bob)).toEqual([]);
  });
});

describe('messages', () => {
  it('go from account to account with date and flags, or without them, as the setting is at that moment', async () => {
    const { office: one, bob, karen } = await office();
    await one.share('Karen', 'Box', 'bob', 'lrswite');
    const internalDate = { time: Date.UTC(2001, 1, 3), zone: 60 };
    await bob.append('INBOX', [{ ...textMessage('mine', ['\\Flagged']), internalDate }]);
    const inbox = await openMailbox(bob, 'INBOX');
    await inbox.copy([1], BOX);
    one.options.keepDateAndFlagsOnCopy = false;
    await inbox.move([1], BOX);
    const box = await openMailbox(karen, 'Box');
    expect(flagsOf(box).slice(2)).toEqual(['\\Flagged', '']);
    const dates = Array.from(box.state.columns.internalDate.subarray(2, 4));
    expect(dates[0]).toBe(internalDate.time);
    expect(dates[1]).not.toBe(internalDate.time);
    expect(uidsOf(inbox)).toEqual([]);
    expect(await refusal(() => inbox.copy([1], '#users/Karen/Nothing'))).toBe('NONEXISTENT');
  });

  it('count for whose account they are in, and he has the quota', async () => {
    const { office: one, bob, karen } = await office();
    await one.share('Karen', 'Box', 'bob', 'lri');
    await one.share('Karen', 'Target', 'bob', 'li');
    one.limits.set(idOf('Karen'), { octets: undefined, messages: 3 });
    expect(bob.quotaRoots(BOX)).toEqual(['user/Karen']);
    expect(bob.quotaRoots('INBOX')).toEqual(['user/Bob']);
    expect(await refusal(() => bob.quotaRoots('#users/Karen/Target'))).toBe('NOPERM');
    await bob.append(BOX, [textMessage('three')]);
    expect(await refusal(() => bob.append(BOX, [textMessage('four')]))).toBe('OVERQUOTA');
    await bob.append('INBOX', [textMessage('mine')]);
    const inbox = await openMailbox(bob, 'INBOX');
    expect(await refusal(() => inbox.copy([1], BOX))).toBe('OVERQUOTA');
    expect(await bob.quota('user/karen')).toMatchObject({ usage: { messages: 3 }, limits: { messages: 3 } });
    expect(await karen.quota('user/Karen')).toEqual(await bob.quota('user/Karen'));
    expect(await refusal(() => karen.quota('user/Bob'))).toBe('NONEXISTENT');
    await one.share('Karen', 'Box', 'bob', 'li');
    expect(await refusal(() => bob.quota('user/Karen'))).toBe('NONEXISTENT');
  });
});
