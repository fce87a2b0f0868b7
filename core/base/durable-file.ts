import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

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
}

/**
 * Replaces a file as a whole. Whenever it ends, by an error, a kill or a power cut, the file holds all of the old or all
 * of the new content; once the promise has resolved, the new one survives a power cut. One writer at a time per file.
 */
export async function writeFileDurably(
  file: string,
  content: string | Uint8Array,
  { mode = 0o600, files = systemFiles }: DurableWriteOptions = {},
): Promise<void> {
  const temporary = `${file}.new`;
  try {
    await files.rm(temporary, { force: true });
    await writeAndFlush(files, temporary, content, mode);
    await files.rename(temporary, file);
  } catch (error) {
    await files.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await flushFolder(files, dirname(file));
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

/** The new name is an entry of the folder, which has its own way to the disk. Windows has no such call, nor the need. */
async function flushFolder(files: FileCalls, folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await files.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
