import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { InternalDate } from '../mail/ports.ts';
import type { Archive } from './archive.ts';
import { readKeywordList } from './keyword-list.ts';
import { readKeywords } from './maildir-keywords.ts';
import { compareMaildirNames, flagsOfLetters, parseMaildirName } from './maildir-name.ts';
import { type MessageFile, readMessageFiles } from './message-files.ts';

/**
 * A Maildir: the messages in `new` and `cur` of the folder named, not those of the folders below it (`.Sent` and the
 * like), which are read by naming them. Flags come from the name, keywords from Dovecot's file. The date is the file's, which
 * is that of whoever copied the files when they did not take care; then it is later than the one in the name.
 */
export async function openMaildir(path: string): Promise<Archive> {
  const keywords = await readKeywords(path);
  const further = await readKeywordList(path);
  const names = [...(await namesIn(path, 'cur')), ...(await namesIn(path, 'new'))];
  names.sort((one, other) => compareMaildirNames(one.name, other.name));
  const files = names.map(({ folder, name }) => maildirFile(path, folder, name, keywords, further));
  return { format: 'maildir', path, total: files.length, read: (limit) => readMessageFiles(files, limit) };
}

async function namesIn(path: string, folder: string): Promise<{ folder: string; name: string }[]> {
  const entries = await readdir(join(path, folder), { withFileTypes: true }).catch(missingIsEmpty);
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => ({ folder, name: entry.name }));
}

/** A Maildir whose `new` was lost is still one. */
function missingIsEmpty(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function maildirFile(
  path: string,
  folder: string,
  name: string,
  keywords: ReadonlyMap<string, string>,
  further: ReadonlyMap<number, readonly string[]>,
): MessageFile {
  const { letters, exact, number, internalDate } = parseMaildirName(name);
  const others = number === undefined ? [] : (further.get(number) ?? []);
  const named = [...letters].map((letter) => keywords.get(letter)).filter((keyword) => keyword !== undefined);
  return {
    path: join(path, folder, name),
    where: `${folder}/${name}`,
    exact,
    describe: (_bytes, modified) => ({
      flags: [...flagsOfLetters(letters), ...named, ...others],
      internalDate: number === undefined ? earlier(internalDate, modified) : (internalDate ?? dateOfFile(modified)),
    }),
  };
}

/** A message that was put there with a date has the date of its file, one that was delivered that of its name. */
function earlier(named: InternalDate | undefined, modified: number): InternalDate {
  return named !== undefined && named.time < modified ? named : dateOfFile(modified);
}

function dateOfFile(modified: number): InternalDate {
  return { time: Math.floor(modified / 1000) * 1000, zone: 0 };
}
