import { fetchLimits } from '../../../base/limits.ts';
import { decodeTransfer } from '../../../mail/mime/decode.ts';
import type { MessageColumns } from '../../../mail/ports.ts';
import type { MessageSummary, PartLayout } from '../../../mail/summary.ts';
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
  /** What was decoded last of this message: clients ask for one part after the other. */
  #decoded: { readonly part: PartLayout; readonly body: Uint8Array } | undefined;

  constructor(view: MailboxView) {
    this.#view = view;
    this.columns = view.state.columns;
  }

  moveTo(sequence: number): void {
    const { columns, row } = this.#view.place(sequence);
    this.#decoded = undefined;
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
   * The decoded body of the last of these parts, each of which lies in that of the one before.
   * @throws Refused EXPUNGEISSUED
   */
  async decoded(parts: readonly PartLayout[]): Promise<Uint8Array> {
    const innermost = parts.at(-1);
    if (this.#decoded?.part === innermost) return this.#decoded!.body;
    const [outermost, ...others] = parts;
    let body = decodedBody(await this.#all(outermost!.bodyStart, outermost!.bodyEnd), outermost!);
    for (const part of others) body = decodedBody(body.subarray(part.bodyStart, part.bodyEnd), part);
    this.#decoded = { part: innermost!, body };
    return body;
  }

  async #all(start: number, end: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let at = start; at < end; ) {
      const piece = await this.piece(at, end);
      if (piece.length === 0) throw new Error('a message is shorter than it was');
      // A copy: what it was read into is used again.
      pieces.push(Buffer.from(piece));
      at += piece.length;
    }
    return Buffer.concat(pieces);
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

function decodedBody(body: Uint8Array, { encoding }: PartLayout): Uint8Array {
  return decodeTransfer(body, encoding) ?? body;
}
