import { Refused } from '../base/errors.ts';
import { Slice } from '../base/slices.ts';
import type { Archive } from '../formats/archive.ts';
import type { GmailPlace } from '../formats/gmail-labels.ts';
import type { StoredAccount } from '../mail/ports.ts';
import { Importer } from './importer.ts';
import { type KnownMessages, messagesIn } from './known-messages.ts';
import { makeMailbox } from './target-mailbox.ts';
import type { TransferWatch } from './watch.ts';

export interface FileImportOptions {
  readonly account: StoredAccount;
  /** Octets of the largest message; larger ones are left out. */
  readonly limit: number;
  readonly skipDuplicates: boolean;
}

/** Puts the mail of files into mailboxes, one file after another. */
export class FileImport {
  readonly #options: FileImportOptions;
  readonly #watch: TransferWatch;
  /** By mailbox: why it cannot be made; undefined: it is there. */
  readonly #made = new Map<string, string | undefined>();
  readonly #known = new Map<string, KnownMessages>();
  /** How much of the whole is behind us. */
  #done = 0;

  constructor(options: FileImportOptions, watch: TransferWatch) {
    this.#options = options;
    this.#watch = watch;
  }

  /** Makes a mailbox that is missing. @returns why it cannot be, for people */
  async make(mailbox: string, subscribed = true): Promise<string | undefined> {
    if (!this.#made.has(mailbox)) {
      const refused = await makeMailbox(this.#options.account, mailbox, subscribed).catch((failure: unknown) => {
        if (failure instanceof Refused) return failure.message;
        throw failure;
      });
      this.#made.set(mailbox, refused ?? undefined);
    }
    return this.#made.get(mailbox);
  }

  /**
   * Each message is in the store when this resolves, or was told of as left out.
   * @param label of the archive, for people
   * @param nameFor the mailbox of a message, by what it says of the place it was in
   */
  async archive(archive: Archive, label: string, nameFor: (place: GmailPlace | undefined) => string): Promise<void> {
    const importers = new Map<string, Importer>();
    const slice = new Slice();
    try {
      for await (const found of archive.read(this.#options.limit)) {
        this.#watch.signal.throwIfAborted();
        const where = `${label}: ${found.where}`;
        if (found.kind === 'broken') this.#watch.skipped(where, found.reason);
        else {
          const mailbox = nameFor(found.place);
          const refused = await this.make(mailbox);
          if (refused !== undefined) this.#watch.skipped(where, refused);
          else await (await this.#importer(mailbox, importers)).take(found.message, where, found.lineEndsChanged);
        }
        this.#watch.done(this.#done + found.done);
        await slice.rest();
      }
    } finally {
      // Also what came before the file could not be read further.
      for (const importer of importers.values()) await importer.flush();
    }
    this.#done += archive.total;
    this.#watch.done(this.#done);
  }

  async #importer(mailbox: string, importers: Map<string, Importer>): Promise<Importer> {
    const there = importers.get(mailbox);
    if (there !== undefined) return there;
    const { account, skipDuplicates } = this.#options;
    const known = skipDuplicates ? await this.#knownIn(mailbox) : undefined;
    const importer = new Importer({ account, mailbox, known }, this.#watch);
    importers.set(mailbox, importer);
    return importer;
  }

  async #knownIn(mailbox: string): Promise<KnownMessages> {
    const known = this.#known.get(mailbox) ?? (await messagesIn(this.#options.account, mailbox, this.#watch.signal));
    this.#known.set(mailbox, known);
    return known;
  }
}
