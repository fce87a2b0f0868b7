import type { ArchivedMessage, Found } from './archive.ts';
import { endsLinesWithLfOnly, withCrlf } from './line-ends.ts';
import { readRegularFile } from './regular-file.ts';
import { whyBroken, whyNoMail, whyNotStored } from './soundness.ts';

/** One file that holds one message, and what its name says. */
export interface MessageFile {
  readonly path: string;
  /** For people. */
  readonly where: string;
  /** The bytes are the message's own: line ends stay as they are. */
  readonly exact: boolean;
  /** @param modified when the file was last changed, milliseconds since the epoch. */
  describe(bytes: Uint8Array, modified: number): Omit<ArchivedMessage, 'bytes'>;
}

/** Reads the files one after another; a file that cannot be read is a broken message, not the end. */
export async function* readMessageFiles(files: readonly MessageFile[], limit: number): AsyncGenerator<Found> {
  for (const [index, file] of files.entries()) yield await readMessageFile(file, index + 1, limit);
}

async function readMessageFile(file: MessageFile, done: number, limit: number): Promise<Found> {
  const { where } = file;
  const content = await readRegularFile(file.path, limit);
  if ('reason' in content) return { kind: 'broken', where, done, reason: content.reason };
  const lineEndsChanged = !file.exact && endsLinesWithLfOnly(content.bytes);
  const bytes = lineEndsChanged ? withCrlf(content.bytes) : content.bytes;
  const reason = file.exact ? whyNotStored(bytes, limit) : (whyBroken(bytes, limit) ?? whyNoMail(bytes));
  if (reason !== undefined) return { kind: 'broken', where, done, reason };
  return {
    kind: 'message',
    where,
    done,
    message: { bytes, ...file.describe(bytes, content.modified) },
    lineEndsChanged,
  };
}
