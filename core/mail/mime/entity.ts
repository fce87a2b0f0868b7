import { mimeLimits } from '../../base/limits.ts';
import type { PartLayout } from '../summary.ts';
import {
  type ContentType,
  contentType,
  DIGESTED_MESSAGE,
  OPAQUE,
  PLAIN_TEXT,
  parameterValue,
  transferEncoding,
} from './content-fields.ts';
import { type Delimiter, Delimiters } from './delimiters.ts';
import { fieldsText, findHeader, type HeaderExtent } from './header.ts';
import { type HeaderFields, readFields } from './header-fields.ts';
import { asBuffer } from './octets.ts';
import { decodeTransfer, isMessageEncoded } from './transfer.ts';

/** One part of a message as read: what BODYSTRUCTURE says of it, and where it lies. */
export interface Entity {
  readonly layout: PartLayout;
  readonly fields: HeaderFields;
  readonly contentType: ContentType;
  /** As in the layout: a multipart has one at least, a message/rfc822 exactly one. */
  readonly children: readonly Entity[];
  /** What the children lie in, where that is not the message itself: the decoded body of a message that is encoded. */
  readonly decoded?: Buffer | undefined;
}

const NO_FIELDS: HeaderFields = new Map();

/**
 * Takes a message apart (RFC 2046 section 5.1) in one pass. Any octets are a message: where the rules are broken the
 * octets still belong to some part, and each to one only.
 */
