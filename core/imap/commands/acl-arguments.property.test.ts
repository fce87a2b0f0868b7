import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from '../../base/errors.ts';
import { RIGHTS, type Right, rightsFromText, rightsToText } from '../../mail/rights.ts';
import { astring, utf8 } from '../wire/encode.ts';
import { readerOf } from '../wire/testing.ts';
import { expectIdentifier, expectRightsChange } from './acl-arguments.ts';
import { grantableText } from './get-acl.ts';

// The same examples in every run: a failure must come back.
fc.configureGlobal({ seed: 4314 });

const rights = fc.subarray([...RIGHTS]).map((some) => new Set(some));

/** Undefined when it is Malformed; anything else that is thrown fails the test. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (problem) {
    if (!(problem instanceof Malformed)) throw problem;
    expect(problem.message).toMatch(/^[\x20-\x7e]+$/);
    return undefined;
  }
}

describe('rights as clients write them', () => {
  it('come back from what is told of them, obsolete letters and all: a client may send back what it read', () => {
    fc.assert(
      fc.property(rights, (some) => {
        // `c` and `d` widen a part to the whole, as RFC 4314 section 2.1.1 has it
        const told = rightsFromText(rightsToText(some))!;
        for (const right of some) expect(told).toContain(right);
        const widened = (one: Right, other: Right) => some.has(one) || some.has(other);
        expect([told.has('k'), told.has('x')]).toEqual([widened('k', 'x'), widened('k', 'x')]);
        expect([told.has('t'), told.has('e')]).toEqual([widened('t', 'e'), widened('t', 'e')]);
      }),
    );
  });

  it('are read with + and -, in any order and twice, and with nothing behind', () => {
    const letters = fc.array(fc.constantFrom(...RIGHTS, 'c', 'd'), { maxLength: 20 });
    fc.assert(
      fc.property(letters, fc.constantFrom('', '+', '-'), fc.boolean(), (some, sign, asQuoted) => {
        const text = sign + some.join('');
        const reader = readerOf(` ${asQuoted ? `"${text}"` : astring(text)}`);
        const { mode, rights: read } = expectRightsChange(reader);
        reader.expectEnd();
        expect(mode).toBe({ '': 'replace', '+': 'add', '-': 'remove' }[sign]);
        expect(read).toEqual(rightsFromText(some.join('')));
      }),
    );
  });

  it('with one letter that is none are BAD as a whole: never half of what was asked', () => {
    const wrong = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 1 })
      .filter((one) => !/[lrswipkxteacd]/.test(one));
    fc.assert(
      fc.property(rights, wrong, fc.nat(), (some, one, at) => {
        const letters = [...some, ''].map(String);
        letters.splice(at % letters.length, 0, one);
        const text = letters.join('');
        fc.pre(!/^[+-]/.test(text) && !/[\0\r\n]/.test(text));
        expect(attempt(() => expectRightsChange(readerOf(` ${astring(utf8(text))}`)))).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe('identifiers', () => {
  it('are read as they were written, or are BAD; nothing else is thrown, whatever the octets', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.constantFrom('-', '--', '$', '-$office', '\u00ad', '-\u00ad', 'a\u0007b', '\u0627a', 'K\u0041\u030a'),
    );
    fc.assert(
      fc.property(text, (one) => {
        fc.pre(one.isWellFormed() && !one.includes('\0'));
        const identifier = attempt(() => expectIdentifier(readerOf(` ${astring(utf8(one))}`)));
        if (identifier === undefined) return;
        expect(identifier.supplied).toBe(one);
        expect(identifier.prepared.replace(/^-/, '')).not.toBe('');
        // prepared again it stays: one person, one name
        const again = attempt(() => expectIdentifier(readerOf(` ${astring(utf8(identifier.prepared))}`)));
        expect(again?.prepared.normalize('NFKC')).toBe(identifier.prepared.normalize('NFKC'));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['""', '-', '"-"', '"\u00c2\u00ad"', '"a\u0007"'])(
    'are BAD when nothing is left or nobody can be called so: %j',
    (line) => {
      expect(() => expectIdentifier(readerOf(` ${line}`))).toThrow(Malformed);
    },
  );

  it('keep the - of negative rights and are prepared behind it', () => {
    expect(expectIdentifier(readerOf(` ${astring(utf8('-\uff4baren'))}`))).toEqual({
      prepared: '-karen',
      supplied: '-\uff4baren',
    });
  });
});

describe('the LISTRIGHTS reply', () => {
  it('names every right once, c and d too, and promises nothing that has to be given (RFC 4314 section 2.1.1, 3.7)', () => {
    fc.assert(
      fc.property(rights, rights, (always, some) => {
        const optional = [...some].filter((right) => !always.has(right));
        const [had = '', ...single] = grantableText({ always, optional }).split(' ');
        const letters = [...had.replaceAll('"', ''), ...single];
        expect(single.every((one) => one.length === 1)).toBe(true);
        expect(new Set(letters).size).toBe(letters.length);
        const possible = new Set([...always, ...optional]);
        expect(letters.filter((one) => !'cd'.includes(one)).sort()).toEqual([...possible].sort());
        const members: readonly (readonly [string, readonly Right[]])[] = [
          ['c', ['k', 'x']],
          ['d', ['t', 'e']],
        ];
        for (const [letter, stands] of members) {
          expect(letters.includes(letter)).toBe(stands.some((right) => possible.has(right)));
          if (had.includes(letter)) expect(stands.some((right) => optional.includes(right))).toBe(false);
        }
      }),
    );
  });
});
