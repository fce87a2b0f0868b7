import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../core/base/errors.ts';
import { PUBLIC_ACCOUNT } from '../../core/sharing/ports.ts';
import { textMessage } from '../../core/store/testing/test-store.ts';
import { idOf, letters, Office, openMailbox, others, refusal, rights } from './office.ts';

const told = async (call: Promise<unknown>) => {
  try {
    await call;
    return undefined;
  } catch (problem) {
    expect(problem).toBeInstanceOf(UserError);
    return (problem as UserError).message;
  }
};

describe('the administrator', () => {
  it('sees and changes what is shared, whoever shared it, and is told of every change', async () => {
    const office = await Office.open('Karen', 'Bob', 'Ann');
    const { shares } = office.shared;
    let changes = 0;
    const stop = shares.onChange(() => changes++);
    await office.share('Karen', 'Sent', 'bob', 'lrs');
    await shares.set(idOf('Ann'), 'INBOX', '$OFFICE', rights('l')).catch(() => {});
    office.people.group('Office', 'Bob');
    await shares.set(idOf('Ann'), 'INBOX', '$OFFICE', rights('lr'));
    await shares.set(idOf('Ann'), 'inbox', '-bob', rights('r'));
    expect(changes).toBe(3);
    await office.restart();
    expect(await office.shared.shares.list()).toEqual([
      { owner: idOf('Karen'), mailbox: 'Sent', entries: [{ identifier: 'Bob', rights: rights('lrs') }] },
      {
        owner: idOf('Ann'),
        mailbox: 'INBOX',
        entries: [
          { identifier: '$Office', rights: rights('lr') },
          { identifier: '-Bob', rights: rights('r') },
        ],
      },
    ]);
    const bob = await office.mail('Bob');
    expect(others(bob)).toEqual(['#users/Ann/Inbox', '#users/Karen/Sent']);
    expect(letters(bob.myRights('#users/ann/inbox'))).toBe('l');
    await office.shared.shares.set(idOf('Ann'), 'INBOX', '-Bob', rights(''));
    expect(letters(bob.myRights('#users/ann/inbox'))).toBe('lr');
    stop();
    expect(await office.shared.shares.mailboxes(idOf('Karen'))).toContain('Drafts');
  });

  it('is told what is wrong, in words', async () => {
    const office = await Office.open('Karen', 'Bob');
    const { shares } = office.shared;
    expect(await told(shares.set('nobody000', 'INBOX', 'bob', rights('l')))).toMatch(/no such user/);
    expect(await told(shares.set(idOf('Karen'), 'Nothing', 'bob', rights('l')))).toMatch(/no mailbox "Nothing"/);
    expect(await told(shares.set(idOf('Karen'), 'Sent', 'nobody', rights('l')))).toMatch(/Nobody has that name/);
    expect(await told(shares.set(idOf('Karen'), 'Sent', 'karen', rights('l')))).toMatch(/always has all rights/);
    expect(await told(shares.mailboxes('nobody000'))).toMatch(/no such user/);
    expect(await told(shares.effective(idOf('Karen'), 'Sent', 'nobody000'))).toMatch(/no such user/);
    expect(await told(shares.effective(idOf('Karen'), 'Nothing', idOf('Bob')))).toMatch(/no mailbox/);
    expect(letters(await shares.effective(idOf('Karen'), 'Sent', idOf('Karen')))).toBe('aeiklprstwx');
  });
});

