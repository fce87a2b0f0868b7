import { createHash } from 'node:crypto';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { patiently } from '../base/patiently.ts';
import type { InternalDate } from '../mail/ports.ts';
import type { ArchivedMessage, ArchiveWriter } from './archive.ts';
import { KeywordLetters } from './maildir-keywords.ts';
import { hasLetter, letterFlags } from './maildir-name.ts';
import { ownerOnly } from './permissions.ts';

/**
 * Writes a Maildir, all messages in `cur`. Keeps bytes, dates (without zone) and flags; of keywords other than
 * $Forwarded the first 26 that occur, there are no more letters. `W=` in the name equals `S=`, so the bytes come back
 * as they are, whatever their line ends.
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
  const flagsLost = new Set<string>();
  let number = 0;
  return {
    format: 'maildir',
    flagsLost,
    write: async (message) => {
      const unique = uniqueName(message, ++number);
      const letters = lettersOf(message.flags, keywords, flagsLost);
      await writeMessageFile(join(path, 'tmp', unique), message);
      const written = join(path, 'tmp', unique);
      await patiently(written, () => rename(written, join(path, 'cur', `${unique}${mark}${letters}`)));
    },
    finish: () => keywords.save(path),
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

function uniqueName(message: ArchivedMessage, number: number): string {
  const size = message.bytes.length;
  const digest = createHash('sha256').update(message.bytes).digest('hex').slice(0, 16);
  // The leading number is what readers sort by, so it counts instead of telling the time: the order stays.
  return `${number}.${digest}.mailroom,S=${size},W=${size}`;
}

function lettersOf(flags: readonly string[], keywords: KeywordLetters, lost: Set<string>): string {
  const small: string[] = [];
  for (const flag of flags.filter((flag) => !hasLetter(flag))) {
    const letter = keywords.letter(flag);
    if (letter === undefined) lost.add(flag);
    else small.push(letter);
  }
  return letterFlags(flags) + small.sort().join('');
}
