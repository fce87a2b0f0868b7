import { join } from 'node:path';
import type { FileLayer } from './file-layer.ts';

/** More than a disk lets small files have when it is full. */
const OCTETS = 64 * 1024;

/** Writes so many octets into a folder and flushes them. Rejects when the disk does not take them. */
export async function probe(folder: string, files: FileLayer, octets = OCTETS): Promise<void> {
  const path = join(folder, 'probe');
  await files.remove(path);
  try {
    const file = await files.open(path, 'create');
    try {
      await file.write([new Uint8Array(octets)], 0);
      await file.flush();
    } finally {
      await file.close();
    }
  } finally {
    await files.remove(path);
  }
}
