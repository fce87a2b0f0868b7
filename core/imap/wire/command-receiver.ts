import { wireLimits } from '../../base/limits.ts';
import { InputQueue } from './input-queue.ts';
import { announcementAt, type LiteralAnnouncement } from './literal-announcement.ts';
import { LiteralCollector } from './literal-collector.ts';
import type { ReceivedCommand, ReceivedLiteral } from './received-command.ts';

/** Read at every use: implement `line` as a getter and it may change with login. */
export interface ReceiverLimits {
  /** Octets of a command, line ends included, literals not. */
  readonly line: number;
}

export type ReceiverEvent = LiteralEvent | CommandEvent | LineEvent | TooLongEvent | AbandonedEvent;

/** A literal is announced. Nothing more comes until acceptLiteral() or refuseLiteral() is called. */
export interface LiteralEvent {
  readonly kind: 'literal';
  readonly octets: number;
  /** The client waits for `+`. */
  readonly synchronizing: boolean;
  readonly literal8: boolean;
  /** The command's first line, up to its first literal: for tag and name. */
  readonly head: Uint8Array;
  /** Which literal of the command, from 0. */
  readonly index: number;
  /** Octets of all literals of the command, this one included. */
  readonly total: number;
}

export interface CommandEvent {
  readonly kind: 'command';
  readonly command: ReceivedCommand;
}

/** In mode 'line': what the client sent, without its line end. */
export interface LineEvent {
  readonly kind: 'line';
  readonly bytes: Uint8Array;
}

/** A command or line is over the limit. Said once; what is left of it is swallowed. */
export interface TooLongEvent {
  readonly kind: 'tooLong';
  /** How it began: for the tag. */
  readonly head: Uint8Array;
}

/** A command whose literal was abandoned has come to its end; nothing of it is kept. */
export interface AbandonedEvent {
  readonly kind: 'abandoned';
  /** How it began: for the tag. */
  readonly head: Uint8Array;
}

type State = 'text' | 'decision' | 'literal' | 'skipLiteral' | 'skipCommand' | 'skipLine';

const LF = 0x0a;
const CR = 0x0d;

/**
 * Octets in, complete commands out; no socket inside. Whatever way the input is cut into chunks, the events are the
 * same. A command is what RFC 9051 section 2.2.1 says: a line, and while its lines end with the announcement of a
 * literal, the literal and the next line. A bare LF is taken for a line end, too.
 */
export class CommandReceiver {
  /** How the next line is meant: as the beginning of a command, or (SASL, IDLE) as a line of its own. */
  mode: 'command' | 'line' = 'command';
  readonly #limits: ReceiverLimits;
  readonly #input = new InputQueue();
  #state: State = 'text';
  /** The command so far. */
  #texts: Buffer[] = [];
  #literals: ReceivedLiteral[] = [];
  #textOctets = 0;
  #literalOctets = 0;
  #announced: LiteralAnnouncement | undefined;
  #collector: LiteralCollector | undefined;
  #toSkip = 0;
  #abandoned: AbandonedEvent | undefined;

  constructor(limits: ReceiverLimits) {
    this.#limits = limits;
  }

  /** Octets that were pushed and not yet looked at. */
  get buffered(): number {
    return this.#input.length;
  }

  /** Octets that have come of the literals of the command under way. */
  get literalOctets(): number {
    const missing = this.#state === 'literal' ? (this.#collector?.missing ?? this.#announced!.octets) : 0;
    return this.#literalOctets - missing;
  }

  /** Takes what came from the network. The chunk must not be changed afterwards: commands are views of it. */
  push(chunk: Uint8Array): void {
    this.#input.push(chunk);
  }

