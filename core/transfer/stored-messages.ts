import { fetchLimits } from '../base/limits.ts';
import { normaliseUnicode } from '../base/normalise-unicode.ts';
import type { InternalDate, StoredAccount, StoredMailbox } from '../mail/ports.ts';

/** A message as the store has it. */
export interface StoredMessage {
  readonly uid: number;
  /** Undefined when its content is gone for good. */
  readonly bytes: Uint8Array | undefined;
  readonly flags: readonly string[];
  readonly internalDate: InternalDate;
}

/** All messages of a mailbox by UID, some hundred in memory at a time. The mailbox is not changed. */
export async function* storedMessages(account: StoredAccount, mailbox: StoredMailbox): AsyncGenerator<StoredMessage> {
  const { columns, count } = mailbox.state;
  for (let start = 0; start < count; ) {
    const rows = batchFrom(columns.size, start, count);
    const contents = await mailbox.contents({ columns, rows });
    for (const [index, row] of rows.entries()) {
      yield {
        uid: columns.uid[row]!,
        bytes: contents[index],
        flags: account.flagSets.get(columns.flagSet[row]!),
        internalDate: { time: columns.internalDate[row]!, zone: columns.zone[row]! },
      };
    }
    start += rows.length;
  }
}

/** Rows to read at once: at least one, and then no more than the limits of one batch. */
function batchFrom(sizes: Uint32Array, start: number, count: number): number[] {
  const rows: number[] = [];
  let octets = 0;
  for (let row = start; row < count && rows.length < fetchLimits.batchMessages; row++) {
    octets += sizes[row]!;
    if (rows.length > 0 && octets > fetchLimits.batchOctets) break;
    rows.push(row);
  }
  return rows;
}

/** The name as the store spells it: INBOX is the same in any case (RFC 9051 section 5.1). */
export function mailboxName(name: string): string {
  return normaliseUnicode(name.replace(/^inbox(?=\/|$)/i, 'INBOX'), 'NFC');
}

/**
 * How much room the mail of an account, or of one of its mailboxes, takes in files.
 * @param around octets for each message beside its own
 */
export async function octetsOf(account: StoredAccount, mailbox: string | undefined, around: number): Promise<number> {
  const names = mailbox === undefined ? account.mailboxes().map(({ name }) => name) : [mailbox];
  let octets = 0;
  for (const name of names) {
    const selected = await account.select(name, { readOnly: true, onChange: () => {} });
    const { columns, count } = selected.state;
    for (let row = 0; row < count; row++) octets += columns.size[row]! + around;
    selected.close();
  }
  return octets;
}
