import { CR, DASH, LF } from './octets.ts';

/** A multipart whose end has not been seen. */
export interface OpenBoundary {
  readonly text: string;
}

/** One delimiter line, `--boundary` or `--boundary--` (RFC 2046 section 5.1.1). */
export interface Delimiter {
  readonly boundary: OpenBoundary;
  readonly closes: boolean;
  /** Where the line begins. */
  readonly lineStart: number;
  /** Where the content before it ends: the line break before the delimiter belongs to the delimiter. */
  readonly contentEnd: number;
  /** The start of the line after it. */
  readonly next: number;
}

const LINE_OF_DASHES = Buffer.from('\n--');
/**
 * How far a search goes byte by byte before the native search takes over. The native search is ten times as fast but
 * costs 100 ns to start: a message made of dashed lines would start it a million times.
 */
const NEAR = 64;

/** Finds delimiter lines of all multiparts that are open at a place of the message. */
export class Delimiters {
  readonly #bytes: Buffer;
  /** Sorted by text, so that one walk along a line compares it with all of them; equal ones in order of opening. */
  readonly #open: OpenBoundary[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get anyOpen(): boolean {
    return this.#open.length > 0;
  }

  open(text: string): OpenBoundary {
    const boundary = { text };
    const after = this.#open.findIndex((other) => other.text > text);
    this.#open.splice(after < 0 ? this.#open.length : after, 0, boundary);
    return boundary;
  }

  close(boundary: OpenBoundary): void {
    this.#open.splice(this.#open.indexOf(boundary), 1);
  }

  /** The first delimiter at or after `from`, which must be the start of a line. */
  next(from: number): Delimiter | undefined {
    if (this.#open.length === 0) return undefined;
    for (let line = from; line >= 0; line = this.#nextDashedLine(line)) {
      const delimiter = this.at(line);
      if (delimiter) return delimiter;
    }
    return undefined;
  }

  /** The delimiter whose line begins at `line`. */
  at(line: number): Delimiter | undefined {
    const bytes = this.#bytes;
    if (bytes[line] !== DASH || bytes[line + 1] !== DASH) return undefined;
    const boundary = this.#longestPrefix(line + 2);
    if (!boundary) return undefined;
    const rest = line + 2 + boundary.text.length;
    const lineEnd = bytes.indexOf(LF, rest);
    let contentEnd = line;
    if (contentEnd > 0) contentEnd -= bytes[contentEnd - 2] === CR ? 2 : 1;
    return {
      boundary,
      closes: bytes[rest] === DASH && bytes[rest + 1] === DASH,
      lineStart: line,
      contentEnd,
      next: lineEnd < 0 ? bytes.length : lineEnd + 1,
    };
  }

  /**
   * The open boundary that the octets at `position` begin with. Whatever follows on the line is ignored (RFC 2046 section
   * 5.1.1); of several that fit the longest is meant, of equal ones the innermost.
   */
  #longestPrefix(position: number): OpenBoundary | undefined {
    const open = this.#open;
    let low = 0;
    let high = open.length;
    let longest: OpenBoundary | undefined;
    for (let i = 0; low < high; i++) {
      while (low < high && open[low]!.text.length === i) longest = open[low++];
      const octet = this.#bytes[position + i];
      if (octet === undefined) break;
      while (low < high && open[low]!.text.charCodeAt(i) < octet) low++;
      while (low < high && open[high - 1]!.text.charCodeAt(i) > octet) high--;
    }
    return longest;
  }

  /** The start of the first line after `from` that begins with two dashes, or -1. */
  #nextDashedLine(from: number): number {
    const bytes = this.#bytes;
    const near = Math.min(from + NEAR, bytes.length);
    for (let i = from; i < near; i++) {
      if (bytes[i] === LF && bytes[i + 1] === DASH && bytes[i + 2] === DASH) return i + 1;
    }
    const found = bytes.indexOf(LINE_OF_DASHES, near);
    return found < 0 ? -1 : found + 1;
  }
}
