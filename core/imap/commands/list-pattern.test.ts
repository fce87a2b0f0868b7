import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailboxLimits } from '../../base/limits.ts';
import { ListPattern, ListPatterns } from './list-pattern.ts';

/** What the RFC says, tried in every way there is. */
function naive(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first !== '*' && first !== '%') return name[0] === first && naive(rest, name.slice(1));
  for (let taken = 0; taken <= name.length; taken++) {
    if (first === '%' && name.slice(0, taken).includes('/')) return false;
    if (naive(rest, name.slice(taken))) return true;
  }
  return false;
}

const matches = (pattern: string, name: string, reference = '') => new ListPattern(reference, pattern).matches(name);

describe('a LIST pattern', () => {
  it('answers as the definition of * and % does', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '%', '*'), maxLength: 9 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 9 });
    fc.assert(
      fc.property(pattern, name, (pattern, name) => {
        expect(matches(pattern, name)).toBe(naive(pattern, name));
      }),
      { numRuns: 5_000 },
    );
  });

  it('answers the same when its states need several words', () => {
    const piece = fc.constantFrom('ab'.repeat(20), 'a'.repeat(31), 'a'.repeat(32), 'b', '/');
    const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
    const pattern = fc.array(fc.oneof(piece, fc.constantFrom('*', '%')), { maxLength: 6 }).map((p) => p.join(''));
    fc.assert(
      fc.property(pattern, text, (pattern, name) => {
        expect(matches(pattern, name)).toBe(naive(pattern, name));
      }),
      { numRuns: 100 },
    );
  });

  it('finds a name made from it by filling the gaps', () => {
    const gap = fc.constantFrom('*', '%');
    const literal = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((s) => !/[*%]/.test(s));
    fc.assert(
      fc.property(fc.array(fc.tuple(literal, gap, literal), { minLength: 1, maxLength: 6 }), (parts) => {
        const pattern = parts.map(([before, wildcard]) => before + wildcard).join('');
        const name = parts
          .map(([before, wildcard, filling]) => before + (wildcard === '*' ? filling : filling.replaceAll('/', '-')))
          .join('');
        fc.pre(!pattern.startsWith('#'));
        expect(matches(pattern, name)).toBe(true);
      }),
    );
  });

  it.each([
    ['inbox', 'INBOX', true],
    ['inbox/a', 'INBOX/a', true],
    ['INBOX/A', 'INBOX/a', false],
    ['#users/KAREN/*', '#users/Karen/Inbox', true],
    ['#users/karen/inBOX/%', '#users/Karen/Inbox/Deep', true],
    ['#users/%/inbox', '#users/Karen/Inbox', true],
    ['#users/\u00c5sa', '#users/\u00e5sa', true],
    ['#users/karen/WORK', '#users/Karen/Work', false],
    ['#users/karen/work/inbox', '#users/Karen/work/Inbox', false],
    ['#public/inbox', '#public/Inbox', false],
  ])(
    'knows no case in INBOX and the names of users, and knows it everywhere else: %s and %s',
    (pattern, name, fits) => {
      expect(matches(pattern, name)).toBe(fits);
    },
  );

  it('does not try again and again: stars between equal letters would take a backtracking matcher for ever', () => {
    const name = 'a'.repeat(mailboxLimits.name);
    expect(matches(`${'*a'.repeat(300)}*b`, name)).toBe(false);
    expect(matches(`${'%a'.repeat(300)}%b`, name)).toBe(false);
    expect(matches('*a'.repeat(300), name)).toBe(true);
    expect(matches('%*'.repeat(10_000), name)).toBe(true);
  });

  it('matches nothing when it is longer than any name', () => {
    const longest = 'a'.repeat(mailboxLimits.name);
    expect(matches(longest, longest)).toBe(true);
    expect(matches(`${longest}a`, longest)).toBe(false);
    expect(matches(`${'a'.repeat(60_000)}*`, longest)).toBe(false);
  });

  it('takes the reference as the beginning of the name, wildcards in it literally', () => {
    expect(matches('%', 'archive/2024', 'archive/')).toBe(true);
    expect(matches('%', 'archive/2024/05', 'archive/')).toBe(false);
    expect(matches('b%', 'a*/bc', 'a*/')).toBe(true);
    expect(matches('b%', 'axx/bc', 'a*/')).toBe(false);
  });

  it('leaves the reference out where the pattern begins with the # of a namespace', () => {
    expect(matches('#news/%', '#news/comp', 'archive/')).toBe(true);
    expect(matches('#news/%', 'archive/#news/comp', 'archive/')).toBe(false);
  });

  it.each([
    ['inbox', 'INBOX', true],
    ['iNb%', 'INBOX', true],
    ['inbox/%', 'INBOX/work', true],
    ['inbox/w%', 'INBOX/Work', false],
    ['inboxes', 'INBOXES', false],
    ['archive', 'ARCHIVE', false],
  ])('gives INBOX no case: %s and %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });
});

describe('several LIST patterns', () => {
  it('match when one does, and an empty one never does', () => {
    const patterns = new ListPatterns('foo', ['', 'a', 'b%']);
    expect(patterns.matches('fooa')).toBe(true);
    expect(patterns.matches('foobar')).toBe(true);
    expect(patterns.matches('foo')).toBe(false);
  });

  it('let levels match through those that end in % only', () => {
    const patterns = new ListPatterns('', ['*', 'music/%']);
    expect(patterns.mayMatchLevels).toBe(true);
    expect(patterns.matchesLevel('music')).toBe(false);
    expect(patterns.matchesLevel('music/rock')).toBe(true);
    expect(new ListPatterns('', ['*']).mayMatchLevels).toBe(false);
  });
});
