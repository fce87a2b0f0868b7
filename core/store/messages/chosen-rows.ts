import type { LiveMailbox } from '../mailboxes/live-mailbox.ts';

/** The rows of these UIDs, ascending, each once. Messages that are gone or leaving are passed over. */
export function chosenRows(mailbox: LiveMailbox, uids: ArrayLike<number>): Uint32Array {
  const rows = new Uint32Array(uids.length);
  let count = 0;
  let ascending = true;
  for (let i = 0; i < uids.length; i++) {
    const uid = uids[i]!;
    const row = nextRow(mailbox, uid, count > 0 ? rows[count - 1]! + 1 : 0);
    if (row < 0 || mailbox.leaving.has(uid)) continue;
    if (count > 0 && row <= rows[count - 1]!) ascending = false;
    rows[count++] = row;
  }
  const chosen = rows.subarray(0, count);
  return ascending ? chosen : Uint32Array.from(new Set(chosen)).sort();
}

/** Most callers ask for messages side by side: then the next row is the one. */
function nextRow(mailbox: LiveMailbox, uid: number, guess: number): number {
  return guess < mailbox.count && mailbox.columns.uid[guess] === uid ? guess : mailbox.rowOf(uid);
}

/** Whether some of these UIDs are on their way out: their removal is committed, not yet published. */
export function someLeaving(mailbox: LiveMailbox, uids: ArrayLike<number>): boolean {
  if (mailbox.leaving.size === 0) return false;
  return Array.prototype.some.call(uids, (uid: number) => mailbox.leaving.has(uid));
}

/** The UIDs of rows. */
export function uidsOf(mailbox: LiveMailbox, rows: Uint32Array): Uint32Array {
  return rows.map((row) => mailbox.columns.uid[row]!);
}
