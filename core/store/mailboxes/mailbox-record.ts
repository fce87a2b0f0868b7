import type { MailboxEntry } from '../../mail/ports.ts';
import type { MailboxCounters, MailboxRow } from '../index/mailbox-table.ts';

/**
 * The committed side of a mailbox: what the index says, flushed or not. New UIDs and modseqs are taken from here; what
 * sessions see is in MailboxState.
 */
export class MailboxRecord {
  readonly id: number;
  readonly uidValidity: number;
  /** Replaced when the mailbox is renamed. */
  entry: MailboxEntry;
  uidNext: number;
  highestModseq: number;
  firstRecent: number;
  deleted = false;
  /** The modseqs of changes that are committed and not yet published, ascending. */
  readonly #unpublished: number[] = [];

  constructor(row: MailboxRow) {
    this.id = row.id;
    this.uidValidity = row.uidValidity;
    this.entry = { name: row.name, objectId: row.objectId, specialUse: row.specialUse };
    this.uidNext = row.uidNext;
    this.highestModseq = row.highestModseq;
    this.firstRecent = row.firstRecent;
  }

  get name(): string {
    return this.entry.name;
  }

  /**
   * The highest modseq that may be told. While a change waits for its flush, everything from its modseq on is held back
   * (flag changes after it included): a client that was told a number must never get a change with a lower one later.
   */
  get publishedModseq(): number {
    return this.#unpublished.length > 0 ? this.#unpublished[0]! - 1 : this.highestModseq;
  }

  /** Called after the commit of a change that gave out UIDs or a modseq. */
  advance({ uidNext, highestModseq }: MailboxCounters): void {
    this.uidNext = uidNext;
    this.highestModseq = highestModseq;
    this.#unpublished.push(highestModseq);
  }

  /** Called when the oldest unpublished change is published. */
  published(): void {
    this.#unpublished.shift();
  }
}
