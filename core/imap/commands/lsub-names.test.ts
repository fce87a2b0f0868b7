import { describe, expect, it } from 'vitest';
import { ListPatterns } from './list-pattern.ts';
import { subscribedNames } from './lsub-names.ts';

const told = (subscriptions: string[], pattern: string) =>
  subscribedNames(subscriptions, new ListPatterns('', [pattern])).map(({ name, subscribed }) =>
    subscribed ? name : `(${name})`,
  );

describe('LSUB', () => {
  it('shows the level above with %, marked as not subscribed (RFC 3501 section 6.3.9, MUST)', () => {
    expect(told(['foo/bar'], '%')).toEqual(['(foo)']);
    expect(told(['foo/bar', 'foo/zap', 'foo'], '%')).toEqual(['foo']);
    expect(told(['foo/bar/deep', 'foo/zap/deep'], 'foo/%')).toEqual(['(foo/bar)', '(foo/zap)']);
  });

  it('shows no levels with * or without a wildcard', () => {
    expect(told(['foo/bar'], '*')).toEqual(['foo/bar']);
    expect(told(['foo/bar'], 'foo')).toEqual([]);
    expect(told(['foo/bar'], '*%')).toEqual(['foo/bar']);
  });
});
