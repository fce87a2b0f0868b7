import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveLimits } from '../base/limits.ts';
import type { Archive } from './archive.ts';
import { openEmlFiles } from './eml-reader.ts';
import { openMbox } from './mbox-reader.ts';

/** True for what Apple Mail calls the folder of a mailbox, be it exported or its own: `Name.mbox`. */
export function isAppleFolder(name: string): boolean {
  return /.\.mbox$/i.test(name);
}

/**
 * A mailbox of Apple Mail: exported, a folder with a file `mbox`; its own, one with .emlx files some levels below
 * (`Name.mbox/…/Data/1/Messages`). Mailboxes below it are not looked into.
 * @returns undefined when it is neither.
 */
export async function openAppleMailbox(path: string): Promise<Archive | undefined> {
  const entries = await readdir(path, { withFileTypes: true });
  if (entries.some((entry) => entry.name === 'mbox' && entry.isFile())) return openMbox(join(path, 'mbox'));
  const files = await emlxBelow(path, archiveLimits.treeDepth);
  return files.length === 0 ? undefined : openEmlFiles(path, files);
}

async function emlxBelow(path: string, depth: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isFile() && /\.emlx$/i.test(entry.name)) found.push(inner);
    else if (entry.isDirectory() && !isAppleFolder(entry.name) && depth > 0) {
      for (const file of await emlxBelow(inner, depth - 1)) found.push(file);
    }
  }
  return found;
}
