import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, canonicalName, isNamespaced, placeOfNamespaces, sharedName, superiorsOf } from './names.ts';

fc.configureGlobal({ seed: 2342 });

const users = ['Karen', 'inbox', 'a.b@example.org'].map((name) => ({ name, accountId: `id-${name}` }));
const people = {
  userNamed: (name: string) => users.find((user) => user.name.toLowerCase() === name.toLowerCase()),
  userById: (id: string) => users.find((user) => user.accountId === id),
};

describe('names of what is shared', () => {
  it.each([
    ['#users/karen/inbox', '#users/Karen/Inbox', 'INBOX'],
    ['#users/KAREN/INBOX/Bills', '#users/Karen/Inbox/Bills', 'INBOX/Bills'],
    ['#users/Karen/Inboxes', '#users/Karen/Inboxes', 'Inboxes'],
    ['#users/Karen/Projects/inbox', '#users/Karen/Projects/inbox', 'Projects/inbox'],
    ['#users/INBOX/Inbox', '#users/inbox/Inbox', 'INBOX'],
    ['#public/Inbox', '#public/Inbox', 'Inbox'],
  ])('%s is %s, or a client would show two folders', (name, spelled, local) => {
    expect(canonicalName(name, people)).toBe(spelled);
    expect(addressOf(name, people)?.local).toBe(local);
  });

  it.each(['#users', '#users/', '#users/karen', '#users/karen/', '#users/nobody/INBOX', '#public', '#public/'])(
    '%s is nobody’s mailbox',
    (name) => {
      expect(addressOf(name, people)).toBeUndefined();
    },
  );

  it.each(['#Users/karen/Inbox', '#userskaren', 'users/karen', '#publicity', '', 'INBOX'])(
    '%j is in no namespace: the user’s own mail answers for it',
    (name) => {
      expect(isNamespaced(name)).toBe(false);
    },
  );

  it('lead back to the mailbox they were made of, whoever owns it', () => {
    const level = fc.stringMatching(/^[a-zA-Z0-9 .#]{1,8}$/).filter((text) => text.toLowerCase() !== 'inbox');
    const local = fc
      .tuple(fc.boolean(), fc.array(level, { minLength: 1, maxLength: 4 }))
      .map(([inbox, levels]) => [...(inbox ? ['INBOX'] : []), ...levels].join('/'));
    fc.assert(
      fc.property(fc.constantFrom('public', ...users.map(({ accountId }) => accountId)), local, (owner, name) => {
        const shared = sharedName({ owner, local: name }, people)!;
        expect(isNamespaced(shared)).toBe(true);
        expect(addressOf(shared, people)).toEqual({ owner, local: name });
        expect(canonicalName(shared, people)).toBe(shared);
      }),
    );
  });

  it('have the levels above them, the innermost first', () => {
    expect(superiorsOf('#users/Karen/A/B')).toEqual(['#users/Karen/A', '#users/Karen', '#users']);
    expect(superiorsOf('INBOX')).toEqual([]);
  });

  it('stand where their # sorts them: clients show the list as it comes', () => {
    const at = (...names: string[]) => placeOfNamespaces(names.map((name) => ({ name })));
    expect(at('INBOX', 'INBOX/Z', '!first', 'Archive')).toBe(3);
    expect(at('INBOX')).toBe(1);
    expect(at()).toBe(0);
  });
});
