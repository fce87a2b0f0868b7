import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorableFlag, LONGEST_KEYWORD, nearestKeyword } from './flags.ts';

describe('flags that may be stored', () => {
  it.each(['\\Seen', '\\answered', '$Forwarded', 'NonJunk', "a!#$&'+,-./:;<=>?@[^_`|}~", 'x'.repeat(LONGEST_KEYWORD)])(
    '%s',
    (flag) => expect(isStorableFlag(flag)).toBe(true),
  );

  it.each([
    '',
    '\\Recent',
    '\\Other',
    'a b',
    'a\r\nb',
    'a\0',
    '(',
    'a)',
    '{',
    'a%',
    '*',
    '"',
    ']',
    'é',
    '\u010d\u010a',
    'a\\b',
    'x'.repeat(LONGEST_KEYWORD + 1),
  ])('and not %j, which would be read as something else', (flag) => expect(isStorableFlag(flag)).toBe(false));

  it('are what any foreign keyword becomes, or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (foreign) => {
        const keyword = nearestKeyword(foreign);
        if (keyword !== undefined) expect(isStorableFlag(keyword)).toBe(true);
      }),
    );
    expect([
      nearestKeyword('Foo Bar'),
      nearestKeyword('Foo]Bar'),
      nearestKeyword('Später'),
      nearestKeyword('日本'),
    ]).toEqual(['Foo_Bar', 'Foo_Bar', 'Spater', undefined]);
  });
});
