import { Slice } from '../../base/slices.ts';
import type { Added, NewMessage, Viewer } from '../../mail/ports.ts';
import type { AccountCore } from '../account-core.ts';
import type { MailboxRecord } from '../mailboxes/mailbox-record.ts';
import type { RecordToWrite } from '../segments/segment-writer.ts';
import { type Arrival, arrive, insertBlob } from './arrival.ts';
import { zoneAt } from './local-zone.ts';

/** Adds messages to a mailbox: records first, then the index, then a flush, then publication. */
export async function append(
  core: AccountCore,
  name: string,
  messages: readonly NewMessage[],
  viewer: Viewer | undefined,
): Promise<Added> {
  core.publication.assertWritable();
  const mailbox = core.tree.require(name);
  const octets = messages.reduce((sum, { bytes }) => sum + bytes.length, 0);
  // Looked at once more at the commit; here it spares the disk what would be thrown away.
  core.quota.assertRoomFor({ octets, messages: messages.length });
  const firstBlob = core.blobIds.take(messages.length);
  try {
    const records = recordsOf(core, mailbox, messages, firstBlob);
    const places = await core.writer.write(records);
    const arrivals = records.map(({ bytes, ...record }, i) => ({
      ...record,
      ...{ size: bytes.length, place: places[i]!, flags: messages[i]!.flags },
    }));
    return await core.committer
      .durably(() => {
        const arriving = arrive(core, mailbox, arrivals, viewer);
        for (const row of arrivals.keys()) arriving.insert(row);
        return arriving.finish();
      })
      .catch(async (error) => {
        await giveUp(core, arrivals);
        throw error;
      });
  } catch (error) {
    throw core.explain(error);
  } finally {
    core.blobIds.done(firstBlob);
  }
}

/** Notes records that no message will refer to, so that compaction gives their space back. */
export async function giveUp(core: AccountCore, written: readonly Arrival[]): Promise<void> {
  const note = async () => {
    const slice = new Slice();
    for (const arrival of written) {
      insertBlob(core, arrival);
      await slice.rest();
    }
    const reserved = core.blobIds.reserve(core.index.facts);
    return { value: undefined, committed: reserved };
  };
  await core.committer.quickly(note).catch(() => {
    // Where nothing can be written now: before the segment counts as full, or the account as closed in order.
    core.ledger.orphaned(written.map(({ blob, place, size }) => ({ id: blob, ...place, size })));
  });
  core.freed(written.reduce((octets, { size }) => octets + size, 0));
}

function recordsOf(
  core: AccountCore,
  mailbox: MailboxRecord,
  messages: readonly NewMessage[],
  firstBlob: number,
): RecordToWrite[] {
  const now = core.clock.now();
  const zone = zoneAt(now);
  return messages.map((message, i) => ({
    blob: firstBlob + i,
    mailbox: mailbox.id,
    internalDate: message.internalDate?.time ?? now,
    zone: message.internalDate?.zone ?? zone,
    saveDate: now,
    bytes: message.bytes,
  }));
}
