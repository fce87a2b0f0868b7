import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveWriter } from './archive.ts';
import { formatEmlName } from './eml-name.ts';
import { hasLetter } from './maildir-name.ts';
import { removeArchive, writeMessageFile } from './maildir-writer.ts';
import { ownerOnly } from './permissions.ts';

/**
 * Writes a folder of .eml files whose names keep date and flags (eml-name.ts). Keeps bytes, dates with zone, system
 * flags and $Forwarded; other keywords are lost.
 * @param path there must be nothing at this path, or an empty folder.
 */
export async function createEmlFolder(path: string): Promise<ArchiveWriter> {
  await mkdir(path, { recursive: true, mode: ownerOnly.folder });
  const flagsLost = new Set<string>();
  let number = 0;
  return {
    format: 'eml',
    flagsLost,
    write: async (message) => {
      for (const flag of message.flags) if (!hasLetter(flag)) flagsLost.add(flag);
      const name = formatEmlName(++number, message.internalDate, message.flags);
      await writeMessageFile(join(path, name), message);
    },
    finish: async () => {},
    abandon: () => removeArchive(path),
  };
}
