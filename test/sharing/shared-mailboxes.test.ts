import { describe, expect, it } from 'vitest';
import { sharingLimits } from '../../core/base/limits.ts';
import { ALL_RIGHTS, RIGHTS } from '../../core/mail/rights.ts';
import { PUBLIC_ACCOUNT } from '../../core/sharing/ports.ts';
import { textMessage } from '../../core/store/testing/test-store.ts';
import { idOf, letters, names, Office, openMailbox, others, refusal, rights } from './office.ts';

const all = 'lrswipkxtea';

describe('what is shared', () => {
  it('shows at once in the other’s list, under the name as the directory spells it, and is found in any case', async () => {
    const office = await Office.open('Karen', 'Bob');
    const bob = await office.mail('bob');
    const karen = await office.mail('karen');
    await karen.create('INBOX/Bills');
    await karen.append('INBOX', [textMessage('one')]);
    for (const name of ['INBOX', 'INBOX/Bills', 'Sent']) await office.share('Karen', name, 'BOB', 'lr');
    expect(others(bob)).toEqual(['#users/Karen/Inbox', '#users/Karen/Inbox/Bills', '#users/Karen/Sent']);
    for (const name of ['#users/karen/inbox', '#users/KAREN/INBOX', '#users/Karen/Inbox']) {
      expect(bob.find(name)?.name).toBe('#users/Karen/Inbox');
      expect((await bob.status(name)).messages).toBe(1);
      expect((await openMailbox(bob, name)).state.entry.name).toBe('#users/Karen/Inbox');
    }
    expect(bob.find('#users/karen/inbox/Bills')?.objectId).toBe(karen.find('INBOX/Bills')?.objectId);
    expect(bob.find('#users/karen/sent')).toBeUndefined();
    await office.share('Karen', 'INBOX', 'bob', '');
    expect(others(bob)).toEqual(['#users/Karen/Inbox/Bills', '#users/Karen/Sent']);
  });

  it('stands in the order of the names, and is no special mailbox of the other’s: his Sent must not become mine', async () => {
    const office = await Office.open('karen', 'Bob', 'ann');
    for (const [owner, mailbox] of [
      ['karen', 'Sent'],
      ['karen', 'INBOX'],
      ['ann', 'Trash'],
    ] as const) {
      await office.share(owner, mailbox, 'anyone', 'l');
    }
    await office.shared.shares.createPublicFolder('Zoo');
    await office.shared.shares.set(PUBLIC_ACCOUNT, 'Zoo', 'anyone', rights('lr'));
    const bob = await office.mail('Bob');
    await bob.create('INBOX/Z');
    await bob.create('!important');
    expect(names(bob).slice(0, 7)).toEqual([
      'INBOX',
      'INBOX/Z',
      '!important',
      '#public/Zoo',
      '#users/ann/Trash',
      '#users/karen/Inbox',
      '#users/karen/Sent',
    ]);
    expect(bob.mailboxes().filter(({ name, specialUse }) => name.startsWith('#') && specialUse.length > 0)).toEqual([]);
    expect(bob.mailboxes()).toBe(bob.mailboxes());
  });

  it('is there after a restart, with only those accounts opened that share something with the user', async () => {
    const office = await Office.open('Karen', 'Bob', 'Ann', 'Eve');
    office.people.group('Office', 'Bob');
    await office.share('Karen', 'Sent', '$office', 'lr');
    await office.share('Ann', 'Sent', 'eve', 'lr');
    await office.restart();
    const bob = await office.mail('Bob');
    expect(others(bob)).toEqual(['#users/Karen/Sent']);
    expect(office.asked.toSorted()).toEqual([idOf('Bob'), idOf('Karen')]);
  });

  it('comes and goes with the group', async () => {
    const office = await Office.open('Karen', 'Bob');
    office.people.group('Office');
    await office.share('Karen', 'Sent', '$Office', 'lr');
    await office.restart();
    const bob = await office.mail('Bob');
    expect(others(bob)).toEqual([]);
    office.people.group('Office', 'Bob');
    // The account was not open: a command that asks for the mailbox waits for it.
    expect((await bob.status('#users/Karen/Sent')).messages).toBe(0);
    expect(others(bob)).toEqual(['#users/Karen/Sent']);
    office.people.group('Office');
    expect(others(bob)).toEqual([]);
  });

  it('stays when owner, user or group are renamed', async () => {
    const office = await Office.open('Karen', 'Bob');
    office.people.group('Office', 'Bob');
    await office.share('Karen', 'Sent', 'Bob', 'lr');
    await office.share('Karen', 'INBOX', '$Office', 'lr');
    const bob = await office.mail('Bob');
    const opened = await openMailbox(bob, '#users/Karen/Sent');
    office.people.rename('Karen', 'Karin');
    office.people.rename('Bob', 'Robert');
    office.people.groups[0] = { ...office.people.groups[0]!, name: 'Büro' };
    expect(others(bob)).toEqual(['#users/Karin/Inbox', '#users/Karin/Sent']);
    expect(opened.state.entry.name).toBe('#users/Karin/Sent');
    expect(opened.state.deleted).toBe(false);
    const karin = await office.mail('Karin');
    expect(karin.acl('Sent').map(({ identifier }) => identifier)).toEqual(['Karin', 'Robert']);
    expect(karin.acl('INBOX').map(({ identifier }) => identifier)).toEqual(['Karin', '$Büro']);
  });

  it('ends with owner, user and group, and does not come back with their names', async () => {
    const office = await Office.open('Karen', 'Bob', 'Ann');
    office.people.group('Office', 'Ann');
    await office.share('Karen', 'Sent', 'Bob', 'lr');
    await office.share('Karen', 'Sent', '-$Office', 'r');
    await office.share('Karen', 'Sent', 'Ann', 'lr');
    await office.share('Bob', 'Sent', 'Ann', 'lr');
    const [karen, ann] = [await office.mail('Karen'), await office.mail('Ann')];
    expect(others(ann)).toEqual(['#users/Bob/Sent', '#users/Karen/Sent']);
    office.people.remove('Bob');
    office.people.removeGroup('Office');
    expect(others(ann)).toEqual(['#users/Karen/Sent']);
    expect(letters(ann.myRights('#users/Karen/Sent'))).toBe('lr');
    expect(karen.acl('Sent').map(({ identifier }) => identifier)).toEqual(['Karen', 'Ann']);
    await office.shared.shares.forgetAccount(idOf('Bob'));
    await office.restart();
    office.people.users.push({ name: 'Bob', accountId: 'account1bob' });
    expect(others(await office.mail('Bob'))).toEqual([]);
    expect(others(await office.mail('Ann'))).toEqual(['#users/Karen/Sent']);
    expect(office.asked).not.toContain(idOf('Bob'));
  });
});

