import { readdir, stat } from 'node:fs/promises';
import { UserError } from '../base/errors.ts';
import type { ArchiveFormat, ArchiveWriter } from './archive.ts';
import { createEmlFolder } from './eml-writer.ts';
import { createMaildir } from './maildir-writer.ts';
import { createMbox } from './mbox-writer.ts';

/**
 * Makes an archive to write to.
 * @throws UserError when something is there already; nothing is ever overwritten.
 */
export async function createArchive(path: string, format: ArchiveFormat): Promise<ArchiveWriter> {
  await refuseToOverwrite(path, format);
  if (format === 'mbox') {
    await refuseToOverwrite(`${path}.part`, format);
    return createMbox(path);
  }
  return format === 'maildir' ? createMaildir(path) : createEmlFolder(path);
}

/** The format that a target's name tells of; undefined when it tells nothing. */
export function guessFormat(path: string): ArchiveFormat | undefined {
  if (/\.(mbox|mbx|mboxrd)$/i.test(path)) return 'mbox';
  if (/maildir[/\\]?$/i.test(path)) return 'maildir';
  return /(^|[/\\._-])emls?[/\\]?$/i.test(path) ? 'eml' : undefined;
}

async function refuseToOverwrite(path: string, format: ArchiveFormat): Promise<void> {
  const kind = await stat(path).catch(() => undefined);
  if (kind === undefined) return;
  if (format === 'mbox' || !kind.isDirectory()) {
    throw new UserError(`${path} exists already and is not overwritten; name another target or remove it first`);
  }
  if ((await readdir(path)).length > 0) {
    throw new UserError(`${path} is not empty and nothing in it is overwritten; name another folder`);
  }
}
