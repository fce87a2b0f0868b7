import { type ListPatterns, matching } from './list-pattern.ts';
import { superiorsOf } from './list-selection.ts';

/** A name that LSUB tells. */
export interface LsubName {
  readonly name: string;
  /** False: only something below it is subscribed to. */
  readonly subscribed: boolean;
}

/**
 * The subscribed names that match; and where a pattern that ends in `%` keeps a subscribed name out of sight, the level
 * above it that the pattern does reach (RFC 3501 section 6.3.9: `foo` for `foo/bar`, and it MUST have \Noselect).
 */
export async function subscribedNames(subscriptions: readonly string[], patterns: ListPatterns): Promise<LsubName[]> {
  const names = subscriptions.map((name) => ({ name, subscribed: true }));
  const matched = await matching(names, (name) => patterns.matches(name));
  if (!patterns.mayMatchLevels) return matched;
  const subscribed = new Set(subscriptions);
  const listed = new Set(matched.map(({ name }) => name));
  const outOfSight = superiorsOf(names.filter(({ name }) => !listed.has(name)));
  const levels = Array.from(outOfSight, (name) => ({ name, subscribed: false })).filter(
    ({ name }) => !subscribed.has(name),
  );
  return [...matched, ...(await matching(levels, (name) => patterns.matchesLevel(name)))];
}
