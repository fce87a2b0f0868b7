import { describe, expect, it } from 'vitest';
import { ListPatterns } from './list-pattern.ts';
import { subscribedNames } from './lsub-names.ts';

async function told(subscriptions: string[], pattern: string): Promise<string[]> {
  const names = await subscribedNames(subscriptions, new ListPatterns('', [pattern]));
  return names.map(({ name, subscribed }) => (subscribed ? name : `(${name})`));
}

describe('LSUB', () => {
  it('shows the level above with %, marked as not subscribed (RFC 3501 section 6.3.9, MUST)', async () => {
    expect(await told(['foo/bar'], '%')).toEqual(['(foo)']);
    expect(await told(['foo/bar', 'foo/zap', 'foo'], '%')).toEqual(['foo']);
    expect(await told(['foo/bar/deep', 'foo/zap/deep'], 'foo/%')).toEqual(['(foo/bar)', '(foo/zap)']);
  });

  it('shows no levels with * or without a wildcard', async () => {
    expect(await told(['foo/bar'], '*')).toEqual(['foo/bar']);
    expect(await told(['foo/bar'], 'foo')).toEqual([]);
    expect(await told(['foo/bar'], '*%')).toEqual(['foo/bar']);
  });
});
