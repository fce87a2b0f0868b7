import { describe, expect, it } from 'vitest';
import type { MailboxEntry } from '../../mail/ports.ts';
import type { SpecialUse } from '../../mail/special-use.ts';
import { ListPatterns } from './list-pattern.ts';
import { type ListSelection, selectNames } from './list-selection.ts';

function account(
  mailboxes: readonly string[],
  subscriptions: readonly string[] = [],
  uses: Record<string, SpecialUse> = {},
  fakesLevels = false,
) {
  const entries: MailboxEntry[] = mailboxes.map((name) => ({
    name,
    objectId: `M${name}`,
    specialUse: uses[name] === undefined ? [] : [uses[name]],
  }));
  return {
    fakesLevels,
    mailboxes: () => entries,
    find: (name: string) => entries.find((entry) => entry.name === name),
    subscriptions: () => subscriptions,
  };
}

/** Names as a person reads them: `?` no such mailbox, `!` a faked one, `-` not selected itself, `+` with CHILDINFO. */
async function listed(
  of: ReturnType<typeof account>,
  patterns: string | string[],
  selection: Partial<ListSelection> = {},
) {
  const names = await selectNames(of, new ListPatterns('', [patterns].flat()), {
    subscribed: false,
    specialUse: false,
    recursiveMatch: false,
    ...selection,
  });
  return names.map(
    ({ name, entry, faked, selected, childInfo }) =>
      `${entry ? '' : faked ? '!' : '?'}${selected ? '' : '-'}${name}${childInfo ? '+' : ''}`,
  );
}

const recursive = { subscribed: true, recursiveMatch: true };

describe('LIST without selection options', () => {
  it('shows levels that are no mailboxes with every pattern: clients must build the same tree by whatever way', async () => {
    const of = account(['also/jazz', 'music/rock/loud']);
    expect(await listed(of, '%')).toEqual(['?-also', '?-music']);
    expect(await listed(of, 'mus%')).toEqual(['?-music']);
    expect(await listed(of, 'music/%')).toEqual(['?-music/rock']);
    expect(await listed(of, '*')).toEqual(['?-also', 'also/jazz', '?-music', '?-music/rock', 'music/rock/loud']);
    expect(await listed(of, 'music')).toEqual(['?-music']);
  });

  it('shows a name once, however many patterns it matches', async () => {
    expect(await listed(account(['INBOX', 'a', 'a/b']), ['*', 'a', '%'])).toEqual(['INBOX', 'a', 'a/b']);
  });
});

describe('LIST (SUBSCRIBED)', () => {
  const fruit = account(
    ['INBOX', 'Fruit', 'Fruit/Apple', 'Fruit/Banana', 'Tofu', 'Vegetable', 'Vegetable/Broccoli', 'Vegetable/Corn'],
    ['Vegetable/Broccoli', 'Fruit/Peach', 'Vegetable', 'INBOX', 'Fruit/Banana'],
  );

  it('lists exactly what is subscribed to, missing mailboxes too (RFC 9051 section 6.3.9.8, example 2)', async () => {
    expect(await listed(fruit, '*', { subscribed: true })).toEqual([
      'INBOX',
      'Fruit/Banana',
      '?Fruit/Peach',
      'Vegetable',
      'Vegetable/Broccoli',
    ]);
  });

  it('adds no levels unless RECURSIVEMATCH asks for them (example 7 A)', async () => {
    const of = account(['INBOX', 'Foo', 'Foo/Bar', 'Foo/Baz', 'Moo'], ['Foo/Baz']);
    expect(await listed(of, '%', { subscribed: true })).toEqual([]);
    expect(await listed(of, '%', recursive)).toEqual(['-Foo+']);
  });
});

