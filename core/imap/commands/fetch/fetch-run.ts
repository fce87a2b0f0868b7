import { Refused } from '../../../base/errors.ts';
import { fetchLimits } from '../../../base/limits.ts';
import { Slice } from '../../../base/slices.ts';
import type { FlagChange } from '../../../mail/flags.ts';
import { ConnectionClosed } from '../../session/response-writer.ts';
import type { Session } from '../../session/session.ts';
import { tellKeywords } from '../../session/told-keywords.ts';
import { batchesOf } from './fetch-batches.ts';
import type { FetchPlan, FetchStep } from './fetch-plan.ts';
import { FetchReader, type ReadBatch, type ReadMessage } from './fetch-reader.ts';
import { FetchedMessage } from './fetched-message.ts';

/** Text goes to the writer in pieces of about this many octets; then the client's pace and the clock are looked at. */
const TEXT_PIECE = 32 * 1024;

/** A reply of so many items is short enough to be made at once. */
const FEW_STEPS = 10;

const SEEN: FlagChange = { mode: 'add', flags: ['\\Seen'] };

/** Writes the replies of one FETCH, batch by batch; while one batch is written the next is read. */
export class FetchRun {
  readonly #session: Session;
  readonly #plan: FetchPlan;
  readonly #message: FetchedMessage;
  readonly #slice = new Slice();
  #text = '';
  /** Octets that all replies may have; each message adds to it. */
  #budget = fetchLimits.replyOctets;
  /** Octets that were written before. */
  readonly #begun: number;

  constructor(session: Session, plan: FetchPlan) {
    this.#session = session;
    this.#plan = plan;
    this.#message = new FetchedMessage(session.view);
    this.#begun = session.writer.octets;
  }

  /**
   * @param sequences ascending
   * @throws Refused UNKNOWN-CTE or EXPUNGEISSUED, after the replies that could be given
   */
  async run(sequences: Uint32Array): Promise<void> {
    const { readsContent, summaryFields } = this.#plan;
    if (readsContent || summaryFields.length > 0) await this.#runBatches(sequences);
    else await this.#runFromMemory(sequences);
    this.#flushText();
  }

