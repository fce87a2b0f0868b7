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
  const size = bytes.length;
  for (let line = start; line < size; line = nextLine(bytes, line)) {
    const first = bytes[line];
    const emptyLine = first === LF ? 1 : first === CR && bytes[line + 1] === LF ? 2 : 0;
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