describe('public folders', () => {
  it('are nobody’s: they are seen by whom the administrator lets, and survive everybody', async () => {
    const office = await Office.open('Karen', 'Bob');
    const { shares } = office.shared;
    await shares.createPublicFolder('News');
    const bob = await office.mail('Bob');
    expect(others(bob)).toEqual([]);
    expect(await shares.list()).toEqual([{ owner: PUBLIC_ACCOUNT, mailbox: 'News', entries: [] }]);
    await shares.set(PUBLIC_ACCOUNT, 'News', 'anyone', rights('lrs'));
    await shares.set(PUBLIC_ACCOUNT, 'News', 'karen', rights('ikxteaw'));
    const karen = await office.mail('Karen');
    await karen.append('#public/News', [textMessage('one')]);
    await karen.create('#public/News/Old');
    expect(others(bob)).toEqual(['#public/News', '#public/News/Old']);
    expect(bob.quotaRoots('#public/News')).toEqual(['public']);
    expect((await bob.quota('public')).usage.messages).toBe(1);
    expect(karen.acl('#public/News').map(({ identifier }) => identifier)).toEqual(['anyone', 'Karen']);
    expect(await refusal(() => bob.append('#public/News', [textMessage('two')]))).toBe('NOPERM');
    office.people.remove('Karen');
    await shares.forgetAccount(idOf('Karen'));
    await office.store.deleteAccount(idOf('Karen'));
    expect((await bob.status('#public/News')).messages).toBe(1);
    await office.restart();
    expect(others(await office.mail('Bob'))).toEqual(['#public/News', '#public/News/Old']);
    expect(await office.shared.shares.mailboxes(PUBLIC_ACCOUNT)).toEqual(['News', 'News/Old']);
  });

  it('are made, renamed and removed, and names that cannot be are refused in words', async () => {
    const office = await Office.open('Bob');
    const { shares } = office.shared;
    let changes = 0;
    shares.onChange(() => changes++);
    await shares.createPublicFolder('Staff');
    await shares.set(PUBLIC_ACCOUNT, 'Staff', 'anyone', rights('lr'));
    await shares.createPublicFolder('Staff/Menu');
    const bob = await office.mail('Bob');
    expect(others(bob)).toEqual(['#public/Staff', '#public/Staff/Menu']);
    const menu = await openMailbox(bob, '#public/Staff/Menu');
    await shares.renamePublicFolder('Staff', 'Team');
    expect(menu.state.entry.name).toBe('#public/Team/Menu');
    expect(others(bob)).toEqual(['#public/Team', '#public/Team/Menu']);
    for (const name of ['Team', 'INBOX', 'inbox/x', '#users', 'a//b', '', 'a\u0007']) {
      expect([name, await told(shares.createPublicFolder(name))]).toEqual([name, expect.any(String)]);
    }
    expect(await told(shares.renamePublicFolder('Team', 'Inbox'))).toMatch(/cannot be called INBOX/);
    expect(await told(shares.removePublicFolder('Nothing'))).toMatch(/no such mailbox/i);
    expect(await told(shares.removePublicFolder('Team'))).toMatch(/below/);
    changes = 0;
    await shares.removePublicFolder('Team/Menu');
    await shares.removePublicFolder('Team');
    expect(changes).toBeGreaterThanOrEqual(2);
    expect(menu.state.deleted).toBe(true);
    expect(others(bob)).toEqual([]);
    expect(JSON.parse(readFileSync(office.file, 'utf8')).mailboxes).toEqual([]);
  });
});

describe('a server that starts', () => {
  it('says what is wrong with a broken file, and starts when it is mended', async () => {
    const office = await Office.open('Karen', 'Bob');
    await office.share('Karen', 'Sent', 'bob', 'lr');
    const content = readFileSync(office.file, 'utf8');
    expect(await told(office.restartWith(content.slice(0, -20)))).toMatch(/cannot be used.*Correct it/);
    writeFileSync(office.file, content);
    await office.start();
    expect(others(await office.mail('Bob'))).toEqual(['#users/Karen/Sent']);
  });

  it('forgets what those shared, or were given, who are gone', async () => {
    const office = await Office.open('Karen', 'Bob', 'Ann');
    await office.share('Karen', 'Sent', 'bob', 'lr');
    await office.share('Karen', 'Sent', 'ann', 'lr');
    await office.share('Bob', 'Sent', 'ann', 'lr');
    await office.stop();
    office.people.users.splice(1, 1);
    await office.start();
    const [record, ...more] = JSON.parse(readFileSync(office.file, 'utf8')).mailboxes;
    expect([record.account, record.entries, more]).toEqual([idOf('Karen'), { [`user:${idOf('Ann')}`]: 'lr' }, []]);
    expect(office.asked).toEqual([]);
    const gone = office.shared.accountOf({ name: 'Bob', accountId: idOf('Bob') });
    expect(await refusal(() => gone)).toBe('AUTHORIZATIONFAILED');
    expect(office.asked).toEqual([]);
  });

  it('with an account that cannot be opened shows all others: one broken index must not keep everybody out', async () => {
    const office = await Office.open('Karen', 'Ann', 'Bob');
    await office.share('Karen', 'Sent', 'bob', 'lr');
    await office.share('Ann', 'Sent', 'bob', 'lr');
    await office.restart();
    const { account } = office.store;
    let broken = true;
    office.store.account = (id, kind) =>
      broken && id === idOf('Karen') ? Promise.reject(new Error('broken')) : account(id, kind);
    expect(others(await office.mail('Bob'))).toEqual(['#users/Ann/Sent']);
    expect(office.logger.problems).toHaveLength(1);
    broken = false;
    expect(others(await office.mail('Bob'))).toEqual(['#users/Ann/Sent', '#users/Karen/Sent']);
  });
});
