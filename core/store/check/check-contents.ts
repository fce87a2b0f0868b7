import type { AccountIndex } from '../index/account-index.ts';
import type { BlobRow } from '../index/blob-table.ts';
import type { FoundRecord, Inventory } from './inventory.ts';
import { type ListedMessage, listMessages } from './messages.ts';
import type { Problem } from './problem.ts';
import type { RecoveredMailbox } from './recovered-mailbox.ts';

export interface ContentCheck {
  readonly index: AccountIndex;
  readonly inventory: Inventory;
  /** Takes mail that no mailbox has. */
  readonly recovered: RecoveredMailbox;
  /** Takes the content of a record as it is: makes its checksum that of what is there. */
  readonly accept: (found: FoundRecord) => Promise<void>;
  /** Blobs from this id on may still be put in order when the account is next opened. */
  readonly settled: number;
  /** False: the account was not closed in order, and which records are of no use is known only when it is opened. */
  readonly inOrder: boolean;
}

/** Compares the index with what the segments hold, both ways. */
export function checkContents(check: ContentCheck): Problem[] {
  const { index, inventory, settled, inOrder } = check;
  const messages = Map.groupBy(listMessages(index), (message) => message.blob);
  const rows = new Map(index.blobs.range(0, Number.MAX_SAFE_INTEGER).map((row) => [row.id, row]));
  const problems: Problem[] = [];
  for (const row of rows.values()) {
    if (row.id < settled) problems.push(...checkRow(check, row, messages.get(row.id) ?? []));
  }
  for (const [blob, some] of messages) {
    if (!rows.has(blob) && blob < settled) problems.push(checkUnknownBlob(check, blob, some));
  }
  if (!inOrder) return problems;
  for (const [blob, found] of inventory.records) {
    if (!rows.has(blob) && !messages.has(blob)) problems.push(...adoptRecord(check, blob, found));
  }
  return problems;
}

/** A blob of the index must be a record of the segments. */
function checkRow(
  { index, inventory, accept }: ContentCheck,
  row: BlobRow,
  messages: readonly ListedMessage[],
): Problem[] {
  const found = inventory.records.get(row.id) ?? [];
  const fits = (one: FoundRecord) => one.header.length === row.size;
  const here = found.find((one) => one.segment === row.segment && one.offset === row.offset && fits(one));
  if (here?.sound) return [];
  const elsewhere = found.find((one) => one.sound && fits(one));
  if (elsewhere) {
    return [
      {
        what: `The content of ${named(row.id, messages)} is not where the index says`,
        remedy: 'the index is corrected: the content lies elsewhere',
        repair: () => index.blobs.move(row.id, elsewhere.segment, elsewhere.offset),
      },
    ];
  }
  // Nobody misses what was expunged.
  if (messages.length === 0) return [forgetDead(index, row)];
  if (here?.whole) return [damagedContent(row.id, messages, () => accept(here))];
  return [forgetMessages(index, row.id, messages)];
}

/** A message's blob must be in the index. */
function checkUnknownBlob(
  { index, inventory }: ContentCheck,
  blob: number,
  messages: readonly ListedMessage[],
): Problem {
  const found = inventory.records.get(blob)?.find((one) => one.sound);
  if (!found) return forgetMessages(index, blob, messages);
  return {
    what: `The index does not know where the content of ${named(blob, messages)} lies`,
    remedy: 'the place is noted again: the content was found',
    repair: () => index.blobs.insert(rowOf(blob, found)),
  };
}

/** A record of the segments must be in the index. */
function adoptRecord({ index, recovered }: ContentCheck, blob: number, found: readonly FoundRecord[]): Problem[] {
  const record = found.find((one) => one.sound);
  if (!record) return [];
  return [
    {
      what: `Segment ${record.segment} has a message at ${record.offset} that is in no mailbox`,
      remedy: 'it is put into the mailbox Recovered',
      repair() {
        index.blobs.insert(rowOf(blob, record));
        recovered.add(record.header);
      },
    },
  ];
}

function forgetDead(index: AccountIndex, row: BlobRow): Problem {
  return {
    what: `The content of an expunged message (${row.id}) is not where the index says`,
    remedy: 'it is struck from the index',
    repair: () => index.blobs.delete(row.id),
  };
}

function damagedContent(blob: number, messages: readonly ListedMessage[], accept: () => Promise<void>): Problem {
  return {
    what: `The content of ${named(blob, messages)} is damaged: it does not fit its checksum`,
    remedy: 'it can be read again, for what is left of it; restore it from a backup if you have one',
    repair() {},
    afterRepair: accept,
  };
}

function forgetMessages(index: AccountIndex, blob: number, messages: readonly ListedMessage[]): Problem {
  return {
    what: `The content of ${named(blob, messages)} is gone`,
    remedy: 'the message is taken out of the mailbox; restore it from a backup',
    repair() {
      for (const { mailbox, uid } of messages)
        index.deleteMessages(mailbox.id, { kind: 'list', uids: [uid], count: 1 });
      index.blobs.delete(blob);
    },
  };
}

function rowOf(id: number, { segment, offset, header }: FoundRecord): BlobRow {
  return { id, segment, offset, size: header.length };
}

/** A message as people find it: mailbox and UID. */
function named(blob: number, messages: readonly ListedMessage[]): string {
  if (messages.length === 0) return `an expunged message (${blob})`;
  return messages.map(({ mailbox, uid }) => `message ${uid} of ${mailbox.name}`).join(' and ');
}
