import { createHash } from 'node:crypto';
import { importLimits } from '../base/limits.ts';
import type { Archive, ArchivedMessage, BrokenMessage, FoundMessage } from '../formats/archive.ts';
import type { NewMessage, StoredAccount } from '../mail/ports.ts';
import { storedMessages } from './stored-messages.ts';

/** What became of the messages so far. */
export interface ImportCounts {
  imported: number;
  duplicates: number;
  broken: number;
  /** Imported with CRLF where the archive had LF. */
  lineEndsChanged: number;
}

export interface ImportTarget {
  readonly account: StoredAccount;
  /** Exists. */
  readonly mailbox: string;
  /** Octets of the largest message. */
  readonly limit: number;
  /** Digests of what is not to be imported again; undefined: everything is imported. */
  readonly known: Set<string> | undefined;
}

/** Adds the messages of archives to a mailbox, many with one flush of the disk. */
export class Importer {
  readonly counts: ImportCounts = { imported: 0, duplicates: 0, broken: 0, lineEndsChanged: 0 };
  readonly #target: ImportTarget;
  #batch: FoundMessage[] = [];
  #octets = 0;

  constructor(target: ImportTarget) {
    this.#target = target;
  }

  /**
   * When this resolves all of the archive is in the store.
   * @param onFound called for every message, with how far into the archive it was.
   */
  async run(
    archive: Archive,
    onFound: (done: number) => void,
    onBroken: (broken: BrokenMessage) => void,
  ): Promise<void> {
    for await (const found of archive.read(this.#target.limit)) {
      if (found.kind === 'message') await this.#take(found);
      else {
        this.counts.broken++;
        onBroken(found);
      }
      onFound(found.done);
    }
    await this.#flush();
  }

  async #take(found: FoundMessage): Promise<void> {
    if (this.#isKnown(found.message)) {
      this.counts.duplicates++;
      return;
    }
    this.#batch.push(found);
    this.#octets += found.message.bytes.length;
    const full = this.#batch.length >= importLimits.batchMessages || this.#octets >= importLimits.batchOctets;
    if (full) await this.#flush();
  }

  #isKnown({ bytes }: ArchivedMessage): boolean {
    const { known } = this.#target;
    if (known === undefined) return false;
    const digest = digestOf(bytes);
    const isKnown = known.has(digest);
    known.add(digest);
    return isKnown;
  }

  async #flush(): Promise<void> {
    if (this.#batch.length === 0) return;
    const { account, mailbox } = this.#target;
    const messages: NewMessage[] = this.#batch.map(({ message }) => message);
    await account.append(mailbox, messages);
    this.counts.imported += this.#batch.length;
    this.counts.lineEndsChanged += this.#batch.filter(({ lineEndsChanged }) => lineEndsChanged).length;
    this.#batch = [];
    this.#octets = 0;
  }
}

/** Digests of all messages of a mailbox, to know them again. */
export async function digestsOf(account: StoredAccount, mailbox: string): Promise<Set<string>> {
  const selected = await account.select(mailbox, { readOnly: true, onChange: () => {} });
  const digests = new Set<string>();
  try {
    for await (const { bytes } of storedMessages(account, selected))
      if (bytes !== undefined) digests.add(digestOf(bytes));
  } finally {
    selected.close();
  }
  return digests;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
