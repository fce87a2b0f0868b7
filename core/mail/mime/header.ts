import { mimeLimits } from '../../base/limits.ts';
import type { Delimiter, Delimiters } from './delimiters.ts';
import { CR, LF, latin1 } from './octets.ts';

/** Where a header lies. */
export interface HeaderExtent {
  readonly start: number;
  /** The end of the last field: before the empty line. */
  readonly fieldsEnd: number;
  /** After the empty line; the same as `fieldsEnd` when there is none. */
  readonly bodyStart: number;
  /** The delimiter line that ended the header, when no empty line did. */
  readonly delimiter: Delimiter | undefined;
}

/**
 * Finds the end of the header that begins at `start`: an empty line (CRLF or a bare LF), a delimiter of a multipart that
 * is open, or the end of the message. Lines that are no fields do not end it: mail that was saved with a `From ` or
 * `>From ` line on top still has a header.
 */
export function findHeader(bytes: Buffer, start: number, delimiters: Delimiters): HeaderExtent {
  return delimiters.anyOpen ? findLineByLine(bytes, start, delimiters) : findEmptyLine(bytes, start);
}

const LF_CRLF = Buffer.from('\n\r\n');
const LF_CRCRLF = Buffer.from('\n\r\r\n');
const LF_LF = Buffer.from('\n\n');

/** Where no delimiter can be, as in nearly every message's own header, native searches find the empty line. */
function findEmptyLine(bytes: Buffer, start: number): HeaderExtent {
  const atOnce = emptyLineAt(bytes, start);
  if (atOnce > 0) return { start, fieldsEnd: start, bodyStart: start + atOnce, delimiter: undefined };
  const withCr = firstOf(bytes.indexOf(LF_CRLF, start), bytes.indexOf(LF_CRCRLF, start));
  const before = withCr < 0 ? bytes : bytes.subarray(0, withCr + 1);
  const bare = before.indexOf(LF_LF, start);
  if (bare >= 0) return { start, fieldsEnd: bare + 1, bodyStart: bare + 2, delimiter: undefined };
  if (withCr >= 0)
    return {
      start,
      fieldsEnd: withCr + 1,
      bodyStart: withCr + 1 + emptyLineAt(bytes, withCr + 1),
      delimiter: undefined,
    };
  return { start, fieldsEnd: bytes.length, bodyStart: bytes.length, delimiter: undefined };
}

/** The lesser of two positions, of which -1 is none. */
function firstOf(one: number, other: number): number {
  if (one < 0 || other < 0) return Math.max(one, other);
  return Math.min(one, other);
}

/** The octets of the empty line that begins at `line`; 0 if that line is not empty. CR CR LF is a CRLF that was made twice. */
function emptyLineAt(bytes: Buffer, line: number): number {
  if (bytes[line] === LF) return 1;
  if (bytes[line] !== CR) return 0;
  if (bytes[line + 1] === LF) return 2;
  return bytes[line + 1] === CR && bytes[line + 2] === LF ? 3 : 0;
}

function findLineByLine(bytes: Buffer, start: number, delimiters: Delimiters): HeaderExtent {
  const size = bytes.length;
  for (let line = start; line < size; line = nextLine(bytes, line)) {
    const emptyLine = emptyLineAt(bytes, line);
    if (emptyLine > 0) return { start, fieldsEnd: line, bodyStart: line + emptyLine, delimiter: undefined };
    const delimiter = delimiters.at(line);
    if (delimiter) {
      // RFC 2046 5.1.1: the line break before it is the delimiter's
      const end = Math.max(start, delimiter.contentEnd);
      return { start, fieldsEnd: end, bodyStart: end, delimiter };
    }
  }
  return { start, fieldsEnd: size, bodyStart: size, delimiter: undefined };
}

function nextLine(bytes: Buffer, from: number): number {
  let i = from;
  while (i < bytes.length && bytes[i] !== LF) i++;
  return i + 1;
}

/** The fields of a header as latin1 text, as far as we look at them: up to `limit` octets. */
export function fieldsText(bytes: Buffer, header: HeaderExtent, limit: number = mimeLimits.header): string {
  return latin1(bytes, header.start, Math.min(header.fieldsEnd, header.start + limit));
}
