import { stat } from 'node:fs/promises';
import { octetsOf } from '../base/patiently.ts';
import type { Archive, ArchivedMessage, Found } from './archive.ts';
import { parseFromLineDate } from './dates.ts';
import { type ExportMark, takeExportMark } from './export-mark.ts';
import { gmailLabels } from './gmail-labels.ts';
import { endsLinesWithLfOnly, withCrlf } from './line-ends.ts';
import { unquoteFromLines } from './mbox-quoting.ts';
import { type MboxEntry, MboxSplitter } from './mbox-splitter.ts';
import { tooLarge, whyBroken, whyDeleted, whyNotStored } from './soundness.ts';
import { flagsOfHeader } from './status-flags.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Octets read from the file at a time. */
const blockSize = 1024 * 1024;

/**
 * An mbox file (RFC 4155 and what programs really write). The date comes from the `From ` line, flags from the header
 * (status-flags.ts); `Content-Length` is not looked at, it is wrong too often. The header fields stay in the message.
 */
export async function openMbox(path: string): Promise<Archive> {
  const { size } = await stat(path);
  const blocks = (): AsyncIterable<Buffer> => octetsOf(path, { highWaterMark: blockSize });
  return { format: 'mbox', path, total: size, read: (limit) => readMbox(blocks(), limit) };
}

/** The messages of an mbox file that comes in pieces of any size. */
export async function* readMbox(
  blocks: AsyncIterable<Buffer> | Iterable<Buffer>,
  limit: number,
): AsyncGenerator<Found> {
  const splitter = new MboxSplitter(limit);
  let number = 0;
  for await (const block of blocks) {
    for (const entry of splitter.push(block)) yield found(entry, ++number, limit);
  }
  for (const entry of splitter.end()) yield found(entry, ++number, limit);
}

function found(entry: MboxEntry, number: number, limit: number): Found {
  const where = `message ${number} (octet ${entry.offset})`;
  const done = entry.offset + entry.octets;
  if (entry.fromLine === undefined) {
    return { kind: 'broken', where, done, reason: 'no "From " line stands before it' };
  }
  if (entry.content === undefined) return { kind: 'broken', where, done, reason: tooLarge(entry.octets, limit) };
  const { message, lineEndsChanged, exported } = restored(entry, entry.fromLine, entry.content);
  const { bytes } = message;
  const reason = exported ? whyNotStored(bytes, limit) : (whyBroken(bytes, limit) ?? whyDeleted(bytes));
  if (reason !== undefined) return { kind: 'broken', where, done, reason };
  const place = exported ? undefined : gmailLabels(bytes)?.place;
  return { kind: 'message', where, done, message, place, lineEndsChanged };
}

function restored(
  entry: MboxEntry,
  fromLine: string,
  content: Buffer,
): { message: ArchivedMessage; lineEndsChanged: boolean; exported: boolean } {
  const date = parseFromLineDate(fromLine);
  const exported = takeExportMark(content);
  const asWritten = unquoteFromLines(
    exported === undefined ? withoutEmptyLine(content) : withoutAddedEnd(exported.message, exported.mark),
  );
  const lineEndsChanged = entry.lineEnd === '\n' && endsLinesWithLfOnly(asWritten);
  const bytes = lineEndsChanged ? withCrlf(asWritten) : asWritten;
  const flags = exported?.mark.flags ?? flagsOfHeader(bytes);
  const internalDate = date && { time: date.time, zone: exported?.mark.zone ?? date.zone };
  return { message: { bytes, flags, internalDate }, lineEndsChanged, exported: exported !== undefined };
}

function withoutAddedEnd(content: Buffer, mark: ExportMark): Buffer {
  const message = withoutEmptyLine(content);
  return mark.lastLineEnded ? message : message.subarray(0, startOfLineEnd(message));
}

/** Without the one empty line that separates it from the next `From ` line. */
function withoutEmptyLine(content: Buffer): Buffer {
  const start = startOfLineEnd(content);
  return start === 0 || content[start - 1] === LF ? content.subarray(0, start) : content;
}

/** Where the line end begins that ends the content; its length when there is none. */
function startOfLineEnd(content: Buffer): number {
  if (content.at(-1) !== LF) return content.length;
  return content.at(-2) === CR ? content.length - 2 : content.length - 1;
}