describe('one’s own mail', () => {
  it('is nobody’s to take away: the owner has all rights, and is told so', async () => {
    const office = await Office.open('Karen', 'Bob');
    const karen = await office.mail('Karen');
    await karen.setAcl('INBOX', 'karen', { mode: 'replace', rights: ALL_RIGHTS });
    await karen.setAcl('INBOX', 'karen', { mode: 'add', rights: rights('lr') });
    for (const [identifier, mode, some] of [
      ['karen', 'replace', ''],
      ['karen', 'replace', 'lr'],
      ['karen', 'remove', 'a'],
      ['-karen', 'add', 'a'],
      ['-karen', 'replace', all],
    ] as const) {
      expect(await refusal(() => karen.setAcl('INBOX', identifier, { mode, rights: rights(some) }))).toBe('CANNOT');
    }
    await karen.setAcl('INBOX', '-anyone', { mode: 'replace', rights: ALL_RIGHTS });
    expect(letters(karen.myRights('INBOX'))).toBe(letters(RIGHTS));
    expect(karen.acl('INBOX')[0]).toEqual({ identifier: 'Karen', rights: ALL_RIGHTS });
    expect(karen.listRights('INBOX', 'KAREN')).toEqual({ always: ALL_RIGHTS, optional: [] });
    expect(karen.listRights('INBOX', 'bob')).toEqual({ always: new Set(), optional: RIGHTS });
    expect(karen.listRights('INBOX', '-bob').optional).toEqual(RIGHTS);
  });

  it('answers under #users/ and one’s own name, too, and is not listed twice', async () => {
    const office = await Office.open('Karen', 'Bob');
    const karen = await office.mail('Karen');
    await karen.append('#users/karen/Inbox', [textMessage('one')]);
    expect((await karen.status('INBOX')).messages).toBe(1);
    expect(letters(karen.myRights('#users/KAREN/inbox'))).toBe(letters(RIGHTS));
    const made = await karen.create('#users/karen/Projects/One');
    expect(made.name).toBe('#users/Karen/Projects/One');
    await karen.rename('#users/Karen/Projects/One', 'Projects/Two');
    expect(await refusal(() => karen.create('#users/Karen/#users/Bob'))).toBe('CANNOT');
    const opened = await openMailbox(karen, '#users/karen/inbox');
    expect(opened.state.entry.name).toBe('#users/Karen/Inbox');
    expect((await opened.copy([1], 'Projects/Two')).uids).toHaveLength(1);
    await karen.delete('#users/Karen/Projects/Two');
    expect(others(karen)).toEqual([]);
    expect(karen.find('Projects/Two')).toBeUndefined();
  });

  it('keeps its names from the namespaces', async () => {
    const office = await Office.open('Karen');
    const karen = await office.mail('Karen');
    expect(await refusal(() => karen.create('#news'))).toBe('CANNOT');
    expect(await refusal(() => karen.rename('Sent', '#news'))).toBe('CANNOT');
    expect(await refusal(() => karen.rename('INBOX', '#users/Karen/#public'))).toBe('CANNOT');
    for (const name of ['#users', '#users/Bob', '#users/Nobody/x', '#public', '#public/x']) {
      expect([name, await refusal(() => karen.create(name))]).toEqual([name, 'NOPERM']);
      expect([name, await refusal(() => karen.rename('Sent', name))]).toEqual([name, 'NOPERM']);
    }
  });
});

