import type { FlagSetId } from '../../mail/flags.ts';
import type { CopyTarget } from '../../mail/ports.ts';
import type { StoredFlagSets } from '../index/flag-sets.ts';
import type { RowBlock, SeenBy } from '../mailboxes/columns.ts';
import { hasSeen, permitted, withoutSeen } from './permitted-flags.ts';

/** What of a message's flags goes with its copy: nothing when they are not kept, else what the copier may set. */
export function keptFlags(flags: readonly string[], { keepDateAndFlags, may }: CopyTarget): readonly string[] {
  return keepDateAndFlags ? permitted(flags, may) : [];
}

/** Whether copies get other flags than the owner's originals have. */
export function changesFlags({ keepDateAndFlags, may, viewer }: CopyTarget): boolean {
  return !keepDateAndFlags || may !== undefined || viewer !== undefined;
}

/**
 * Gives copies inside one account their flags: those that the copier sees, his \Seen as his own mark. The owner's \Seen
 * stays with the message, as the copier cannot have read it for him, nor unread it.
 * @param copies have the flag sets that the copier sees
 * @param owners the flag sets of the messages, in the same order
 */
export function giveFlags(
  flagSets: StoredFlagSets,
  { columns, count }: RowBlock,
  owners: ArrayLike<FlagSetId>,
  target: CopyTarget,
): SeenBy | undefined {
  const seen = new Set<number>();
  const known = new Map<FlagSetId, { readonly kept: FlagSetId; readonly seen: boolean }>();
  const given = (set: FlagSetId) => {
    const flags = keptFlags(flagSets.get(set), target);
    return { kept: flagSets.intern(target.viewer ? withoutSeen(flags) : flags), seen: hasSeen(flags) };
  };
  for (let row = 0; row < count; row++) {
    const set = columns.flagSet[row]!;
    const flags = known.get(set) ?? given(set);
    known.set(set, flags);
    const ownersSeen = target.viewer && target.keepDateAndFlags && flagSets.has(owners[row]!, '\\Seen');
    columns.flagSet[row] = ownersSeen ? flagSets.withSeen(flags.kept, true) : flags.kept;
    if (flags.seen) seen.add(row);
  }
  return target.viewer && seen.size > 0 ? { account: target.viewer.id, rows: seen } : undefined;
}
