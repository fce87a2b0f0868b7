import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourcesText } from './get-quota.ts';
import { warningOf } from './quota-warning.ts';

const state = (octets: number, messages: number, limits: { octets?: number; messages?: number } = {}) => ({
  usage: { octets, messages },
  limits: { octets: limits.octets, messages: limits.messages },
});

describe('the resources of a QUOTA reply', () => {
  it('are those that are limited, and none when none is (RFC 9208 section 4.2.1)', () => {
    expect(resourcesText(state(2048, 3))).toBe('');
    expect(resourcesText(state(2048, 3, { octets: 10240 }))).toBe('STORAGE 2 10');
    expect(resourcesText(state(2048, 3, { octets: 10240, messages: 0 }))).toBe('STORAGE 2 10 MESSAGE 3 0');
  });

  it('never show room that is not there: rounding is against the user', () => {
    const amount = fc.nat({ max: 2 ** 31 });
    fc.assert(
      fc.property(amount, amount, (used, limit) => {
        const [, usage, allowed] = resourcesText(state(used, 0, { octets: limit }))
          .split(' ')
          .map(Number);
        expect((allowed! - usage!) * 1024).toBeLessThanOrEqual(Math.max(limit - used, 0));
        expect(usage! * 1024 - used).toBeLessThan(1024);
        expect(limit - allowed! * 1024).toBeLessThan(1024);
      }),
    );
  });
});

describe('the warning at login', () => {
  it.each([
    [799, undefined],
    [800, /coming close.*80 % used/],
    [899, /coming close.*89 % used/],
    [900, /almost at its limit.*90 % used/],
    [999, /almost at its limit.*99 % used/],
    [1000, /reached its limit.*100 % used/],
    [1500, /reached its limit.*150 % used/],
  ])('of %d parts of 1000 used is %s, whichever resource it is', (used, warning) => {
    for (const text of [
      warningOf(state(used, 1, { octets: 1000, messages: 99 })),
      warningOf(state(1, used, { messages: 1000 })),
    ]) {
      if (warning === undefined) expect(text).toBeUndefined();
      else expect(text).toMatch(warning);
    }
  });

  it('is none without a limit, and none for nothing under a limit of nothing', () => {
    expect(warningOf(state(2 ** 40, 2 ** 20))).toBeUndefined();
    expect(warningOf(state(0, 0, { octets: 0, messages: 0 }))).toBeUndefined();
    expect(warningOf(state(1, 0, { octets: 0 }))).toMatch(/reached its limit: [^%]*$/);
  });
});
