import { Malformed, type Refused } from '../../base/errors.ts';
import { wireLimits } from '../../base/limits.ts';
import { type SharedSlice, Slice } from '../../base/slices.ts';
import { CommandReceiver, type ReceiverEvent } from '../wire/command-receiver.ts';
import type { ReceivedCommand } from '../wire/received-command.ts';
import { Dispatcher } from './dispatcher.ts';
import { type LiteralBudget, LiteralReservation } from './literal-budget.ts';
import { isWorthBye, refusalOf } from './literal-policy.ts';
import { ConnectionClosed, type ResponseWriter } from './response-writer.ts';
import type { Session } from './session.ts';

/** The connection, as its command loop sees it. */
export interface LoopHost {
  readonly session: Session;
  readonly writer: ResponseWriter;
  /** Whose literals are counted together before login. */
  readonly network: string;
  readonly isStranger: boolean;
  readonly closed: boolean;
  /** It has said BYE or is cut: what the client sends is of no interest any more. */
  readonly over: boolean;
  /** The client may send more, or is not to be read until its commands are done. */
  setReading(reading: boolean): void;
  /** A command has ended that was waited for. */
  commandEnded(): void;
  /** The socket is closed and no command runs any more. */
  allOver(): void;
  bye(text: string): void;
  end(): void;
  destroy(): void;
}

/** Commands handled before the clock is looked at, which costs a fraction of the smallest of them. */
const EVENTS_BETWEEN_LOOKS = 16;

/** One client's octets become commands, which run one at a time. */
export class CommandLoop {
  readonly #host: LoopHost;
  readonly #receiver: CommandReceiver;
  readonly #dispatcher: Dispatcher;
  readonly #strangers: SharedSlice;
  /** What the command that is being sent, or runs, has of the memory for literals. */
  readonly literals: LiteralReservation;
  #busy = false;
  #pumping = false;
  /** Commands wait here: for the client to read its replies, or for others to have their turn. */
  #resting = false;
  #inputEnded = false;
  /** Why the literal that the receiver drops was abandoned. */
  #refusal: Refused | undefined;
  #lineWaiter: { resolve: (line: Uint8Array) => void; reject: (reason: Error) => void } | undefined;

