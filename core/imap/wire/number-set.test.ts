import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from '../../base/errors.ts';
import { wireLimits } from '../../base/limits.ts';
import { formatNumberList, formatNumberSet } from './number-set.ts';
import { readerOf } from './testing.ts';

// The same examples in every run: a failure must come back.
fc.configureGlobal({ seed: 9051 });

const ANY = Number.POSITIVE_INFINITY;

/** A set that must be the only argument. */
function parse(text: string) {
  const reader = readerOf(text);
  const set = reader.expectSequenceSet();
  reader.expectEnd();
  return set;
}

describe('sets that are none', () => {
  it.each([
    '',
    '0',
    '01',
    '1,',
    ',1',
    '1,,2',
    '1:',
    ':1',
    '1:0',
    '0:1',
    '1:2:3',
    '1-2',
    '1 ,2',
    '-1',
    '**',
    '1*',
    '$,1',
    '1,$',
    '$$',
    '$Junk',
    '$1',
    'a',
    '1a',
    '4294967296',
    '1:99999999999999999999',
  ])('%j', (text) => {
    expect(() => parse(text)).toThrow(Malformed);
  });

  it('have more ranges than anybody needs', () => {
    const most = Array.from({ length: wireLimits.setRanges }, () => '1').join(',');
    expect(parse(most)).toHaveLength(wireLimits.setRanges);
    expect(() => parse(`${most},1`)).toThrow('More than 20000 ranges');
  });
});

describe('sets', () => {
  it('keep what was written: order, direction, *', () => {
    expect(parse('2,4:7,9:8,12:*,*:4,*')).toEqual([
      { from: 2, to: 2 },
      { from: 4, to: 7 },
      { from: 9, to: 8 },
      { from: 12, to: ANY },
      { from: ANY, to: 4 },
      { from: ANY, to: ANY },
    ]);
    expect(parse('4294967295')).toEqual([{ from: 4_294_967_295, to: 4_294_967_295 }]);
  });

  it('know $ for the saved result (RFC 5182), alone', () => {
    expect(parse('$')).toBe('$');
    const reader = readerOf('$)');
    expect(reader.sequenceSet()).toBe('$');
    reader.expectChar(')');
  });

  it('leave alone a $ that begins a keyword', () => {
    const reader = readerOf('$Junk');
    expect(reader.sequenceSet()).toBeUndefined();
    expect(reader.flag()).toBe('$Junk');
  });
});

describe('formatNumberSet', () => {
  it.each([
    [[], ''],
    [[7], '7'],
    [[1, 2, 3, 5, 7, 8], '1:3,5,7:8'],
    [[5, 3], '5,3'],
    [[5, 4, 3], '5,4,3'],
    [[3, 4, 1, 2], '3:4,1:2'],
    [[5, 5], '5,5'],
    [[4_294_967_294, 4_294_967_295], '4294967294:4294967295'],
  ])('%j is %j', (numbers, text) => {
    expect(formatNumberSet(numbers)).toBe(text);
    expect(formatNumberSet(Uint32Array.from(numbers))).toBe(text);
  });

  it('keeps the order: COPYUID pairs the numbers of two sets one by one (RFC 4315 section 3)', () => {
    const few = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(fc.array(few, { minLength: 1 }), (numbers) => {
        const set = parse(formatNumberSet(numbers));
        if (set === '$') throw new Error('not a set of numbers');
        const back = set.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
        expect(back).toEqual(numbers);
      }),
    );
  });
});

describe('formatNumberList', () => {
  it('writes every number as join does, from one digit to ten', () => {
    const numbers = fc.uint32Array({ maxLength: 50 });
    const around = fc.integer({ min: 0, max: 9 }).map((power) => Uint32Array.of(10 ** power - 1, 10 ** power));
    fc.assert(
      fc.property(fc.oneof(numbers, around), (list) => {
        expect(formatNumberList(list)).toBe(list.join(' '));
      }),
    );
  });
});