describe('identifiers', () => {
  it('are users, groups and anyone; what names nobody is refused and leaves no entry', async () => {
    const office = await Office.open('Karen', 'Bob');
    office.people.group('Office', 'Bob');
    const karen = await office.mail('Karen');
    for (const [identifier, told] of [
      ['bob', 'Bob'],
      ['$OFFICE', '$Office'],
      ['Anyone', 'anyone'],
      ['-BOB', '-Bob'],
      ['-$office', '-$Office'],
      ['-anyone', '-anyone'],
    ] as const) {
      await karen.setAcl('Sent', identifier, { mode: 'replace', rights: rights('lr') });
      expect(karen.acl('Sent').at(-1)).toEqual({ identifier: told, rights: rights('lr') });
    }
    for (const nobody of ['nobody', '$nobody', 'office', '$bob', '', '-', '--bob', '$', 'anonymous', 'account0bob']) {
      const call = () => karen.setAcl('Sent', nobody, { mode: 'add', rights: rights('l') });
      expect([nobody, await refusal(call)]).toEqual([nobody, 'CANNOT']);
      expect([nobody, await refusal(() => karen.listRights('Sent', nobody))]).toEqual([nobody, 'CANNOT']);
    }
    expect(karen.acl('Sent')).toHaveLength(7);
  });
});