export class MessageReader {
  readonly #bytes: Buffer;
  readonly #delimiters: Delimiters;
  #parts = 0;
  /** Octets of headers that may still be looked at. */
  #headerBudget: number = mimeLimits.headers;
  /** The delimiter that ended the part read last; undefined when the message ended. */
  #pending: Delimiter | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#delimiters = new Delimiters(bytes);
  }

  /** Where the message's own header lies. */
  readHeader(): HeaderExtent {
    return findHeader(this.#bytes, 0, this.#delimiters);
  }

  /** The whole message; `header` and `fields` are those of its own header. */
  readMessage(header: HeaderExtent, fields: HeaderFields): Entity {
    return this.#readEntity(header, fields, PLAIN_TEXT, 0);
  }

  #readPart(start: number, missing: ContentType, depth: number): Entity {
    const header = findHeader(this.#bytes, start, this.#delimiters);
    const text = fieldsText(this.#bytes, header, Math.min(mimeLimits.header, this.#headerBudget));
    this.#headerBudget -= text.length;
    return this.#readEntity(header, readFields(text), missing, depth);
  }

  #readEntity(header: HeaderExtent, fields: HeaderFields, missing: ContentType, depth: number): Entity {
    this.#parts++;
    const declared = contentType(fields, missing);
    const type = isContainer(declared) && depth >= mimeLimits.depth ? OPAQUE : declared;
    const encoding = transferEncoding(fields);
    const encoded = isMessageType(type) ? this.#readEncoded(header, encoding, depth) : undefined;
    const children = encoded?.children ?? this.#readBody(header, type, encoding, depth);
    const bodyStart = children.length > 0 ? header.bodyStart : this.#contentStart(header);
    const contentStart = encoded ? bodyStart : (children.at(-1)?.layout.bodyEnd ?? bodyStart);
    const bodyEnd = this.#pending ? Math.max(this.#pending.contentEnd, contentStart) : this.#bytes.length;
    const layout: PartLayout = {
      headerStart: header.start,
      bodyStart,
      bodyEnd,
      mediaType: `${type.type}/${type.subtype}`,
      charset: parameterValue(type.parameters, 'charset')?.toLowerCase(),
      encoding,
      children: children.length === 0 ? NO_CHILDREN : children.map((child) => child.layout),
      ...(encoded && { isEncodedMessage: true }),
    };
    return { layout, fields, contentType: type, children, decoded: encoded?.decoded };
  }

  /**
   * The message inside of a part that has an encoding of its own, which RFC 6532 section 3.7 allows for message/global and
   * some programs give to message/rfc822. Undefined where there is none, or more than is worth decoding at every look.
   */
  #readEncoded(
    header: HeaderExtent,
    encoding: string,
    depth: number,
  ): Pick<Entity, 'children' | 'decoded'> | undefined {
    const delimiter = header.delimiter ?? this.#nextDelimiter(header.bodyStart);
    const end = Math.max(header.bodyStart, delimiter?.contentEnd ?? this.#bytes.length);
    const body = this.#bytes.subarray(header.bodyStart, end);
    if (body.length > mimeLimits.encodedMessage || !isMessageEncoded(body, encoding)) return undefined;
    const decoded = asBuffer(decodeTransfer(body, encoding)!);
    const reader = new MessageReader(decoded);
    reader.#parts = this.#parts;
    reader.#headerBudget = this.#headerBudget;
    const message = reader.#readPart(0, PLAIN_TEXT, depth + 1);
    this.#parts = reader.#parts;
    this.#headerBudget = reader.#headerBudget;
    this.#pending = delimiter;
    return { children: [message], decoded };
  }

  /** RFC 2046 section 5.1.1: an empty line right before a delimiter is the delimiter's line break, and ends no header. */
  #contentStart({ fieldsEnd, bodyStart }: HeaderExtent): number {
    const end = this.#pending?.contentEnd ?? bodyStart;
    return end < bodyStart ? Math.max(fieldsEnd, end) : bodyStart;
  }

  #readBody(header: HeaderExtent, type: ContentType, encoding: string, depth: number): readonly Entity[] {
    this.#pending = header.delimiter;
    if (type.type === 'multipart') return this.#readMultipart(header, type, encoding, depth);
    if (isMessageType(type)) return [this.#readEncapsulated(header, depth)];
    this.#pending ??= this.#nextDelimiter(header.bodyStart);
    return NO_CHILDREN;
  }

  /** The message inside a message/rfc822. */
  #readEncapsulated(header: HeaderExtent, depth: number): Entity {
    if (!header.delimiter) return this.#readPart(header.bodyStart, PLAIN_TEXT, depth + 1);
    return this.#wholeBody(header.bodyStart, header.bodyStart, '7bit');
  }

  #readMultipart(header: HeaderExtent, type: ContentType, encoding: string, depth: number): readonly Entity[] {
    const children = header.delimiter ? [] : this.#readParts(header.bodyStart, type, depth);
    if (children.length > 0) return children;
    // `body-type-mpart` needs a part: a multipart without delimiters is shown with its body as the only one, so that
    // its text can be read
    const end = this.#pending ? this.#pending.contentEnd : this.#bytes.length;
    return [this.#wholeBody(header.bodyStart, Math.max(header.bodyStart, end), encoding)];
  }

  #readParts(bodyStart: number, type: ContentType, depth: number): readonly Entity[] {
    const text = parameterValue(type.parameters, 'boundary')?.trimEnd();
    if (!text) {
      this.#pending = this.#nextDelimiter(bodyStart);
      return NO_CHILDREN;
    }
    const missing = type.subtype === 'digest' ? DIGESTED_MESSAGE : PLAIN_TEXT;
    const children: Entity[] = [];
    const boundary = this.#delimiters.open(text);
    this.#pending = this.#nextDelimiter(bodyStart);
    while (this.#pending?.boundary === boundary && !this.#pending.closes) {
      if (this.#parts >= mimeLimits.parts) this.#pending = undefined;
      else children.push(this.#readPart(this.#pending.next, missing, depth + 1));
    }
    this.#delimiters.close(boundary);
    // The epilogue
    if (this.#pending?.boundary === boundary) this.#pending = this.#nextDelimiter(this.#pending.next);
    return children;
  }

  /** A part without a header that is all of [start, end). */
  #wholeBody(start: number, end: number, encoding: string): Entity {
    const layout: PartLayout = {
      headerStart: start,
      bodyStart: start,
      bodyEnd: end,
      mediaType: 'text/plain',
      charset: 'us-ascii',
      encoding,
      children: NO_CHILDREN,
    };
    return { layout, fields: NO_FIELDS, contentType: PLAIN_TEXT, children: NO_CHILDREN };
  }

  /** With too many parts no more are looked for: the last one takes the rest of the message. */
  #nextDelimiter(from: number): Delimiter | undefined {
    return this.#parts < mimeLimits.parts ? this.#delimiters.next(from) : undefined;
  }
}

const NO_CHILDREN: readonly never[] = [];

function isContainer(type: ContentType): boolean {
  return type.type === 'multipart' || isMessageType(type);
}

/** RFC 9051 section 6.4.5.1 and RFC 6532 section 3.7. */
function isMessageType(type: ContentType): boolean {
  return type.type === 'message' && (type.subtype === 'rfc822' || type.subtype === 'global');
}
