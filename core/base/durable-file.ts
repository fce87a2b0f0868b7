import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Patience, patience, patiently, toWrite } from './patiently.ts';

/** The calls that make a file durable. A parameter, so that tests can fail each of them and see their order. */
export interface FileCalls {
  open(path: string, flags: string, mode?: number): Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: true }): Promise<void>;
}

export const systemFiles: FileCalls = { open, rename, rm };

export interface DurableWriteOptions {
  /** Permissions of the file on systems that have them. Nobody but the owner unless said otherwise. */
  readonly mode?: number;
  readonly files?: FileCalls;
  readonly patience?: Patience;
}

/**
 * Replaces a file as a whole. Whenever it ends, by an error, a kill or a power cut, the file holds all of the old or all
 * of the new content; once the promise has resolved, the new one survives a power cut. One writer at a time per file.
 * @throws FileHeld when another program keeps the file open
 */
export async function writeFileDurably(
  file: string,
  content: string | Uint8Array,
  options: DurableWriteOptions = {},
): Promise<void> {
  const { mode = 0o600, patience: given = patience } = options;
  const files = patientFiles(options.files ?? systemFiles, given);
  const temporary = `${file}.new`;
  try {
    await files.rm(temporary, { force: true });
    await writeAndFlush(files, temporary, content, mode);
    await files.rename(temporary, file);
  } catch (error) {
    await files.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await flushName(files, file, given.platform);
}

/** Removes a file; nothing happens when there is none. @throws FileHeld when another program keeps it open */
export function removeFile(file: string, { files = systemFiles, patience: given = patience } = {}): Promise<void> {
  return patientFiles(files, given).rm(file, { force: true });
}

/** The same calls, waiting for whoever has a file open. */
function patientFiles(files: FileCalls, patience: Patience): FileCalls {
  return {
    open: (path, flags, mode) => patiently(path, () => files.open(path, flags, mode), toWrite(path, patience)),
    rename: (from, to) => patiently(to, () => files.rename(from, to), toWrite(to, patience)),
    rm: (path, options) => patiently(path, () => files.rm(path, options), toWrite(path, patience)),
  };
}

async function writeAndFlush(
  files: FileCalls,
  file: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const handle = await files.open(file, 'wx', mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The new name is an entry of the folder, which has its own way to the disk. Windows opens no folder, but the log of NTFS,
 * with the new name in it, goes to the disk with the next flush of any file.
 */
async function flushName(files: FileCalls, file: string, platform: NodeJS.Platform): Promise<void> {
  const handle = platform === 'win32' ? await files.open(file, 'r+') : await files.open(dirname(file), 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
