import type { FlagChange, FlagSetId } from '../../mail/flags.ts';
import type { FlagRights } from '../../mail/ports.ts';
import type { StoredFlagSets } from '../index/flag-sets.ts';

/** Whether somebody with these rights may change the flag (RFC 4314 section 4: STORE, APPEND, COPY). */
export function mayChange(may: FlagRights | undefined, flag: string): boolean {
  if (may === undefined) return true;
  const name = flag.toLowerCase();
  return name === '\\seen' ? may.seen : name === '\\deleted' ? may.deleted : may.others;
}

/** Those of the flags that somebody with these rights may set. */
export function permitted(flags: readonly string[], may: FlagRights | undefined): readonly string[] {
  return may === undefined ? flags : flags.filter((flag) => mayChange(may, flag));
}

/** What a change makes of a set when flags outside of `may` stay as they are. */
export function changedWithin(
  flagSets: StoredFlagSets,
  id: FlagSetId,
  change: FlagChange,
  may: FlagRights | undefined,
): FlagSetId {
  if (may === undefined) return flagSets.changed(id, change);
  const flags = permitted(change.flags, may);
  if (change.mode !== 'replace') return flagSets.changed(id, { mode: change.mode, flags });
  const others = flagSets.get(id).filter((flag) => !mayChange(may, flag));
  return flagSets.intern([...others, ...flags]);
}

export function hasSeen(flags: readonly string[]): boolean {
  return flags.some((flag) => flag.toLowerCase() === '\\seen');
}

export function withoutSeen(flags: readonly string[]): readonly string[] {
  return hasSeen(flags) ? flags.filter((flag) => flag.toLowerCase() !== '\\seen') : flags;
}
