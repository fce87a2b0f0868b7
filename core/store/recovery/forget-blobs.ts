import { storeLimits } from '../../base/limits.ts';
import type { AccountIndex } from '../index/account-index.ts';
import type { BlobRow } from '../index/blob-table.ts';
import { FactsReader } from '../index/message-facts.ts';

/** A message that had to be given up. */
export interface ForgottenMessage {
  readonly mailbox: string;
  readonly uid: number;
}

/**
 * Deletes the rows of blobs whose content is gone, and of all messages that refer to them. An APPEND of several messages
 * is all or none (RFC 3502 section 2), so those that came with one of them go too. UIDs are not used again.
 * @param settled messages with lower blob ids were promised and stay, whatever they have in common with the others.
 */
export function forgetBlobs(index: AccountIndex, blobs: readonly BlobRow[], settled: number): ForgottenMessage[] {
  if (blobs.length === 0) return [];
  const gone = new Set(blobs.map((row) => row.id));
  const forgotten = index.mailboxes.all().flatMap(({ id, name }) => {
    const uids = uidsToForget(index, id, gone, settled);
    if (uids.length > 0) index.deleteMessages(id, { kind: 'list', uids, count: uids.length });
    return uids.map((uid) => ({ mailbox: name, uid }));
  });
  for (const id of gone) index.blobs.delete(id);
  return forgotten;
}

/** A modseq is that of one change: messages that have it in common were appended together. */
function uidsToForget(index: AccountIndex, mailbox: number, blobs: ReadonlySet<number>, settled: number): number[] {
  const modseqs = new Set<number>();
  for (const message of messagesOf(index, mailbox)) if (blobs.has(message.blob)) modseqs.add(message.modseq);
  if (modseqs.size === 0) return [];
  return [...messagesOf(index, mailbox)]
    .filter(({ modseq, blob }) => modseqs.has(modseq) && blob >= settled)
    .map(({ uid }) => uid);
}

function* messagesOf(index: AccountIndex, mailbox: number) {
  for (let from = 1; ; ) {
    const { uids, modseqs, facts } = index.messages.load(mailbox, from, storeLimits.rowsPerStatement);
    const reader = new FactsReader(facts);
    for (const [i, uid] of uids.entries()) yield { uid, modseq: modseqs[i]!, blob: reader.blob(i) };
    const last = uids.at(-1);
    if (last === undefined) return;
    from = last + 1;
  }
}
