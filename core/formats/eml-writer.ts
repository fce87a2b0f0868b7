import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchiveWriter } from './archive.ts';
import { formatEmlName } from './eml-name.ts';
import { KeywordList } from './keyword-list.ts';
import { hasLetter } from './maildir-name.ts';
import { removeArchive, writeMessageFile } from './maildir-writer.ts';
import { ownerOnly } from './permissions.ts';

/**
 * Writes a folder of .eml files whose names keep date and flags (eml-name.ts); keywords are in a file beside them
 * (keyword-list.ts).
 * @param path there must be nothing at this path, or an empty folder.
 */
export async function createEmlFolder(path: string): Promise<ArchiveWriter> {
  await mkdir(path, { recursive: true, mode: ownerOnly.folder });
  const keywords = new KeywordList();
  let number = 0;
  return {
    format: 'eml',
    write: async (message) => {
      const name = formatEmlName(++number, message.internalDate, message.flags);
      keywords.add(
        number,
        message.flags.filter((flag) => !hasLetter(flag)),
      );
      await writeMessageFile(join(path, name), message);
    },
    finish: () => keywords.save(path),
    abandon: () => removeArchive(path),
  };
}
