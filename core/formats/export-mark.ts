import { formatZone, parseZone } from './dates.ts';
import { flagsOfHeader, statusLines } from './status-flags.ts';

/**
 * mbox has no place for flags but the message's header, so an export writes there what other programs read: `Status:`,
 * `X-Status:` and `X-Keywords:`. A first line of our own tells which of them were added, so that an import takes them
 * out again and the message comes back as it was:
 *
 *     X-Mailroom-Export: zone=+0200; added=Status,X-Status; last-line=ended
 *
 * It also keeps what the `From ` line cannot say, the zone of the date and whether the last line had a line end.
 */
const NAME = 'X-Mailroom-Export';
const LF = 0x0a;

export interface ExportMark {
  readonly zone: number;
  readonly flags: readonly string[];
  readonly lastLineEnded: boolean;
}

/** The lines to put before a message. */
export function exportMark(flags: readonly string[], zone: number, message: Uint8Array): Buffer {
  const lines = statusLines(flags);
  const added = lines.map(({ name }) => name).join(',');
  const lastLine = message.at(-1) === LF ? 'ended' : 'open';
  const mark = `${NAME}: zone=${formatZone(zone)}; added=${added}; last-line=${lastLine}`;
  return Buffer.from(`${[mark, ...lines.map(({ line }) => line)].join('\r\n')}\r\n`, 'latin1');
}

const markLine =
  /^X-Mailroom-Export: zone=(?<zone>[+-]\d{4}); added=(?<added>[A-Za-z,-]*); last-line=(?<last>ended|open)$/;

/** Octets: no line that exportMark makes before the keywords is longer. */
const longestMark = 200;

/**
 * Takes the lines of an export off a message.
 * @returns undefined when the message does not begin with them.
 */
export function takeExportMark(content: Buffer): { mark: ExportMark; message: Buffer } | undefined {
  const first = content.indexOf(LF);
  if (first < 0 || first > longestMark) return undefined;
  const found = markLine.exec(lineAt(content, 0, first))?.groups;
  const zone = parseZone(found?.['zone']);
  if (found === undefined || zone === undefined) return undefined;
  const end = endOfAdded(content, first + 1, (found['added'] ?? '').split(','));
  const message = content.subarray(end);
  // A program that rewrote the flags put its lines elsewhere in the header; then they are read there.
  const flags = flagsOfHeader(end > first + 1 ? content.subarray(first + 1, end) : message);
  return { mark: { zone, flags, lastLineEnded: found['last'] === 'ended' }, message };
}

function endOfAdded(content: Buffer, start: number, names: readonly string[]): number {
  let end = start;
  for (const name of names) {
    const lf = content.indexOf(LF, end);
    if (lf >= 0 && name !== '' && lineAt(content, end, lf).startsWith(`${name}: `)) end = lf + 1;
  }
  return end;
}

function lineAt(content: Buffer, start: number, lf: number): string {
  return content.toString('latin1', start, lf).replace(/\r$/, '');
}
