import { Refused } from '../../base/errors.ts';
import type { Added, NewMessage } from '../../mail/ports.ts';
import type { AccountCore } from '../account-core.ts';
import type { Change } from '../commit/committer.ts';
import { explainDiskError } from '../files/disk-errors.ts';
import { packFacts } from '../index/message-facts.ts';
import { emptyColumns, type RowBlock } from '../mailboxes/columns.ts';
import type { MailboxRecord } from '../mailboxes/mailbox-record.ts';
import type { RecordPlace, RecordToWrite } from '../segments/segment-writer.ts';

/** A message that is written to a segment and not yet in the index. */
interface Written {
  readonly record: RecordToWrite;
  readonly place: RecordPlace;
  readonly flags: readonly string[];
}

/** Adds messages to a mailbox: records first, then the index, then both flushes together, then publication. */
export async function append(core: AccountCore, name: string, messages: readonly NewMessage[]): Promise<Added> {
  core.publication.assertWritable();
  const mailbox = core.tree.require(name);
  const more = { octets: messages.reduce((sum, { bytes }) => sum + bytes.length, 0), messages: messages.length };
  // Looked at once more at the commit; here it spares the disk what would be thrown away.
  core.quota.assertRoomFor(more);
  const firstBlob = core.blobIds.take(messages.length);
  try {
    const records = recordsOf(core, mailbox, messages, firstBlob);
    const places = await core.writer.write(records);
    const written = records.map((record, i) => ({ record, place: places[i]!, flags: messages[i]!.flags }));
    return await core.committer
      .durably(() => commit(core, mailbox, written))
      .catch(async (error) => {
        await giveUp(core, written);
        throw error;
      });
  } catch (error) {
    throw explainDiskError(error);
  } finally {
    core.blobIds.done(firstBlob);
  }
}

/** Notes records that no message will refer to, so that compaction gives their space back. */
async function giveUp(core: AccountCore, written: readonly Written[]): Promise<void> {
  const note = async () => {
    for (const { record, place } of written) insertBlob(core, record, place);
    const reserved = core.blobIds.reserve(core.index.facts);
    return { value: undefined, committed: reserved };
  };
  // Where nothing can be written any more, the next start finds them.
  await core.committer.quickly(note).catch(() => {});
}

function recordsOf(
  core: AccountCore,
  mailbox: MailboxRecord,
  messages: readonly NewMessage[],
  firstBlob: number,
): RecordToWrite[] {
  const now = core.clock.now();
  const zone = -new Date(now).getTimezoneOffset();
  return messages.map((message, i) => ({
    blob: firstBlob + i,
    mailbox: mailbox.id,
    internalDate: message.internalDate?.time ?? now,
    zone: message.internalDate?.zone ?? zone,
    saveDate: now,
    bytes: message.bytes,
  }));
}

function commit(core: AccountCore, mailbox: MailboxRecord, written: readonly Written[]): Change<Added> {
  // Deleted while the records were written. A rename does no harm.
  if (mailbox.deleted) throw new Refused('NONEXISTENT', 'The mailbox was deleted meanwhile');
  const more = { octets: written.reduce((sum, { record }) => sum + record.bytes.length, 0), messages: written.length };
  core.quota.assertRoomFor(more);
  const firstUid = mailbox.uidNext;
  const after = { uidNext: firstUid + written.length, highestModseq: mailbox.highestModseq + 1 };
  const rows = rowsOf(core, written, firstUid, after.highestModseq);
  insertRows(core, mailbox, rows, written);
  core.index.mailboxes.advance(mailbox.id, after, core.blobIds.settledBelow);
  const reserved = core.blobIds.reserve(core.index.facts);
  const uids = Array.from(written, (_, i) => firstUid + i);
  return {
    value: { uidValidity: mailbox.uidValidity, uids },
    committed() {
      reserved();
      mailbox.advance(after);
      core.quota.count(more);
      for (const { record, place } of written)
        core.places.set({ id: record.blob, ...place, size: record.bytes.length });
    },
    publish(commit) {
      mailbox.published();
      core.live.at(mailbox.id, commit)?.appended(rows, after.uidNext);
      core.summaries.delivered(written.map(({ record }) => record.blob));
      core.search.delivered();
    },
  };
}

function rowsOf(core: AccountCore, written: readonly Written[], firstUid: number, modseq: number): RowBlock {
  const columns = emptyColumns(written.length);
  for (const [row, { record, flags }] of written.entries()) {
    columns.uid[row] = firstUid + row;
    columns.flagSet[row] = core.index.flagSets.intern(flags);
    columns.modseq[row] = modseq;
    columns.internalDate[row] = record.internalDate;
    columns.zone[row] = record.zone;
    columns.saveDate[row] = record.saveDate;
    columns.size[row] = record.bytes.length;
    columns.blob[row] = record.blob;
  }
  return { columns, count: written.length };
}

function insertRows(
  core: AccountCore,
  mailbox: MailboxRecord,
  { columns }: RowBlock,
  written: readonly Written[],
): void {
  for (const [row, { record, place }] of written.entries()) {
    insertBlob(core, record, place);
    const facts = packFacts({ ...record, size: record.bytes.length });
    core.index.messages.insert(mailbox.id, columns.uid[row]!, columns.flagSet[row]!, columns.modseq[row]!, facts);
  }
}

function insertBlob(core: AccountCore, record: RecordToWrite, place: RecordPlace): void {
  core.index.blobs.insert({ id: record.blob, ...place, size: record.bytes.length });
}
