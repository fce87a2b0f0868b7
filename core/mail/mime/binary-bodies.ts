import { mimeLimits } from '../../base/limits.ts';
import type { PartLayout } from '../summary.ts';
import { FieldScanner, trimBlanks } from './field-scanner.ts';
import { asBuffer, latin1 } from './octets.ts';
import { isMultipart } from './sections.ts';
import { layoutOf } from './summarise.ts';

/** Octets [start, end) of the message, and what takes their place. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly octets: Buffer;
}

/** Encodings that say nothing but how the octets are (RFC 2045 section 6.2). */
const IDENTITIES: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary']);

/**
 * A message that has NULs as the base protocol can carry it: bodies with a NUL are put into base64, which loses nothing
 * (RFC 3516 section 4.4), and everything else stays as it is. Undefined where that cannot be: a NUL outside of such a
 * body, inside of what is signed, or in a message too large to be taken apart here.
 */
export function encodeBinaryBodies(message: Uint8Array): Uint8Array | undefined {
  const bytes = asBuffer(message);
  if (!bytes.includes(0)) return message;
  if (bytes.length > mimeLimits.binaryMessage) return undefined;
  const replacements = replacementsIn(bytes, layoutOf(bytes)).take(2 * mimeLimits.binaryBodies);
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, octets } of replacements) {
    pieces.push(bytes.subarray(at, start), octets);
    at = end;
  }
  const encoded = Buffer.concat([...pieces, bytes.subarray(at)]);
  return encoded.includes(0) ? undefined : encoded;
}

/** In the order of the message, and apart from each other. */
function* replacementsIn(bytes: Buffer, part: PartLayout): Generator<Replacement> {
  // RFC 1847 section 2.1: what is signed must not be changed
  if (part.mediaType === 'multipart/signed' || part.isEncodedMessage) return;
  for (const child of part.children) yield* replacementsIn(bytes, child);
  if (part.children.length > 0 || isMultipart(part)) return;
  const body = bytes.subarray(part.bodyStart, part.bodyEnd);
  if (!body.includes(0) || !IDENTITIES.has(part.encoding)) return;
  const header = withBase64(latin1(bytes, part.headerStart, part.bodyStart));
  // Without an empty line there is no place for a field.
  if (header === undefined) return;
  yield { start: part.headerStart, end: part.bodyStart, octets: Buffer.from(header, 'latin1') };
  yield { start: part.bodyStart, end: part.bodyEnd, octets: base64Lines(body) };
}

/** A header, its empty line included, that says base64 instead of what it said. Undefined when it has no empty line. */
function withBase64(header: string): string | undefined {
  let result = '';
  let at = 0;
  for (const scanner = new FieldScanner(header); scanner.next(); ) {
    const isEmptyLine = trimBlanks(scanner.field()) === '';
    if (isEmptyLine) {
      return `${result}${header.slice(at, scanner.start)}Content-Transfer-Encoding: base64\r\n${scanner.field()}`;
    }
    if (scanner.name() !== 'content-transfer-encoding') continue;
    result += header.slice(at, scanner.start);
    at = scanner.end;
  }
  return undefined;
}

/** RFC 2045 section 6.8: lines of 76 characters at most. */
function base64Lines(body: Buffer): Buffer {
  const lines: string[] = [];
  for (let at = 0; at < body.length; at += LINE) lines.push(body.toString('base64', at, at + LINE));
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/** Octets of a line of 76 characters. */
const LINE = 57;
