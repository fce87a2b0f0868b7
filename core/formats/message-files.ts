import type { ArchivedMessage, Found } from './archive.ts';
import { readEmlx } from './emlx.ts';
import { gmailLabels } from './gmail-labels.ts';
import { endsLinesWithLfOnly, withCrlf } from './line-ends.ts';
import { readRegularFile } from './regular-file.ts';
import { whyBroken, whyDeleted, whyNoMail, whyNotStored } from './soundness.ts';

const partial = 'Apple Mail has only a part of it in this file: export the mailbox there, and import that';

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
  if (/\.partial\.emlx$/i.test(where)) return { kind: 'broken', where, done, reason: partial };
  const content = await readRegularFile(file.path, limit);
  if ('reason' in content) return { kind: 'broken', where, done, reason: content.reason };
  const apple = file.exact ? undefined : readEmlx(content.bytes);
  const own = apple?.bytes ?? content.bytes;
  const lineEndsChanged = !file.exact && endsLinesWithLfOnly(own);
  const bytes = lineEndsChanged ? withCrlf(own) : own;
  const reason = file.exact
    ? whyNotStored(bytes, limit)
    : (whyBroken(bytes, limit) ?? whyNoMail(bytes) ?? whyDeleted(bytes, apple?.deleted));
  if (reason !== undefined) return { kind: 'broken', where, done, reason };
  const described = file.describe(bytes, content.modified);
  const { flags = described.flags, internalDate = described.internalDate } = apple ?? {};
  const place = file.exact ? undefined : gmailLabels(bytes)?.place;
  return { kind: 'message', where, done, message: { bytes, flags, internalDate }, place, lineEndsChanged };
}