describe('making and renaming mailboxes', () => {
  it('below a shared one shares them, too, with the levels that come with them', async () => {
    const office = await Office.open('Karen', 'Bob', 'Ann');
    const [karen, bob] = [await office.mail('Karen'), await office.mail('Bob')];
    await karen.create('Team');
    await office.share('Karen', 'Team', 'bob', all);
    await office.share('Karen', 'Team', '-ann', 'x');
    await karen.create('Team/A/B');
    const made = await bob.create('#users/karen/Team/C');
    expect(made).toMatchObject({ name: '#users/Karen/Team/C', objectId: karen.find('Team/C')!.objectId });
    await karen.rename('Sent', 'Team/D/Sent');
    expect(others(bob)).toEqual(['', '/A', '/A/B', '/C', '/D'].map((name) => `#users/Karen/Team${name}`));
    for (const name of ['Team/A', 'Team/A/B', 'Team/C', 'Team/D']) expect(karen.acl(name)).toEqual(karen.acl('Team'));
    // RENAME keeps the list, which was none. RFC 4314 4
    expect(karen.acl('Team/D/Sent')).toHaveLength(1);
    await office.restart();
    expect(others(await office.mail('Bob'))).toHaveLength(5);
  });

  it('does not share the mail that was in INBOX when it is renamed, unless it goes below a shared one', async () => {
    const office = await Office.open('Karen', 'Bob');
    const [karen, bob] = [await office.mail('Karen'), await office.mail('Bob')];
    await office.share('Karen', 'INBOX', 'bob', all);
    await karen.rename('INBOX', 'Old');
    expect(others(bob)).toEqual(['#users/Karen/Inbox']);
    await karen.create('Team');
    await office.share('Karen', 'Team', 'bob', 'lr');
    await karen.rename('INBOX', 'Team/Old');
    expect(others(bob)).toEqual(['#users/Karen/Inbox', '#users/Karen/Team', '#users/Karen/Team/Old']);
    expect(await refusal(() => bob.rename('#users/Karen/Inbox', '#users/Karen/Inbox/x'))).toBe('CANNOT');
  });

  it('keeps what is shared through RENAME and forgets it with DELETE', async () => {
    const office = await Office.open('Karen', 'Bob');
    const [karen, bob] = [await office.mail('Karen'), await office.mail('Bob')];
    await karen.create('Team/A');
    await office.share('Karen', 'Team', 'bob', 'lrk');
    await office.share('Karen', 'Team/A', 'bob', 'lrx');
    await karen.rename('Team', 'Crew');
    expect(others(bob)).toEqual(['#users/Karen/Crew', '#users/Karen/Crew/A']);
    await bob.rename('#users/Karen/Crew/A', '#users/karen/Crew/B');
    expect(karen.find('Crew/B')).toBeDefined();
    await bob.delete('#users/Karen/Crew/B');
    await karen.create('Crew/B');
    expect(karen.acl('Crew/B')).toEqual(karen.acl('Crew'));
    await karen.delete('Crew/B');
    await karen.delete('Crew');
    await karen.create('Crew');
    expect(karen.acl('Crew')).toHaveLength(1);
    expect(others(bob)).toEqual([]);
  });

  it('needs k on the parent and x on the mailbox, and never leaves the account', async () => {
    const office = await Office.open('Karen', 'Bob', 'Ann');
    const [karen, bob] = [await office.mail('Karen'), await office.mail('Bob')];
    await karen.create('From/Box');
    await karen.create('To');
    const attempt = async (from: string, to: string, box: string) => {
      await office.share('Karen', 'From', 'bob', from);
      await office.share('Karen', 'To', 'bob', to);
      await office.share('Karen', 'From/Box', 'bob', box);
      return refusal(() => bob.rename('#users/Karen/From/Box', '#users/Karen/To/Box'));
    };
    const allBut = (letter: string) => all.replace(letter, '');
    expect(await attempt(all, allBut('k'), all)).toBe('NOPERM');
    expect(await attempt(all, allBut('l'), all)).toBe('NOPERM');
    expect(await attempt(all, all, allBut('x'))).toBe('NOPERM');
    expect(await attempt(all, all, allBut('l'))).toBe('NONEXISTENT');
    for (const to of ['Mine', '#users/Bob/Mine']) {
      expect([to, await refusal(() => bob.rename('#users/Karen/To', to))]).toEqual([to, 'CANNOT']);
    }
    // Whether there is an Ann is none of Bob's business.
    for (const to of ['#public/x', '#users/Ann/x', '#users/Nobody/x']) {
      expect([to, await refusal(() => bob.rename('#users/Karen/To', to))]).toEqual([to, 'NOPERM']);
    }
    expect(await refusal(() => bob.rename('Sent', '#users/Karen/To/x'))).toBe('CANNOT');
    expect(await refusal(() => bob.rename('#users/Karen/To', '#users/Karen/Top'))).toBe('NOPERM');
    expect(await attempt('', 'lk', 'lx')).toBeUndefined();
    expect(karen.find('To/Box')).toBeDefined();
    expect(await refusal(() => bob.create('#users/Karen/To/Box'))).toBe('ALREADYEXISTS');
    expect(await refusal(() => bob.create('#users/Karen/To/New', ['\\Sent']))).toBe('USEATTR');
  });
});

