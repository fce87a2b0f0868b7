import type { MailboxState, MailboxStatus } from '../../mail/ports.ts';
import type { StoredFlagSets } from '../index/flag-sets.ts';

/** What STATUS says of a mailbox. */
export function countMailbox(mailbox: MailboxState, firstRecent: number, flagSets: StoredFlagSets): MailboxStatus {
  const { columns, count } = mailbox;
  const sets = flagSets.count;
  const messages = new Float64Array(sets);
  const octets = new Float64Array(sets);
  let recent = 0;
  for (let row = 0; row < count; row++) {
    const set = columns.flagSet[row]!;
    messages[set]!++;
    octets[set]! += columns.size[row]!;
    if (columns.uid[row]! >= firstRecent) recent++;
  }
  const totals = { unseen: 0, deleted: 0, size: 0, deletedSize: 0 };
  for (let set = 0; set < sets; set++) {
    if (messages[set] === 0) continue;
    totals.size += octets[set]!;
    if (!flagSets.has(set, '\\Seen')) totals.unseen += messages[set]!;
    if (!flagSets.has(set, '\\Deleted')) continue;
    totals.deleted += messages[set]!;
    totals.deletedSize += octets[set]!;
  }
  return {
    ...totals,
    objectId: mailbox.entry.objectId,
    messages: count,
    recent,
    uidNext: mailbox.uidNext,
    uidValidity: mailbox.uidValidity,
    highestModseq: mailbox.highestModseq,
  };
}