  /** What comes next; undefined when that needs more input, or an answer to the last 'literal' event. */
  next(): ReceiverEvent | undefined {
    for (;;) {
      switch (this.#state) {
        case 'text':
          return this.#nextText();
        case 'decision':
          return undefined;
        case 'literal':
          if (!this.#collectLiteral()) return undefined;
          break;
        case 'skipLiteral':
          if (!this.#skipLiteral()) return undefined;
          break;
        default: {
          if (!this.#skipText()) return undefined;
          const abandoned = this.#takeAbandoned();
          if (abandoned !== undefined) return abandoned;
        }
      }
    }
  }

  /** Answers a 'literal' event: it is collected. */
  acceptLiteral(): void {
    this.#expectDecision();
    this.#state = 'literal';
  }

  /**
   * Answers a 'literal' event: the command is dropped. After a synchronizing literal the client sends nothing of it
   * (RFC 9051 section 4.3); a non-synchronizing one is on its way already, with the rest of the command, and is
   * swallowed without being kept (RFC 7888 section 4).
   */
  refuseLiteral(): void {
    const { octets, synchronizing } = this.#expectDecision();
    this.#forgetCommand();
    this.#state = synchronizing ? 'text' : 'skipLiteral';
    this.#toSkip = synchronizing ? 0 : octets;
  }

  /**
   * What is left of the literal under way, and of its command, is swallowed; then comes an 'abandoned' event: a client in
   * the middle of a literal must not take the answer to it for one to the next command.
   */
  abandonLiteral(): void {
    if (this.#state !== 'literal') throw new Error('No literal is under way');
    this.#abandoned = { kind: 'abandoned', head: this.#texts[0]! };
    this.#toSkip = this.#collector?.missing ?? this.#announced!.octets;
    this.#forgetCommand();
    this.#state = 'skipLiteral';
  }

  /** Throws away all that came, begun commands included (RFC 9051 section 6.2.1: after STARTTLS). */
  discard(): void {
    this.#input.clear();
    this.#forgetCommand();
    this.#abandoned = undefined;
    this.#state = 'text';
  }

  /** Undefined while there is more of its command to swallow. */
  #takeAbandoned(): AbandonedEvent | undefined {
    if (this.#state !== 'text') return undefined;
    const abandoned = this.#abandoned;
    this.#abandoned = undefined;
    return abandoned;
  }

  #expectDecision(): LiteralAnnouncement {
    if (this.#state !== 'decision' || this.#announced === undefined) throw new Error('No literal waits for a decision');
    return this.#announced;
  }

  #nextText(): ReceiverEvent | undefined {
    const line = this.#input.line(this.#limits.line - this.#textOctets);
    if (line === undefined) return undefined;
    if (line === 'tooLong') return this.#tooLong();
    const end = textEnd(line);
    if (this.mode === 'line' && this.#texts.length === 0) return { kind: 'line', bytes: line.subarray(0, end) };
    const announced = announcementAt(line, end);
    if (announced === undefined) return this.#complete(line.subarray(0, end));
    this.#textOctets += line.length;
    return this.#announce(line, announced);
  }

  #complete(text: Buffer): ReceiverEvent {
    if (this.#texts.length === 0) return { kind: 'command', command: { texts: [text], literals: NO_LITERALS } };
    this.#texts.push(text);
    const command = { texts: this.#texts, literals: this.#literals };
    this.#forgetCommand();
    return { kind: 'command', command };
  }

  #announce(line: Buffer, announced: LiteralAnnouncement): ReceiverEvent {
    // A copy: a short line that waits for its literal must not keep a large chunk.
    this.#texts.push(Buffer.from(line.subarray(0, announced.start)));
    this.#literalOctets += announced.octets;
    this.#announced = announced;
    this.#state = 'decision';
    const { octets, synchronizing, literal8 } = announced;
    const head = this.#texts[0]!;
    const index = this.#literals.length;
    return { kind: 'literal', octets, synchronizing, literal8, head, index, total: this.#literalOctets };
  }

  #tooLong(): ReceiverEvent {
    const isLine = this.mode === 'line' && this.#texts.length === 0;
    const head = this.#texts[0] ?? this.#input.head(Math.min(wireLimits.head, this.#limits.line));
    this.#forgetCommand();
    this.#state = isLine ? 'skipLine' : 'skipCommand';
    return { kind: 'tooLong', head };
  }

  /** True when the literal is complete. */
  #collectLiteral(): boolean {
    const { octets, literal8 } = this.#announced!;
    let whole: Buffer | undefined;
    while (whole === undefined) {
      const part = this.#input.part(this.#collector?.missing ?? octets);
      if (part === undefined) return false;
      if (part.length === octets) {
        whole = part;
      } else {
        this.#collector ??= new LiteralCollector(octets);
        this.#collector.add(part);
        if (this.#collector.missing === 0) whole = this.#collector.finish();
      }
    }
    this.#literals.push({ octets: whole, literal8 });
    this.#collector = undefined;
    this.#state = 'text';
    return true;
  }

  #skipLiteral(): boolean {
    while (this.#toSkip > 0) {
      const part = this.#input.part(this.#toSkip);
      if (part === undefined) return false;
      this.#toSkip -= part.length;
    }
    this.#state = 'skipCommand';
    return true;
  }

  /** Swallows a line; of a command that was given up also what RFC 7888 section 3 makes part of it. */
  #skipText(): boolean {
    const tail = this.#input.skipLine();
    if (tail === undefined) return false;
    const announced = this.#state === 'skipCommand' ? announcementAt(tail, textEnd(tail)) : undefined;
    // The client was told by now; it does not send a literal for which it would have to wait.
    this.#state = announced === undefined || announced.synchronizing ? 'text' : 'skipLiteral';
    this.#toSkip = announced?.octets ?? 0;
    return true;
  }

  #forgetCommand(): void {
    this.#texts = [];
    this.#literals = [];
    this.#textOctets = 0;
    this.#literalOctets = 0;
    this.#announced = undefined;
    this.#collector = undefined;
  }
}

const NO_LITERALS: readonly ReceivedLiteral[] = Object.freeze([]);

/** Where the text of a line ends: before its CRLF or bare LF. */
function textEnd(line: Buffer): number {
  const end = line[line.length - 1] === LF ? line.length - 1 : line.length;
  return end > 0 && line[end - 1] === CR ? end - 1 : end;
}