describe('sharing', () => {
  it('does not wait for what somebody else does with his mailboxes', async () => {
    const office = await Office.open('Karen', 'Ann', 'Bob');
    await office.share('Karen', 'Sent', 'bob', 'lrk');
    const stored = await office.store.account(idOf('Karen'));
    const { promise, resolve } = Promise.withResolvers<void>();
    const create = stored.create.bind(stored);
    stored.create = async (name) => {
      await promise;
      return create(name);
    };
    const making = (await office.mail('Bob')).create('#users/Karen/Sent/Old');
    await office.share('Ann', 'Sent', 'bob', 'lr');
    expect(others(await office.mail('Bob'))).toEqual(['#users/Ann/Sent', '#users/Karen/Sent']);
    resolve();
    await making;
    expect(others(await office.mail('Bob'))).toHaveLength(3);
  });

  it('of more mailboxes than an account can share is refused before anything is made', async () => {
    const office = await Office.open('Karen', 'Bob');
    const karen = await office.mail('Karen');
    await office.share('Karen', 'Sent', 'bob', 'lrk');
    const { objectId } = karen.find('Sent')!;
    const mailboxes = Array.from({ length: sharingLimits.mailboxes }, (_, i) => ({
      account: idOf('Karen'),
      mailbox: i === 0 ? objectId : `F${i}`,
      entries: { anyone: 'lrk' },
    }));
    await office.restartWith(JSON.stringify({ version: 1, mailboxes }));
    const again = await office.mail('Karen');
    expect(await refusal(() => again.create('Sent/Old'))).toBe('LIMIT');
    expect(again.find('Sent/Old')).toBeUndefined();
    expect(await refusal(() => office.share('Karen', 'Drafts', 'bob', 'l'))).toBe('LIMIT');
  });
});

describe('subscriptions', () => {
  it('need no right and no mailbox, and are kept as the mailbox is spelled', async () => {
    const office = await Office.open('Karen', 'Bob');
    const bob = await office.mail('Bob');
    await office.share('Karen', 'INBOX', 'bob', 'l');
    await bob.setSubscribed('#users/Karen/Inbox', false);
    const before = bob.subscriptions().length;
    await bob.setSubscribed('#users/karen/INBOX', true);
    await bob.setSubscribed('#users/karen/secret', true);
    expect(bob.subscriptions().slice(before)).toEqual(['#users/Karen/Inbox', '#users/karen/secret']);
    await office.share('Karen', 'INBOX', 'bob', '');
    expect(bob.subscriptions().slice(before)).toHaveLength(2);
    for (const name of ['#users/Karen/Inbox', '#users/karen/secret']) await bob.setSubscribed(name, false);
    expect(bob.subscriptions()).toHaveLength(before);
  });
});
