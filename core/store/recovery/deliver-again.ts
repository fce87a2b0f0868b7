import type { FileLayer } from '../files/file-layer.ts';
import type { AccountIndex } from '../index/account-index.ts';
import { packFacts } from '../index/message-facts.ts';
import type { Delivery } from '../segments/delivery-note.ts';
import { segmentPath } from '../segments/segment-names.ts';
import { soundRecordAt } from '../segments/segment-walk.ts';

/** Those deliveries all of whose messages reached the disk: the note of another was flushed in vain, nobody was told. */
export async function soundDeliveries(
  folder: string,
  files: FileLayer,
  deliveries: readonly Delivery[],
): Promise<readonly Delivery[]> {
  const sound: Delivery[] = [];
  for (const delivery of deliveries) if (await isSound(folder, files, delivery)) sound.push(delivery);
  return sound;
}

async function isSound(folder: string, files: FileLayer, { messages }: Delivery): Promise<boolean> {
  for (const { blob, segment, offset, size } of messages) {
    const file = await files.open(segmentPath(folder, segment), 'read').catch(() => undefined);
    if (file === undefined) return false;
    try {
      if ((await soundRecordAt(file, { id: blob, offset, size })) === undefined) return false;
    } finally {
      await file.close();
    }
  }
  return true;
}

/**
 * Puts deliveries into the index that a power cut took out of it, in the order of their notes. Whatever the index knows
 * of a mailbox's next UID it knows of all deliveries before, so one with a lower UID is there already, or was expunged.
 * @returns the number of messages
 */
export function deliverAgain(index: AccountIndex, deliveries: readonly Delivery[]): number {
  const mailboxes = new Map(index.mailboxes.all().map((row) => [row.id, { ...row }]));
  let count = 0;
  for (const delivery of deliveries) {
    const mailbox = mailboxes.get(delivery.mailbox);
    if (mailbox === undefined || delivery.firstUid < mailbox.uidNext) continue;
    for (const [i, message] of delivery.messages.entries()) {
      const { blob, segment, offset, size, flags } = message;
      if (index.blobs.find(blob) === undefined) index.blobs.insert({ id: blob, segment, offset, size });
      const flagSet = index.flagSets.intern(flags);
      index.messages.insert(mailbox.id, delivery.firstUid + i, flagSet, delivery.modseq, packFacts(message));
      count++;
    }
    mailbox.uidNext = delivery.firstUid + delivery.messages.length;
    mailbox.highestModseq = Math.max(mailbox.highestModseq, delivery.modseq);
    index.mailboxes.advance(mailbox.id, mailbox, index.mailboxes.settledBlobs());
  }
  return count;
}