  /** Flags, UIDs, dates and sizes are in memory: nothing to wait for but the client. */
  async #runFromMemory(sequences: Uint32Array): Promise<void> {
    for (const sequence of sequences) {
      this.#moveTo(sequence);
      const pause = this.#writeText(this.#plan.steps);
      if (pause !== undefined) await pause;
    }
  }

  async #runBatches(sequences: Uint32Array): Promise<void> {
    const { columns, rows } = this.#session.view.contentOf(sequences);
    const sizeOf = this.#plan.readsContent ? (index: number) => columns.size[rows[index]!]! : undefined;
    const batches = batchesOf(sequences, sizeOf);
    const reader = new FetchReader(this.#session, this.#plan);
    let reading = readNext(batches, reader);
    while (reading !== undefined) {
      const batch = await reading;
      reading = readNext(batches, reader);
      await this.#writeBatch(batch.messages);
      reader.done(batch);
      await this.#slice.rest();
    }
    if (reader.refusal !== undefined) {
      this.#flushText();
      throw reader.refusal;
    }
  }

  async #writeBatch(batch: readonly ReadMessage[]): Promise<void> {
    const seenModseq = this.#plan.setsSeen ? await this.#setSeen(batch) : undefined;
    for (const { sequence, summary, head } of batch) {
      const message = this.#message;
      this.#moveTo(sequence);
      message.summary = summary;
      message.read(head);
      // Nobody but this FETCH has made the change of this modseq.
      const steps = message.modseq === seenModseq ? this.#plan.stepsOfNewlySeen : this.#plan.steps;
      this.#spend(message.size);
      const inPieces = this.#plan.readsContent || steps.length > FEW_STEPS;
      const pause = inPieces ? this.#writeContent(steps) : this.#writeText(steps);
      if (pause !== undefined) await pause;
    }
  }

  /** A client that does not know a keyword may drop it: it is told of it before the reply. */
  #moveTo(sequence: number): void {
    const message = this.#message;
    message.moveTo(sequence);
    if (this.#plan.tellsFlags) tellKeywords(this.#session, message.columns.flagSet[message.row]!);
  }

  /** @throws Refused LIMIT before the reply of a message that would be out of all proportion */
  #spend(size: number): void {
    const allowance = fetchLimits.perMessage + fetchLimits.timesSize * size;
    const written = this.#session.writer.octets - this.#begun;
    const isTooMuch = this.#plan.mostOctets(size) > fetchLimits.replyOctets + allowance || written > this.#budget;
    this.#budget += allowance;
    if (!isTooMuch) return;
    this.#flushText();
    throw new Refused('LIMIT', 'These items are many times as long as the messages; ask for fewer at a time');
  }

  /** A reply that is text only: written whole or, when a step throws, not at all. */
  #writeText(steps: readonly FetchStep[]): Promise<void> | undefined {
    let text = `* ${this.#message.sequence} FETCH (`;
    let separator = '';
    for (const step of steps) {
      if (step.kind === 'text') text += separator + step.text(this.#message);
      separator = ' ';
    }
    this.#text += `${text})\r\n`;
    return this.#text.length < TEXT_PIECE ? undefined : this.#handOver();
  }

  /** A reply with content, which is on its way before the reply is complete. */
  #writeContent(steps: readonly FetchStep[]): Promise<void> | undefined {
    try {
      this.#text += `* ${this.#message.sequence} FETCH (`;
      const pending = this.#writeFrom(steps, 0);
      return pending?.catch((problem) => this.#cutConnection(problem));
    } catch (problem) {
      return this.#cutConnection(problem);
    }
  }

  #writeFrom(steps: readonly FetchStep[], first: number): Promise<void> | undefined {
    for (let index = first; index < steps.length; index++) {
      const step = steps[index]!;
      if (index > 0) this.#text += ' ';
      if (step.kind === 'text') {
        this.#text += step.text(this.#message);
        if (this.#text.length < TEXT_PIECE) continue;
      } else {
        this.#flushText();
        const pending = step.write(this.#message);
        if (pending !== undefined) return pending.then(() => this.#writeFrom(steps, index + 1));
      }
      const pause = this.#handOver();
      if (pause !== undefined) return pause.then(() => this.#writeFrom(steps, index + 1));
    }
    this.#text += ')\r\n';
    return this.#handOver();
  }

  /** A reply that has begun cannot be taken back: without its end the connection is of no more use. */
  #cutConnection(problem: unknown): never {
    if (problem instanceof ConnectionClosed) throw problem;
    this.#session.logger.error({ err: problem }, 'a message could not be read to its end; the connection is cut');
    this.#session.transport.end();
    throw new ConnectionClosed();
  }

  /** The modseq that messages got which have become \Seen; undefined when there were none. */
  async #setSeen(batch: readonly ReadMessage[]): Promise<number | undefined> {
    const { view, logger } = this.#session;
    const uids: number[] = [];
    for (const { sequence } of batch) {
      const { columns, row } = view.place(sequence);
      if (!view.state.flagSets.has(columns.flagSet[row]!, '\\Seen')) uids.push(columns.uid[row]!);
    }
    if (uids.length === 0) return undefined;
    try {
      const { modseq } = await view.mailbox.storeFlags(uids, SEEN);
      if (modseq !== undefined) view.noteOwnChange(modseq);
      return modseq;
    } catch (problem) {
      // Mail must stay readable where nothing can be written, as on a full disk.
      if (!(problem instanceof Refused)) throw problem;
      logger.warn({ err: problem }, 'messages that were fetched could not be marked as seen');
      return undefined;
    }
  }

  /** A promise when it is the client's or somebody else's turn. */
  #handOver(): Promise<void> | undefined {
    this.#flushText();
    return this.#session.writer.drained() ?? (this.#slice.over ? this.#slice.rest() : undefined);
  }

  #flushText(): void {
    this.#session.writer.text(this.#text);
    this.#text = '';
  }
}

function readNext(batches: Iterator<Uint32Array>, reader: FetchReader): Promise<ReadBatch> | undefined {
  const { value, done } = batches.next();
  if (done) return undefined;
  const reading = reader.read(value);
  // Should the client go away before it is awaited, nobody waits for it any more.
  reading.catch(() => {});
  return reading;
}
