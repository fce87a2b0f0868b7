import { createHash } from 'node:crypto';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { patiently } from '../base/patiently.ts';
import type { InternalDate } from '../mail/ports.ts';
import type { ArchivedMessage, ArchiveWriter } from './archive.ts';
import { formatCompactDate } from './dates.ts';
import { KeywordList } from './keyword-list.ts';
import { KeywordLetters } from './maildir-keywords.ts';
import { hasLetter, letterFlags } from './maildir-name.ts';
import { ownerOnly } from './permissions.ts';

/**
 * Writes a Maildir, all messages in `cur`. There are letters for the first 26 keywords that occur, further ones are in a
 * file of our own (keyword-list.ts). `W=` in the name equals `S=`, so the bytes come back as they are, whatever their
 * line ends; `T=` is the date with its zone.
 * @param path there must be nothing at this path, or an empty folder.
 */
export async function createMaildir(
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<ArchiveWriter> {
  for (const folder of ['tmp', 'new', 'cur'])
    await mkdir(join(path, folder), { recursive: true, mode: ownerOnly.folder });
  const mark = platform === 'win32' ? ';2,' : ':2,';
  const keywords = new KeywordLetters();
  const further = new KeywordList();
  let number = 0;
  return {
    format: 'maildir',
    write: async (message) => {
      const unique = uniqueName(message, ++number);
      const { letters, others } = lettersOf(message.flags, keywords);
      further.add(number, others);
      await writeMessageFile(join(path, 'tmp', unique), message);
      const written = join(path, 'tmp', unique);
      await patiently(written, () => rename(written, join(path, 'cur', `${unique}${mark}${letters}`)));
    },
    finish: async () => {
      await keywords.save(path);
      await further.save(path);
    },
    abandon: () => removeArchive(path),
  };
}

/** Writes the bytes and gives the file the message's date. */
export async function writeMessageFile(
  path: string,
  message: ArchivedMessage & { readonly internalDate: InternalDate },
): Promise<void> {
  await writeFile(path, message.bytes, { flag: 'wx', mode: ownerOnly.file });
  const seconds = Math.floor(message.internalDate.time / 1000);
  await patiently(path, () => utimes(path, seconds, seconds)); // antivirus looks at what has just been closed
}

/** Removes what was begun, a file or a folder. @throws FileHeld */
export function removeArchive(path: string): Promise<void> {
  return patiently(path, () => rm(path, { recursive: true, force: true }));
}

function uniqueName(message: ArchivedMessage & { readonly internalDate: InternalDate }, number: number): string {
  const size = message.bytes.length;
  const digest = createHash('sha256').update(message.bytes).digest('hex').slice(0, 16);
  // The leading number is what readers sort by, so it counts instead of telling the time: the order stays.
  return `${number}.${digest}.mailroom,S=${size},W=${size},T=${formatCompactDate(message.internalDate)}`;
}

/** What the name can say of the flags, and what it cannot. */
function lettersOf(flags: readonly string[], keywords: KeywordLetters): { letters: string; others: readonly string[] } {
  const small: string[] = [];
  const others: string[] = [];
  for (const flag of flags.filter((flag) => !hasLetter(flag))) {
    const letter = keywords.letter(flag);
    if (letter === undefined) others.push(flag);
    else small.push(letter);
  }
  return { letters: letterFlags(flags) + small.sort().join(''), others };
}
