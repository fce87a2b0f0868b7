import { createHash } from 'node:crypto';
import { fieldValues } from '../formats/header-fields.ts';
import type { InternalDate, StoredAccount } from '../mail/ports.ts';
import { storedMessages } from './stored-messages.ts';

/** What a server tells of a message without giving it away. */
export interface Described {
  /** Octets. */
  readonly size: number;
  readonly internalDate: InternalDate | undefined;
  /** The header, or at least the fields of `identifyingFields` as they stand in it. */
  readonly header: Uint8Array;
}

/** Fields that together with size and date tell a message from all others. */
export const identifyingFields = ['message-id', 'date', 'from', 'to', 'subject'] as const;

/** Messages that are here already: known again by their octets, or by what another server tells of them. */
export class KnownMessages {
  readonly #contents = new Set<string>();
  readonly #descriptions = new Set<string>();

  get size(): number {
    return this.#contents.size;
  }

  add(bytes: Uint8Array, internalDate: InternalDate | undefined): void {
    this.#contents.add(digestOf(bytes));
    const description = descriptionOf({ size: bytes.length, internalDate, header: bytes });
    if (description !== undefined) this.#descriptions.add(description);
  }

  addAll(others: KnownMessages): void {
    for (const digest of others.#contents) this.#contents.add(digest);
    for (const description of others.#descriptions) this.#descriptions.add(description);
  }

  has(bytes: Uint8Array): boolean {
    return this.#contents.has(digestOf(bytes));
  }

  /** True when a message of this size and date with these fields is here. Servers that tell sizes wrong are asked for contents. */
  hasDescribed(described: Described): boolean {
    const description = descriptionOf(described);
    return description !== undefined && this.#descriptions.has(description);
  }
}

/** All messages of a mailbox. Rejects when the signal is aborted. */
export async function messagesIn(account: StoredAccount, mailbox: string, signal: AbortSignal): Promise<KnownMessages> {
  const selected = await account.select(mailbox, { readOnly: true, onChange: () => {} });
  const known = new KnownMessages();
  try {
    for await (const { bytes, internalDate } of storedMessages(account, selected)) {
      signal.throwIfAborted();
      if (bytes !== undefined) known.add(bytes, internalDate);
    }
  } finally {
    selected.close();
  }
  return known;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** Undefined when there is too little to know it by. Servers keep dates to the second. */
function descriptionOf({ size, internalDate, header }: Described): string | undefined {
  const fields = identifyingFields.map((name) => fieldValues(header, name));
  if (internalDate === undefined || fields.every((values) => values.length === 0)) return undefined;
  const facts = JSON.stringify([size, Math.floor(internalDate.time / 1000), fields]);
  return createHash('sha256').update(facts).digest('base64');
}
