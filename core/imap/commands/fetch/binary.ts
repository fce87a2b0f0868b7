import { fetchLimits } from '../../../base/limits.ts';
import { decodeTransfer, withCrlf } from '../../../mail/mime/decode.ts';
import { findPart, findPlace, isMessage, isMultipart } from '../../../mail/mime/sections.ts';
import type { PartLayout } from '../../../mail/summary.ts';
import type { PartialRange } from './fetch-items.ts';
import type { FetchedMessage } from './fetched-message.ts';
import { cutTransfer } from './transfer-cut.ts';

const NOTHING: Uint8Array = new Uint8Array(0);

/** Where a part lies in the message, and what BINARY has to undo. */
export interface EncodedPart {
  readonly start: number;
  readonly end: number;
  /** Content-Transfer-Encoding in lower case. */
  readonly encoding: string;
  /** Text, whose lines have to end in CRLF (RFC 9051 section 7.5.2, BINARY). */
  readonly isText: boolean;
  /** Encoded messages around it: it lies in the decoded body of the last. */
  readonly inside: readonly PartLayout[];
}

/**
 * The part that BINARY[…] names; undefined when there is none. The message itself, a multipart and a message inside have
 * no encoding of their own (RFC 2045 section 6.4): they come as they are.
 */
export function encodedPart(message: FetchedMessage, numbers: readonly number[]): EncodedPart | undefined {
  if (numbers.length === 0) return { start: 0, end: message.size, encoding: '7bit', isText: false, inside: [] };
  const place = findPlace(message.summary!.parts, numbers);
  if (place === undefined) return undefined;
  const { part, inside } = place;
  return { start: part.bodyStart, end: part.bodyEnd, encoding: encodingOf(part), isText: isText(part), inside };
}

/** False when the part is there and has an encoding that nobody knows (RFC 3516 section 4.3, UNKNOWN-CTE). */
export function canDecode(message: PartLayout, numbers: readonly number[]): boolean {
  const part = numbers.length === 0 ? undefined : findPart(message, numbers);
  return part === undefined || decodeTransfer(NOTHING, encodingOf(part)) !== undefined;
}

function encodingOf(part: PartLayout): string {
  const isPlainMessage = isMessage(part) && !part.isEncodedMessage;
  return isMultipart(part) || isPlainMessage ? '7bit' : part.encoding;
}

/** In UTF-16 and UTF-32 an octet 0x0A is no line end, and no octet may be put in. */
function isText({ mediaType, charset }: PartLayout): boolean {
  return mediaType.startsWith('text/') && !/^(utf-?(16|32)|ucs-?[24])/i.test(charset ?? '');
}

/** What a part comes to when it is decoded. */
export interface DecodedExtent {
  readonly octets: number;
  readonly hasNul: boolean;
}

/** The value of a BINARY item, gone through piece by piece, so that a large part is never whole in memory. */
export class DecodedPart {
  readonly #message: FetchedMessage;
  readonly #part: EncodedPart;
  readonly #partial: PartialRange | undefined;
  /** The decoded pieces of a part that is small. */
  #kept: readonly Uint8Array[] | undefined;

  constructor(message: FetchedMessage, part: EncodedPart, partial?: PartialRange) {
    this.#message = message;
    this.#part = part;
    this.#partial = partial;
  }

  async measure(): Promise<DecodedExtent> {
    let octets = 0;
    let hasNul = false;
    const kept: Uint8Array[] = [];
    const isSmall = this.#part.end - this.#part.start <= fetchLimits.piece;
    for await (const piece of this.pieces()) {
      octets += piece.length;
      hasNul ||= piece.includes(0);
      if (isSmall) kept.push(piece);
    }
    if (isSmall) this.#kept = kept;
    return { octets, hasNul };
  }

  /** The octets wanted. The same each time. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    if (this.#kept !== undefined) return yield* this.#kept;
    let skip = this.#partial?.offset ?? 0;
    let left = this.#partial?.length ?? Number.POSITIVE_INFINITY;
    for await (const piece of this.#decoded()) {
      const wanted = piece.subarray(skip, skip + left);
      skip = Math.max(0, skip - piece.length);
      left -= wanted.length;
      if (wanted.length > 0) yield wanted;
      if (left === 0) return;
    }
  }

  /** Decoded, with line ends as they must be. */
  async *#decoded(): AsyncGenerator<Uint8Array> {
    if (!this.#part.isText) return yield* this.#withoutEncoding();
    let lastWasCr = false;
    for await (const piece of this.#withoutEncoding()) {
      if (piece.length === 0) continue;
      // A CR LF that lies across two pieces is one line end.
      const split = lastWasCr && piece[0] === LINE_FEED;
      if (split) yield piece.subarray(0, 1);
      yield withCrlf(split ? piece.subarray(1) : piece);
      lastWasCr = piece.at(-1) === CARRIAGE_RETURN;
    }
  }

  async *#withoutEncoding(): AsyncGenerator<Uint8Array> {
    const { start, end, encoding, inside } = this.#part;
    const around = inside.length === 0 ? undefined : await this.#message.decoded(inside);
    let rest = NOTHING;
    for (let at = start; at < end; ) {
      const read = around?.subarray(at, end) ?? (await this.#message.piece(at, end));
      if (read.length === 0) break;
      at += read.length;
      const piece = rest.length === 0 ? read : Buffer.concat([rest, read]);
      const cut = cutTransfer(piece, encoding);
      rest = cut.rest;
      yield decoded(cut.complete, encoding);
    }
    if (rest.length > 0) yield decoded(rest, encoding);
  }
}

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

function decoded(octets: Uint8Array, encoding: string): Uint8Array {
  const result = decodeTransfer(octets, encoding);
  if (result === undefined) throw new Error('canDecode was not asked');
  return result;
}
