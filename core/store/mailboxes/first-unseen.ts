import type { FlagSetId, FlagSets } from '../../mail/flags.ts';
import type { MailboxState } from '../../mail/ports.ts';

/** The row of the first message without \Seen, or -1. */
export function firstUnseen({ columns, count }: Pick<MailboxState, 'columns' | 'count'>, flagSets: FlagSets): number {
  const { flagSet } = columns;
  const seen = new Set<FlagSetId>();
  let last = -1;
  for (let row = 0; row < count; row++) {
    const id = flagSet[row]!;
    if (id === last || seen.has(id)) continue;
    if (!flagSets.has(id, '\\Seen')) return row;
    seen.add(id);
    last = id;
  }
  return -1;
}
