import { open, readdir, stat } from 'node:fs/promises';
import { UserError } from '../base/errors.ts';
import { patiently } from '../base/patiently.ts';
import { isAppleFolder, openAppleMailbox } from './apple-mail.ts';
import type { Archive } from './archive.ts';
import { openEml, openEmlFolder } from './eml-reader.ts';
import { openMaildir } from './maildir-reader.ts';
import { openMbox } from './mbox-reader.ts';

/**
 * Opens mail of any format for reading: a folder with `cur` or `new` is a Maildir, one of Apple Mail's has .emlx files or
 * a file `mbox`, any other is a folder of .eml files; a file that begins with `From ` is an mbox (an empty one too), any
 * other one message.
 * @throws UserError when there is nothing, or nothing to read.
 */
export async function openArchive(path: string): Promise<Archive> {
  const kind = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === 'ENOENT' ? `${path}: there is no such file or folder` : `${path}: ${error.message}`,
    );
  });
  if (!kind.isDirectory()) return openFile(path);
  const names = await readdir(path);
  if (names.includes('cur') || names.includes('new')) return openMaildir(path);
  const folder = await openEmlFolder(path);
  if (folder.total > 0) return folder;
  const apple = isAppleFolder(path) ? await openAppleMailbox(path) : undefined;
  if (apple !== undefined) return apple;
  throw new UserError(
    `${path}: holds no .eml files and is no Maildir; name the folder that has the mail directly in it, or import all folders below it, each into the mailbox of its own name`,
  );
}

async function openFile(path: string): Promise<Archive> {
  const start = await beginningOf(path);
  // [MS-PST] section 2.2.2.6: it would be taken for one message, and for a broken one.
  if (start.startsWith('!BDN')) {
    throw new UserError(
      `${path}: is a file of Outlook's own (.pst or .ost), which is not understood; import from the mail server it came from, or move the folders over inside Outlook`,
    );
  }
  return start === '' || start.trimStart().startsWith('From ') ? openMbox(path) : openEml(path);
}

async function beginningOf(path: string): Promise<string> {
  const file = await patiently(path, () => open(path));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
