import { describe, expect, it } from 'vitest';
import type { MailAccount } from '../../core/mail/ports.ts';
import { textMessage } from '../../core/store/testing/test-store.ts';
import { idOf, Office, openMailbox, others, rights } from './office.ts';

type Probe = (mail: MailAccount, name: string) => unknown;

/** Every method that takes a mailbox's name. */
const probes: Record<string, Probe> = {
  find: (mail, name) => mail.find(name),
  delete: (mail, name) => mail.delete(name),
  'rename, from': (mail, name) => mail.rename(name, '#users/Karen/Seen/New'),
  'rename, from, to oneself': (mail, name) => mail.rename(name, 'Mine'),
  status: (mail, name) => mail.status(name),
  select: (mail, name) => openMailbox(mail, name),
  examine: (mail, name) => mail.select(name, { readOnly: true, onChange() {} }),
  append: (mail, name) => mail.append(name, [textMessage('one')]),
  myRights: (mail, name) => mail.myRights(name),
  acl: (mail, name) => mail.acl(name),
  setAcl: (mail, name) => mail.setAcl(name, 'bob', { mode: 'add', rights: rights('l') }),
  listRights: (mail, name) => mail.listRights(name, 'bob'),
  quotaRoots: (mail, name) => mail.quotaRoots(name),
  subscribe: (mail, name) => mail.setSubscribed(name, true),
  unsubscribe: (mail, name) => mail.setSubscribed(name, false),
  'create below': (mail, name) => mail.create(`${name}/New`),
  'copy to': async (mail, name) => (await openMailbox(mail, 'INBOX')).copy([1], name),
  'move to': async (mail, name) => (await openMailbox(mail, 'INBOX')).move([1], name),
};

async function outcome(probe: Probe, mail: MailAccount, name: string): Promise<unknown> {
  try {
    return { value: await probe(mail, name) };
  } catch (problem) {
    const { name: kind, message, code } = problem as Error & { code?: string };
    return { kind, message, code };
  }
}

describe.each([false, true])('a mailbox that a user may not see, levels faked: %s,', (faked) => {
  async function office() {
    const office = await Office.open('Karen', 'Bob', 'Ann');
    office.options.fakeInaccessibleMailboxes = faked;
    const karen = await office.mail('Karen');
    for (const name of ['Seen', 'Secret', 'Seen/Below', 'Other']) await karen.create(name);
    await office.share('Karen', 'Seen', 'bob', 'lrswipkxtea');
    await office.share('Karen', 'Seen/Below', 'bob', '');
    // All but l: without it the others are worth nothing.
    await office.share('Karen', 'Secret', 'bob', 'rswipkxtea');
    await office.share('Karen', 'Other', 'anyone', 'lr');
    await office.share('Karen', 'Other', '-bob', 'l');
    const ann = await office.mail('Ann');
    await ann.create('Secret');
    await office.share('Ann', 'Secret', 'karen', 'lr');
    await office.shared.shares.createPublicFolder('Secret');
    const bob = await office.mail('Bob');
    await bob.append('INBOX', [textMessage('mine')]);
    return { office, bob };
  }

  const hidden = [
    '#users/Karen/Secret',
    '#users/Karen/Other',
    '#users/Karen/Inbox',
    '#users/Karen/Seen/Below',
    '#users/Ann/Secret',
    '#users/Ann/Inbox',
    '#users/Ann',
    '#public/Secret',
    '#public',
  ];
  // What is at the same place and is not there.
  const missing: Record<string, string> = {
    '#users/Karen/Seen/Below': '#users/Karen/Seen/Nothing',
    '#users/Ann/Secret': '#users/Nobody/Secret',
    '#users/Ann/Inbox': '#users/Nobody/Inbox',
    '#users/Ann': '#users/Nobody',
    '#public': '#users/Nobody',
  };

  it.each(Object.entries(probes))('is to %s as if it were not there', async (what, probe) => {
    const { bob } = await office();
    for (const name of hidden) {
      // Where Bob may create, a free name can be taken and this one cannot: that alone cannot be kept from him.
      if (what === 'create below' && name === '#users/Karen/Seen/Below') continue;
      const other = missing[name] ?? name.replace(/[^/]+$/, 'Nothing');
      expect([name, await outcome(probe, bob, name)]).toEqual([name, await outcome(probe, bob, other)]);
    }
    expect(others(bob)).toEqual(['#users/Karen/Seen']);
  });

  it('is not opened by probing: that would take longer, and fill the memory', async () => {
    const { office: before } = await office();
    await before.restart();
    const bob = await before.mail('Bob');
    expect(before.asked.toSorted()).toEqual([idOf('Bob'), idOf('Karen')].toSorted());
    for (const probe of Object.values(probes)) {
      for (const name of ['#users/Ann/Secret', '#users/Ann', '#users/Ann/Nothing', '#public/Secret']) {
        await outcome(probe, bob, name);
      }
    }
    await outcome((mail) => mail.quota('user/Ann'), bob, '');
    expect(before.asked).toHaveLength(2);
  });

  it('takes its name without a word: CREATE and RENAME to it are refused as without k', async () => {
    const { office: one, bob } = await office();
    const karen = await one.mail('Karen');
    await bob.create('#users/Karen/Seen/Free');
    for (const taken of ['#users/Karen/Seen/Below', '#users/Karen/Secret', '#users/Karen/Inbox']) {
      const created = await outcome((mail) => mail.create(taken), bob, '');
      const renamed = await outcome((mail) => mail.rename('#users/Karen/Seen/Free', taken), bob, '');
      expect([created, renamed]).toEqual([created, created]);
      expect(created).toMatchObject({ code: 'NOPERM' });
    }
    await one.share('Karen', 'Seen', 'bob', 'lx');
    expect(await outcome((mail) => mail.create('#users/Karen/Seen/New'), bob, '')).toEqual(
      await outcome((mail) => mail.create('#users/Karen/Inbox'), bob, ''),
    );
    expect(karen.find('Seen/Free')).toBeDefined();
  });

  it('does not show through a name that cannot be deleted because of it', async () => {
    const { bob } = await office();
    expect(await outcome(probes['delete']!, bob, '#users/Karen/Seen')).toMatchObject({ code: 'NOPERM' });
    await bob.create('#users/Karen/Seen/Mine');
    expect(await outcome(probes['delete']!, bob, '#users/Karen/Seen')).toMatchObject({ code: 'HASCHILDREN' });
  });

  it('has no quota root to tell of', async () => {
    const { bob } = await office();
    const answers = ['user/Ann', 'user/Nobody', 'public', 'user/', ''].map((root) =>
      outcome((mail) => mail.quota(root), bob, ''),
    );
    expect(new Set((await Promise.all(answers)).map((answer) => JSON.stringify(answer))).size).toBe(1);
  });
});
