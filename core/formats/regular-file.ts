import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { fileLimits } from '../base/limits.ts';
import { patience, patiently } from '../base/patiently.ts';
import { tooLarge } from './soundness.ts';

/** A file that is read, or why it is not, for people. */
export type FileContent = { readonly bytes: Uint8Array; readonly modified: number } | { readonly reason: string };

/** Neither waits for a pipe nor follows a link; Windows has no such flags, and no such files. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Reads a file whose name was found in a folder. What is there may be anything: a pipe that nobody writes to would hold a
 * thread of the server for ever, a device has no end, and a link may lead to what only the server may read.
 * @param limit octets; a larger file is not read
 */
export async function readRegularFile(path: string, limit: number): Promise<FileContent> {
  let file: FileHandle | undefined;
  try {
    file = await patiently(path, () => open(path, FLAGS), { ...patience, time: fileLimits.heldMessage });
    const facts = await file.stat();
    if (!facts.isFile()) return { reason: 'it is no file: a pipe, a device or the like' };
    if (facts.size > limit) return { reason: tooLarge(facts.size, limit) };
    return { bytes: await readUpTo(file, facts.size), modified: facts.mtimeMs };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'EMLINK') return { reason: 'it is a link; name the file it leads to' };
    if (code === 'ENXIO') return { reason: 'it is no file: a pipe, a device or the like' };
    return { reason: `it cannot be read: ${message}` };
  } finally {
    await file?.close();
  }
}

/** A file that grows meanwhile is read as far as it went when it was looked at. */
async function readUpTo(file: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}