  /** @param strangers shared by all connections that have not logged in */
  constructor(host: LoopHost, literals: LiteralBudget, strangers: SharedSlice) {
    this.#host = host;
    this.#strangers = strangers;
    this.#receiver = new CommandReceiver({
      get line() {
        return host.isStranger ? wireLimits.lineBeforeLogin : wireLimits.line;
      },
    });
    this.#dispatcher = new Dispatcher(host.session);
    this.literals = new LiteralReservation(literals);
  }

  /** What the client sends next may be looked at: no command runs, or one that asks for a line. */
  get isListening(): boolean {
    return !this.#busy || this.#lineWaiter !== undefined;
  }

  /** Nothing of what the client sent is under way or waits. */
  get isIdle(): boolean {
    return this.isListening && !this.#resting && this.#receiver.buffered === 0;
  }

  push(octets: Uint8Array): void {
    this.#receiver.push(octets);
    this.#pump();
  }

  /** The client sends no more, but may still wait for the reply of its last command. */
  endOfInput(): void {
    this.#inputEnded = true;
    this.#pump();
  }

  /** Forgets what was received and not looked at yet. */
  discard(): void {
    this.#receiver.discard();
  }

  nextLine(): Promise<Uint8Array> {
    this.#host.writer.flush();
    this.#receiver.mode = 'line';
    return new Promise((resolve, reject) => {
      this.#lineWaiter = { resolve, reject };
      // What the client sent ahead is looked at once the command that waits has returned to the event loop.
      setImmediate(() => this.#pump());
    });
  }

  /** The socket is closed: a command under way ends first. */
  close(): void {
    this.#takeLineWaiter()?.reject(new ConnectionClosed());
    this.#receiver.discard();
    if (!this.#busy) this.#finish();
  }

  /** Works off what has been received, as far as it goes without waiting. No input may end the process. */
  #pump(): void {
    if (this.#pumping || this.#resting || this.#host.closed) return;
    this.#pumping = true;
    try {
      this.#handleReceived();
    } catch (problem) {
      this.#cutFor(problem);
    }
    this.#pumping = false;
    if (this.isListening) this.#host.writer.flush();
    if (this.#inputEnded && !this.#resting) this.#afterLastInput();
    // A client that sends ahead without end is not read further until its commands are done.
    const ahead = this.#host.isStranger ? wireLimits.sentAheadBeforeLogin : wireLimits.sentAhead;
    const full = (this.#busy || this.#resting) && this.#receiver.buffered > ahead;
    this.#host.setReading(!full);
  }

  #handleReceived(): void {
    let slice: Slice | undefined;
    for (let handled = 1; this.isListening && !this.#resting && !this.#host.over; handled++) {
      if (this.#host.isStranger && this.#strangers.over) {
        this.#restUntil(this.#strangers.rest());
        return;
      }
      const event = this.#receiver.next();
      if (event === undefined) {
        this.#coverLiteral();
        return;
      }
      this.#handle(event);
      if (this.#busy) continue;
      const drained = this.#host.writer.drained();
      if (drained !== undefined) this.#restUntil(drained);
      else if (handled % EVENTS_BETWEEN_LOOKS !== 0) continue;
      else if (slice === undefined) slice = new Slice();
      else if (slice.over) this.#restUntil(slice.rest());
    }
  }

  /** Many small commands sent at once are like one that takes long: they wait for their reader and let others pass. */
  #restUntil(over: Promise<void>): void {
    this.#resting = true;
    const goOn = () => {
      this.#resting = false;
      this.#pump();
    };
    over.then(goOn, goOn);
  }

  /** All that the client sent has been looked at, and no more will come. */
  #afterLastInput(): void {
    this.#takeLineWaiter()?.reject(new ConnectionClosed());
    if (!this.#busy) this.#host.end();
  }

  #handle(event: ReceiverEvent): void {
    switch (event.kind) {
      case 'literal':
        this.#handleLiteral(event);
        break;
      case 'line':
        this.#takeLineWaiter()?.resolve(event.bytes);
        break;
      case 'tooLong':
        this.#handleTooLong(event.head);
        break;
      case 'abandoned':
        this.#dispatcher.reject(event.head, this.#refusal!);
        break;
      case 'command':
        // Some clients send a line end too many, behind a literal or a dropped command: nothing was asked.
        if (isEmpty(event.command)) break;
        this.#run(this.#dispatcher.dispatch(event.command));
        break;
    }
  }

  #run(running: Promise<void> | undefined): void {
    if (running === undefined) {
      this.literals.release();
      return;
    }
    this.#busy = true;
    running.then(
      () => this.#done(),
      (problem) => {
        this.#cutFor(problem);
        this.#done();
      },
    );
  }

  #done(): void {
    this.#busy = false;
    this.#host.commandEnded();
    this.literals.release();
    if (this.#host.closed) this.#finish();
    else this.#pump();
  }

  #handleLiteral(event: Extract<ReceiverEvent, { kind: 'literal' }>): void {
    const { session, writer, network } = this.#host;
    const holder = session.user?.accountId ?? network;
    const { total, octets } = event;
    const refusal = refusalOf(event, session) ?? this.literals.announce(holder, total, total - octets);
    if (refusal === undefined) {
      if (event.synchronizing) writer.text('+ Ready for the literal\r\n');
      this.#receiver.acceptLiteral();
      return;
    }
    this.#receiver.refuseLiteral();
    this.literals.release();
    this.#dispatcher.reject(event.head, refusal);
    if (!event.synchronizing && isWorthBye(event.octets, session)) this.#host.bye(`[TOOBIG] ${refusal.message}`);
  }

  /** What came of a literal counts; one for which there is no room is read to its end and dropped. */
  #coverLiteral(): void {
    const refusal = this.literals.cover(this.#receiver.literalOctets);
    if (refusal === undefined) return;
    this.literals.release();
    this.#refusal = refusal;
    this.#receiver.abandonLiteral();
  }

  /** A line inside AUTHENTICATE or IDLE fails the command that waits for it, any other the command that it begins. */
  #handleTooLong(head: Uint8Array): void {
    const problem = new Malformed('The line is too long');
    const waiter = this.#takeLineWaiter();
    if (waiter !== undefined) {
      waiter.reject(problem);
      return;
    }
    this.literals.release();
    this.#dispatcher.reject(head, problem);
  }

  #takeLineWaiter() {
    const waiter = this.#lineWaiter;
    this.#lineWaiter = undefined;
    this.#receiver.mode = 'command';
    return waiter;
  }

  #cutFor(problem: unknown): void {
    this.#host.session.logger.error({ err: problem }, 'a connection ended through a bug');
    this.#host.destroy();
  }

  #finish(): void {
    this.literals.release();
    this.#host.allOver();
  }
}

function isEmpty({ texts, literals }: ReceivedCommand): boolean {
  return literals.length === 0 && texts[0]!.length === 0;
}
