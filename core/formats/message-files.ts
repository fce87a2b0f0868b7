import { readFile, stat } from 'node:fs/promises';
import type { ArchivedMessage, Found } from './archive.ts';
import { endsLinesWithLfOnly, withCrlf } from './line-ends.ts';
import { tooLarge, whyBroken } from './soundness.ts';

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
  const content = await contentOf(file, limit);
  if ('reason' in content) return { kind: 'broken', where, done, reason: content.reason };
  const lineEndsChanged = !file.exact && endsLinesWithLfOnly(content.bytes);
  const bytes = lineEndsChanged ? withCrlf(content.bytes) : content.bytes;
  const reason = whyBroken(bytes, limit);
  if (reason !== undefined) return { kind: 'broken', where, done, reason };
  return {
    kind: 'message',
    where,
    done,
    message: { bytes, ...file.describe(bytes, content.modified) },
    lineEndsChanged,
  };
}

type Content = { readonly bytes: Uint8Array; readonly modified: number } | { readonly reason: string };

async function contentOf(file: MessageFile, limit: number): Promise<Content> {
  try {
    const { size, mtimeMs } = await stat(file.path);
    if (size > limit) return { reason: tooLarge(size, limit) };
    return { bytes: await readFile(file.path), modified: mtimeMs };
  } catch (error) {
    return { reason: `it cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}
