import { wireLimits } from '../../base/limits.ts';
import { ArgumentReader, type ReaderOptions } from './argument-reader.ts';
import { CommandReceiver, type LiteralEvent, type ReceiverEvent } from './command-receiver.ts';
import type { ReceivedCommand, ReceivedLiteral } from './received-command.ts';

/** Helpers for the tests of everything that reads commands. Text given here is octets: one character each (latin1). */

export interface ReceiveOptions {
  readonly line?: number;
  readonly accepts?: (literal: LiteralEvent) => boolean;
  /** Called after every event; may set the mode. */
  readonly after?: (event: ReceiverEvent, receiver: CommandReceiver) => void;
}

/** All that a receiver makes of chunks that come one after the other. */
export function receive(chunks: Iterable<Uint8Array>, options: ReceiveOptions = {}): ReceiverEvent[] {
  const receiver = new CommandReceiver({ line: options.line ?? wireLimits.line });
  const events: ReceiverEvent[] = [];
  for (const chunk of chunks) {
    receiver.push(chunk);
    events.push(...drain(receiver, options));
  }
  return events;
}

/** All that a receiver has ready. */
export function drain(
  receiver: CommandReceiver,
  { accepts = () => true, after }: ReceiveOptions = {},
): ReceiverEvent[] {
  const events: ReceiverEvent[] = [];
  for (let event = receiver.next(); event !== undefined; event = receiver.next()) {
    events.push(event);
    if (event.kind === 'literal') accepts(event) ? receiver.acceptLiteral() : receiver.refuseLiteral();
    after?.(event, receiver);
  }
  return events;
}

/** The one command that this text is; its last line end may be left out. */
export function commandOf(text: string): ReceivedCommand {
  const events = receive([Buffer.from(`${text}\r\n`, 'latin1')]);
  const last = events.findLast((event) => event.kind === 'command');
  if (last === undefined) throw new Error(`No complete command: ${JSON.stringify(text)}`);
  return last.command;
}

/** A reader at the beginning of this text. */
export function readerOf(text: string, options?: ReaderOptions): ArgumentReader {
  return new ArgumentReader(commandOf(text), options);
}

/** Events as short text, one each: `command a LOGIN <alice> <secret>`, `wants ~12`, `sends 5`, `line DONE`. */
export function told(events: readonly ReceiverEvent[]): string[] {
  return events.map(toldEvent);
}

function toldEvent(event: ReceiverEvent): string {
  switch (event.kind) {
    case 'command':
      return `command ${toldCommand(event.command)}`;
    case 'literal':
      return `${event.synchronizing ? 'wants' : 'sends'} ${event.literal8 ? '~' : ''}${event.octets}`;
    case 'line':
      return `line ${latin1(event.bytes)}`;
    case 'tooLong':
      return `too long: ${latin1(event.head)}`;
    case 'abandoned':
      return `abandoned ${latin1(event.head)}`;
  }
}

function toldCommand({ texts, literals }: ReceivedCommand): string {
  return texts.map((text, i) => latin1(text) + toldLiteral(literals[i])).join('');
}

function toldLiteral(literal: ReceivedLiteral | undefined): string {
  return literal === undefined ? '' : `${literal.literal8 ? '~' : ''}<${latin1(literal.octets)}>`;
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}
