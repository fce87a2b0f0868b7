import { mimeLimits } from '../../../base/limits.ts';
import { headerFields, type OctetRange, type Section, sectionRange } from '../../../mail/mime/sections.ts';
import type { ResponseWriter } from '../../session/response-writer.ts';
import { DecodedPart, encodedPart } from './binary.ts';
import type { BinarySizeItem, BodyItem, ContentItem, PartialRange } from './fetch-items.ts';
import type { FetchedMessage } from './fetched-message.ts';
import { cutText, literalText, withoutNuls } from './text-items.ts';

/**
 * Writes label and value of an item. A promise when it has to wait for the disk or the client. When it throws, part of it
 * may have been written.
 */
export type WriteContent = (message: FetchedMessage) => Promise<void> | undefined;

/** Writes the items whose value is (part of) the message: a small message from memory, a large one piece by piece. */
export class ContentItems {
  readonly #writer: ResponseWriter;

  constructor(writer: ResponseWriter) {
    this.#writer = writer;
  }

  writerOf(item: ContentItem | BinarySizeItem): WriteContent {
    switch (item.kind) {
      case 'binary':
        return (message) => this.#binary(item.label, item.part, item.partial, message);
      case 'binarySize':
        return (message) => this.#binarySize(item, message);
      case 'body':
        return typeof item.section.text === 'object'
          ? this.#fieldsWriter(item, item.section.text)
          : (message) => this.#body(item, message);
    }
  }

  #body({ label, section, partial }: BodyItem, message: FetchedMessage): Promise<void> | undefined {
    const range = rangeOf(section, message);
    if (range === undefined) return this.#nil(label);
    const { start, end, inside } = cutRange(range, partial);
    if (inside.length === 0) return this.#octets(label, message, start, end);
    return message.decoded(inside).then((octets) => this.#literal(label, octets.subarray(start, end)));
  }

  #literal(label: string, octets: Uint8Array): Promise<void> {
    this.#writer.text(`${label} {${octets.length}}\r\n`);
    return this.#writer.content(withoutNuls(octets));
  }

  #fieldsWriter(item: BodyItem, { fields, not }: { fields: readonly string[]; not: boolean }): WriteContent {
    const names = new Set(fields.map((name) => name.toLowerCase()));
    const write = (header: Uint8Array) => {
      this.#writer.text(literalText(item.label, cutText(headerFields(header, names, not), item.partial)));
    };
    return (message) => {
      const range = rangeOf(item.section, message);
      if (range === undefined) return this.#nil(item.label);
      const end = Math.min(range.end, range.start + mimeLimits.header);
      const { start, inside } = range;
      if (inside.length > 0) return message.decoded(inside).then((octets) => write(octets.subarray(start, end)));
      const header = message.octets(start, end);
      if (header instanceof Promise) return header.then(write);
      write(header);
      return undefined;
    };
  }

  async #binary(
    label: string,
    numbers: readonly number[],
    partial: PartialRange | undefined,
    message: FetchedMessage,
  ): Promise<void> {
    const part = encodedPart(message, numbers);
    if (part === undefined) return this.#nil(label);
    const decoded = new DecodedPart(message, part, partial);
    const { octets, hasNul } = await decoded.measure();
    // RFC 3516 section 4.3: a literal8 only where there is a NUL, so that the client need not look for one
    this.#writer.text(`${label} ${hasNul ? '~' : ''}{${octets}}\r\n`);
    for await (const piece of decoded.pieces()) await this.#writer.content(piece);
  }

  async #binarySize({ label, part: numbers }: BinarySizeItem, message: FetchedMessage): Promise<void> {
    const part = encodedPart(message, numbers);
    const { octets } = part === undefined ? { octets: 0 } : await new DecodedPart(message, part).measure();
    this.#writer.text(`${label} ${octets}`);
  }

  #nil(label: string): undefined {
    this.#writer.text(`${label} NIL`);
  }

  #octets(label: string, message: FetchedMessage, start: number, end: number): Promise<void> | undefined {
    const first = message.piece(start, end);
    if (first instanceof Promise || (first.length < end - start && !message.isWhole)) {
      this.#writer.text(`${label} {${end - start}}\r\n`);
      return this.#stream(message, first, start, end);
    }
    // Not end - start: whatever the columns say, the literal is as long as it says.
    this.#writer.text(`${label} {${first.length}}\r\n`);
    this.#writer.bytes(withoutNuls(first));
    return undefined;
  }

  /** The next piece is read while the client takes the one before. */
  async #stream(
    message: FetchedMessage,
    first: Uint8Array | Promise<Uint8Array>,
    start: number,
    end: number,
  ): Promise<void> {
    let next: Uint8Array | Promise<Uint8Array> = first;
    for (let at = start; at < end; ) {
      const piece: Uint8Array = await next;
      if (piece.length === 0) throw new Error('a message is shorter than it was');
      at += piece.length;
      if (at < end) next = message.piece(at, end);
      // Should the client go away meanwhile, nobody waits for the piece any more.
      if (next instanceof Promise) next.catch(() => {});
      await this.#writer.content(withoutNuls(piece));
    }
  }
}

function rangeOf(section: Section, message: FetchedMessage): OctetRange | undefined {
  if (section.part.length === 0 && section.text === undefined) return { start: 0, end: message.size, inside: [] };
  return sectionRange(message.summary!.parts, section);
}

function cutRange(range: OctetRange, partial: PartialRange | undefined): OctetRange {
  if (partial === undefined) return range;
  const { start, end, inside } = range;
  const from = Math.min(end, start + partial.offset);
  return { start: from, end: Math.min(end, from + partial.length), inside };
}
