import { Refused } from '../base/errors.ts';
import { importLimits } from '../base/limits.ts';
import type { ArchivedMessage } from '../formats/archive.ts';
import { isStorableFlag, nearestKeyword } from '../mail/flags.ts';
import type { StoredAccount } from '../mail/ports.ts';
import type { KnownMessages } from './known-messages.ts';
import type { TransferWatch } from './watch.ts';

export interface ImportTarget {
  readonly account: StoredAccount;
  /** Exists. */
  readonly mailbox: string;
  /** What is not to be imported again; undefined: everything is imported. */
  readonly known: KnownMessages | undefined;
}

interface Taken {
  readonly message: ArchivedMessage;
  /** For people: where it came from. */
  readonly where: string;
  readonly lineEndsChanged: boolean;
}

/** Adds messages to a mailbox, many with one flush of the disk. */
export class Importer {
  readonly #target: ImportTarget;
  readonly #watch: TransferWatch;
  #batch: Taken[] = [];
  #octets = 0;
  /** Keywords of which the watch has been told. */
  readonly #noted = new Set<string>();

  constructor(target: ImportTarget, watch: TransferWatch) {
    this.#target = target;
    this.#watch = watch;
  }

  /** The message is in the store when `flush` has resolved, if it was not known. Rejects when the watch was aborted. */
  async take(message: ArchivedMessage, where: string, lineEndsChanged = false): Promise<void> {
    this.#watch.signal.throwIfAborted();
    if (this.#isKnown(message)) return this.#watch.duplicate();
    this.#batch.push({ message: { ...message, flags: this.#flagsOf(message) }, where, lineEndsChanged });
    this.#octets += message.bytes.length;
    const full = this.#batch.length >= importLimits.batchMessages || this.#octets >= importLimits.batchOctets;
    if (full) await this.flush();
  }

  /** What is no flag here becomes one, or is left out: archives and other servers have whatever they like. */
  #flagsOf({ flags }: ArchivedMessage): readonly string[] {
    if (flags.every(isStorableFlag)) return flags;
    return flags.flatMap((flag) => (isStorableFlag(flag) ? flag : (this.#respelled(flag) ?? [])));
  }

  #respelled(flag: string): string | undefined {
    const keyword = flag.startsWith('\\') ? undefined : nearestKeyword(flag.slice(0, 1_000));
    if (!this.#noted.has(flag) && this.#noted.size < importLimits.keywordsNoted) {
      this.#noted.add(flag);
      const shown = JSON.stringify(flag.slice(0, 100));
      this.#watch.note(
        keyword === undefined ? `The keyword ${shown} was left out` : `The keyword ${shown} is called ${keyword} here`,
      );
    }
    return keyword;
  }

  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#octets = 0;
    if (batch.length === 0) return;
    this.#watch.signal.throwIfAborted();
    await this.#append(batch).catch((failure: unknown) => this.#appendEach(batch, failure));
  }

  async #append(batch: readonly Taken[]): Promise<void> {
    const { account, mailbox } = this.#target;
    const messages = batch.map(({ message }) => message);
    await account.append(mailbox, messages);
    this.#watch.transferred(
      messages.length,
      messages.reduce((octets, { bytes }) => octets + bytes.length, 0),
    );
    this.#watch.lineEndsChanged(batch.filter(({ lineEndsChanged }) => lineEndsChanged).length);
  }

  /** One message with too many keywords must not keep the others out. */
  async #appendEach(batch: readonly Taken[], failure: unknown): Promise<void> {
    if (!(failure instanceof Refused) || failure.code !== 'LIMIT') throw failure;
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) {
      this.#watch.skipped(only.where, failure.message);
      return;
    }
    for (const one of batch) {
      this.#watch.signal.throwIfAborted();
      await this.#append([one]).catch((again: unknown) => this.#appendEach([one], again));
    }
  }

  #isKnown({ bytes, internalDate }: ArchivedMessage): boolean {
    const { known } = this.#target;
    if (known === undefined) return false;
    const isKnown = known.has(bytes);
    if (!isKnown) known.add(bytes, internalDate);
    return isKnown;
  }
}
