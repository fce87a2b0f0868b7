import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../base/errors.ts';
import { checkName, foldName } from './names.ts';

describe('user names', () => {
  it.each([
    '',
    ' karen',
    '-karen',
    '.',
    '..',
    '@example.org',
    'a/b',
    'a\\b',
    'karen smith',
    'a*',
    'a%',
    'a\0b',
    'a\r\nb',
    'a"b',
    '\u202Ekaren',
    '😀',
    'x'.repeat(255),
    'Anyone',
  ])('refuses %j, which a path, a pattern, an access list or a line could take for something else', (name) => {
    expect(() => checkName(name)).toThrow(UserError);
  });

  it.each(['karen', 'K', '7', 'karen.o-brien_2@example.org', 'Jürgen', 'Ольга', '小林', 'x'.repeat(254)])(
    'takes %j',
    (name) => {
      expect(checkName(name)).toBe(name);
    },
  );

  it('takes two spellings of one name for one, so that nobody is made twice', () => {
    expect(foldName('KAREN@Example.ORG')).toBe('karen@example.org');
    expect(foldName('Ju\u0308rgen')).toBe(foldName('JÜRGEN'));
    expect(foldName('\uFF4Baren')).toBe('karen'); // a wide k
    expect(foldName('\u212Aaren')).toBe('karen'); // the Kelvin sign
  });

  it('folds whatever a client sends, and what is folded stays so', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
        expect(foldName(foldName(name))).toBe(foldName(name));
      }),
    );
  });
});