describe('LIST with RECURSIVEMATCH', () => {
  it('marks a parent that fits itself and has children that do (example 7 A1)', async () => {
    expect(await listed(account(['Foo', 'Foo/Baz'], ['Foo', 'Foo/Baz']), '%', recursive)).toEqual(['Foo+']);
  });

  it('names a parent that does not exist (example 7 A2)', async () => {
    expect(await listed(account(['Foo/Baz'], ['Foo/Baz']), '%', recursive)).toEqual(['?-Foo+']);
  });

  it('says nothing of children that do not fit (example 7 B and C)', async () => {
    const mailboxes = ['INBOX', 'Foo', 'Foo/Bar', 'Foo/Baz', 'Moo'];
    expect(await listed(account(mailboxes), '%', recursive)).toEqual([]);
    expect(await listed(account(mailboxes, ['Foo', 'Moo']), '%', recursive)).toEqual(['Foo', 'Moo']);
  });

  it('counts children whether or not they match the pattern, and leaves out what is redundant (example 8)', async () => {
    const of = account(
      [
        'INBOX',
        'foo2',
        'foo2/bar1',
        'foo2/bar2',
        'baz2',
        'baz2/bar2',
        'baz2/bar22',
        'baz2/bar222',
        'eps2',
        'eps2/mamba',
        'qux2/bar2',
      ],
      ['foo2/bar1', 'foo2/bar2', 'baz2/bar2', 'baz2/bar22', 'baz2/bar222', 'eps2', 'eps2/mamba', 'qux2/bar2'],
    );
    expect(await listed(of, '*2', recursive)).toEqual([
      'baz2/bar2',
      'baz2/bar22',
      'baz2/bar222',
      'eps2+',
      '-foo2+',
      'foo2/bar2',
      'qux2/bar2',
    ]);
  });

  it('does not need the child to exist (example 9)', async () => {
    expect(await listed(account(['foo'], ['foo/bar']), 'foo', recursive)).toEqual(['-foo+']);
  });
});

describe('LIST (SPECIAL-USE)', () => {
  const of = account(['INBOX', 'Mail', 'Mail/Sent', 'Trash'], ['Mail/Sent'], {
    'Mail/Sent': '\\Sent',
    Trash: '\\Trash',
  });

  it('lists mailboxes with a special use only', async () => {
    expect(await listed(of, '*', { specialUse: true })).toEqual(['Mail/Sent', 'Trash']);
    expect(await listed(of, '%', { specialUse: true })).toEqual(['Trash']);
  });

  it('narrows SUBSCRIBED, and is narrowed by it', async () => {
    expect(await listed(of, '*', { specialUse: true, subscribed: true })).toEqual(['Mail/Sent']);
    expect(await listed(of, '%', { specialUse: true, ...recursive })).toEqual(['-Mail+']);
  });
});

describe('LIST where levels are faked (IMAP4-SERVICE, "Fake access to inaccessible mailboxes")', () => {
  const shared = ['INBOX', 'Zoo', '#users/Karen/Inbox', '#users/Karen/Work/2026'];
  const of = account(shared, ['#users/Karen', '#users/Olaf'], { Zoo: '\\Archive' }, true);

  it('shows them like mailboxes, whatever the pattern: a client that cannot open what it sees is upset', async () => {
    expect(await listed(of, '%')).toEqual(['INBOX', '!#users', 'Zoo']);
    expect(await listed(of, '#users')).toEqual(['!#users']);
    expect(await listed(of, '*')).toEqual([
      'INBOX',
      '!#users',
      '!#users/Karen',
      '#users/Karen/Inbox',
      '!#users/Karen/Work',
      '#users/Karen/Work/2026',
      'Zoo',
    ]);
  });

  it('shows none above which there is nothing to see, subscribed or not', async () => {
    expect(await listed(of, '*', { subscribed: true })).toEqual(['!#users/Karen', '?#users/Olaf']);
    expect(await listed(of, '%', recursive)).toEqual(['!-#users+']);
  });

  it('gives them no special use', async () => {
    expect(await listed(of, '*', { specialUse: true })).toEqual(['Zoo']);
  });
});
