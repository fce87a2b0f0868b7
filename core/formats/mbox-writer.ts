import { open, rename } from 'node:fs/promises';
import { patiently } from '../base/patiently.ts';
import type { InternalDate } from '../mail/ports.ts';
import type { ArchivedMessage, ArchiveWriter } from './archive.ts';
import { formatFromLineDate } from './dates.ts';
import { exportMark } from './export-mark.ts';
import { removeArchive } from './maildir-writer.ts';
import { quoteFromLines } from './mbox-quoting.ts';
import { ownerOnly } from './permissions.ts';

const LF = 0x0a;
/** Octets collected before they go to the file: one call for many small messages. */
const blockSize = 1024 * 1024;

/**
 * Writes an mbox file in the mboxrd manner with CRLF line ends: `From ` line (date in UTC, RFC 4155), the lines of
 * export-mark.ts, the message with its `From ` lines quoted, an empty line. Keeps bytes, dates with zone, and all
 * flags. The file has its name only when it is whole; before that it is called `….part`.
 * @param path there must be no such file.
 */
export async function createMbox(path: string): Promise<ArchiveWriter> {
  const part = `${path}.part`;
  const file = await open(part, 'wx', ownerOnly.file);
  let waiting: Uint8Array[] = [];
  let octets = 0;
  const writeWaiting = async (): Promise<void> => {
    await file.appendFile(Buffer.concat(waiting));
    waiting = [];
    octets = 0;
  };
  return {
    format: 'mbox',
    write: async (message) => {
      const entry = mboxEntry(message);
      waiting.push(entry);
      octets += entry.length;
      if (octets >= blockSize) await writeWaiting();
    },
    finish: async () => {
      await writeWaiting();
      await file.sync();
      await file.close();
      await patiently(part, () => rename(part, path));
    },
    abandon: async () => {
      await file.close();
      await removeArchive(part);
    },
  };
}

/** One message as it stands in the file. */
export function mboxEntry(message: ArchivedMessage & { readonly internalDate: InternalDate }): Buffer {
  const fromLine = `From MAILER-DAEMON ${formatFromLineDate(message.internalDate.time)}\r\n`;
  const mark = exportMark(message.flags, message.internalDate.zone, message.bytes);
  const lineEnd = message.bytes.at(-1) === LF ? '' : '\r\n';
  return Buffer.concat([Buffer.from(fromLine), mark, quoteFromLines(message.bytes), Buffer.from(`${lineEnd}\r\n`)]);
}
