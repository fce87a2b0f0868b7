import { fetchLimits } from '../../../base/limits.ts';
import type { MessageColumns } from '../../../mail/ports.ts';
import type { MessageSummary } from '../../../mail/summary.ts';
import type { MailboxView } from '../../session/mailbox-view.ts';

const NOTHING = new Uint8Array(0);

/**
 * The message whose reply is being written. One object serves all messages of a FETCH, one after the other, so that
 * thousands of replies make no garbage.
 */
export class FetchedMessage {
  readonly #view: MailboxView;
  sequence = 0;
  /** Where its attributes stand now: flags and modseq may be newer than the view. */
  columns: MessageColumns;
  row = 0;
  /** Has the fields that the plan asked for. */
  summary: MessageSummary | undefined;
  /** What has been read of the message, from its first octet on. */
  #head: Uint8Array = NOTHING;

  constructor(view: MailboxView) {
    this.#view = view;
    this.columns = view.state.columns;
  }

  moveTo(sequence: number): void {
    const { columns, row } = this.#view.place(sequence);
    this.sequence = sequence;
    this.columns = columns;
    this.row = row;
  }

  get size(): number {
    return this.columns.size[this.row]!;
  }

  get modseq(): number {
    return this.columns.modseq[this.row]!;
  }

  /** @param head what has been read of the message, undefined when the plan needs none of it */
  read(head: Uint8Array | undefined): void {
    this.#head = head ?? NOTHING;
  }

  /** All of it is in memory. */
  get isWhole(): boolean {
    return this.size <= fetchLimits.wholeMessage;
  }

  /**
   * Octets [start, end), at once when they have been read.
   * @throws Refused EXPUNGEISSUED
   */
  octets(start: number, end: number): Uint8Array | Promise<Uint8Array> {
    if (end <= this.#head.length || this.isWhole) return this.#head.subarray(start, end);
    return this.#view.mailbox.range(this.columns, this.row, start, end);
  }

  /**
   * The octets from `start` on, as many as are at hand but none from `end` on; a piece is read when there are none.
   * @throws Refused EXPUNGEISSUED
   */
  piece(start: number, end: number): Uint8Array | Promise<Uint8Array> {
    if (start < this.#head.length || this.isWhole) return this.#head.subarray(start, end);
    return this.octets(start, Math.min(end, start + fetchLimits.piece));
  }
}
