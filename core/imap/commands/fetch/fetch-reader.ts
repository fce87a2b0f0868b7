import { Refused } from '../../../base/errors.ts';
import { fetchLimits } from '../../../base/limits.ts';
import type { Rows } from '../../../mail/ports.ts';
import type { MessageSummary } from '../../../mail/summary.ts';
import type { Session } from '../../session/session.ts';
import { canDecode } from './binary.ts';
import type { FetchPlan } from './fetch-plan.ts';
import { ReadingRooms } from './reading-rooms.ts';

/** A message with all that the plan needs of it in memory, or the head of it if it is large. */
export interface ReadMessage {
  readonly sequence: number;
  readonly summary: MessageSummary | undefined;
  readonly head: Uint8Array | undefined;
}

/** Messages that have been read together. */
export interface ReadBatch {
  readonly messages: readonly ReadMessage[];
  /** What they were read into, if that is to be used again. */
  readonly room: Uint8Array | undefined;
}

/** Reads what a plan needs; remembers what could not be had, so that one lost message does not fail a whole FETCH. */
export class FetchReader {
  readonly #session: Session;
  readonly #plan: FetchPlan;
  readonly #rooms: ReadingRooms;
  /** Why not all messages were given: undefined when all were. */
  refusal: Refused | undefined;

  constructor(session: Session, plan: FetchPlan) {
    this.#session = session;
    this.#plan = plan;
    this.#rooms = new ReadingRooms(session.writer);
  }

  /** @param sequences a batch of batchesOf */
  async read(sequences: Uint32Array): Promise<ReadBatch> {
    const rows = this.#session.view.contentOf(sequences);
    const room = this.#plan.readsContent ? this.#rooms.take(octetsOf(rows)) : undefined;
    const [summaries, heads] = await Promise.all([this.#summaries(rows), this.#heads(rows, room)]);
    const messages: ReadMessage[] = [];
    for (let index = 0; index < sequences.length; index++) {
      const message = { sequence: sequences[index]!, summary: summaries?.[index], head: heads?.[index] };
      if (this.#isUsable(message)) messages.push(message);
    }
    return { messages, room };
  }

  /** The batch has been given to the writer. */
  done({ room }: ReadBatch): void {
    this.#rooms.leave(room);
  }

  #summaries(rows: Rows): Promise<readonly (MessageSummary | undefined)[]> | undefined {
    const { summaryFields } = this.#plan;
    if (summaryFields.length === 0) return undefined;
    // Only the fields asked for are there, and the plan's steps touch no others.
    return this.#session.view.mailbox.summaries(rows, summaryFields) as Promise<(MessageSummary | undefined)[]>;
  }

  #heads(rows: Rows, room: Uint8Array | undefined): Promise<readonly (Uint8Array | undefined)[]> | undefined {
    if (!this.#plan.readsContent) return undefined;
    const row = rows.rows[0]!;
    if (rows.columns.size[row]! > fetchLimits.wholeMessage) return this.#head(rows, row);
    return this.#session.view.mailbox.contents(rows, room);
  }

  async #head({ columns }: Rows, row: number): Promise<readonly (Uint8Array | undefined)[]> {
    try {
      return [await this.#session.view.mailbox.range(columns, row, 0, fetchLimits.head)];
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      return [undefined];
    }
  }

  #isUsable({ summary, head }: ReadMessage): boolean {
    const { summaryFields, readsContent, binaryParts } = this.#plan;
    if ((summaryFields.length > 0 && summary === undefined) || (readsContent && head === undefined)) {
      // RFC 5530 section 3
      this.refusal ??= new Refused(
        'EXPUNGEISSUED',
        'Some of the messages have been expunged by another session, or cannot be read on the disk',
      );
      return false;
    }
    if (binaryParts.every((part) => canDecode(summary!.parts, part))) return true;
    // RFC 3516 section 4.3: MUST fail the request
    this.refusal = new Refused('UNKNOWN-CTE', 'A part has an encoding that is not known; fetch it with BODY instead');
    return false;
  }
}

/** Octets to be read at once; of a large message only its first piece. */
function octetsOf({ columns, rows }: Rows): number {
  let octets = 0;
  for (let index = 0; index < rows.length; index++) octets += columns.size[rows[index]!]!;
  return octets > fetchLimits.batchOctets ? 0 : octets;
}
