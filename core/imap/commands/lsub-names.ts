import type { ListPatterns } from './list-pattern.ts';
import { superiorOf } from './mailbox-argument.ts';

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
export function subscribedNames(subscriptions: readonly string[], patterns: ListPatterns): LsubName[] {
  const subscribed = new Set(subscriptions);
  const names: LsubName[] = [];
  const levels = new Set<string>();
  for (const name of subscriptions) {
    if (patterns.matches(name)) names.push({ name, subscribed: true });
    else if (patterns.mayMatchLevels) addReachable(name, patterns, levels);
  }
  for (const name of levels) {
    if (!subscribed.has(name)) names.push({ name, subscribed: false });
  }
  return names;
}

function addReachable(name: string, patterns: ListPatterns, levels: Set<string>): void {
  for (let level = superiorOf(name); level !== undefined && !levels.has(level); level = superiorOf(level)) {
    if (patterns.matchesLevel(level)) levels.add(level);
  }
}
