import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseUnicode } from './normalise-unicode.ts';

const FORMS = ['NFC', 'NFKC', 'NFKD'] as const;
const marks = (count: number) => `a${'\u0300\u0323'.repeat(count)}`;

describe('normalised text', () => {
  it('is what String.normalize makes of it, for all text that people write', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', 'e\u0301', 'ﬁ', '각', 'İ', '\u0323', '\u0300', ' ') });
    fc.assert(
      fc.property(text, fc.constantFrom(...FORMS), (some, form) => {
        fc.pre(!/\p{M}{31}/u.test(some));
        expect(normaliseUnicode(some, form)).toBe(some.normalize(form));
      }),
    );
  });

  it('takes no time that grows with the square: marks without end would stop everybody', () => {
    for (const form of FORMS) {
      const start = performance.now();
      const made = normaliseUnicode(marks(500_000), form);
      // By itself it takes a quarter of an hour.
      expect(performance.now() - start).toBeLessThan(20_000);
      expect(made.length).toBeGreaterThan(900_000);
      expect(normaliseUnicode(made, form) === made).toBe(true);
    }
  });
});
