import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { InternalDate } from '../mail/ports.ts';
import type { Archive } from './archive.ts';
import { parseMessageDate } from './dates.ts';
import { parseEmlName } from './eml-name.ts';
import { fieldValues } from './header-fields.ts';
import { readKeywordList } from './keyword-list.ts';
import { type MessageFile, readMessageFiles } from './message-files.ts';
import { flagsOfHeader } from './status-flags.ts';

const byNumber = new Intl.Collator('en', { numeric: true });

/** One file with one message. */
export function openEml(path: string): Archive {
  return archiveOf(path, [emlFile(path, basename(path), new Map())]);
}

/** Files with one message each, in the order of their names. @param path what they are found in */
export function openEmlFiles(path: string, files: readonly string[]): Archive {
  const inOrder = [...files].sort((one, other) => byNumber.compare(basename(one), basename(other)));
  return archiveOf(
    path,
    inOrder.map((file) => emlFile(file, basename(file), new Map())),
  );
}

/** The .eml and .emlx files of a folder in the order of their names, not those of folders inside it. */
export async function openEmlFolder(path: string): Promise<Archive> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && isEmlName(entry.name)).map((entry) => entry.name);
  names.sort(byNumber.compare);
  const keywords = await readKeywordList(path);
  return archiveOf(
    path,
    names.map((name) => emlFile(join(path, name), name, keywords)),
  );
}

function archiveOf(path: string, files: readonly MessageFile[]): Archive {
  return { format: 'eml', path, total: files.length, read: (limit) => readMessageFiles(files, limit) };
}

/** macOS keeps a file's attributes beside it, under its name with `._` before. */
export function isEmlName(name: string): boolean {
  return /\.emlx?$/i.test(name) && !name.startsWith('._');
}

function emlFile(path: string, name: string, keywords: ReadonlyMap<number, readonly string[]>): MessageFile {
  const exported = parseEmlName(name);
  const own = exported && [...exported.flags, ...(keywords.get(exported.number) ?? [])];
  return {
    path,
    where: name,
    exact: exported !== undefined,
    describe: (bytes, modified) =>
      exported === undefined
        ? { flags: flagsOfHeader(bytes), internalDate: dateOfHeader(bytes) ?? { time: modified, zone: 0 } }
        : { flags: own ?? [], internalDate: exported.internalDate },
  };
}

/** When it arrived as the topmost Received field says (RFC 5321 section 4.4), else when it was written. */
function dateOfHeader(bytes: Uint8Array): InternalDate | undefined {
  const [received] = fieldValues(bytes, 'received');
  const [date] = fieldValues(bytes, 'date');
  const arrived = received === undefined ? undefined : parseMessageDate(received.slice(received.lastIndexOf(';') + 1));
  return arrived ?? (date === undefined ? undefined : parseMessageDate(date));
}
