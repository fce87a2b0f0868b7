import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../base/errors.ts';
import { Slice } from '../base/slices.ts';
import { systemRefusal } from '../base/system-refusal.ts';
import type { Archive } from '../formats/archive.ts';
import { openArchive } from '../formats/open-archive.ts';
import type { StoredAccount } from '../mail/ports.ts';
import { Importer } from './importer.ts';
import { messagesIn } from './known-messages.ts';
import { makeMailbox } from './target-mailbox.ts';
import type { TransferWatch } from './watch.ts';

/** All of them, before anything is imported: a misspelt name must not be found half-way. @throws UserError */
export async function openArchives(paths: readonly string[]): Promise<readonly Archive[]> {
  const archives: Archive[] = [];
  for (const path of paths) archives.push(await opened(path));
  return archives;
}

async function opened(path: string): Promise<Archive> {
  try {
    await refuseDevices(path);
    return await openArchive(path);
  } catch (failure) {
    const told = systemRefusal(failure);
    throw told === undefined ? failure : new UserError(told);
  }
}

/** A pipe or a device would keep a thread of the server waiting, for ever. */
async function refuseDevices(path: string): Promise<void> {
  const kind = await stat(path).catch(() => undefined); // what is missing is told by openArchive
  if (kind === undefined || kind.isFile() || kind.isDirectory()) return;
  throw new UserError(`${path} is neither a file nor a folder; copy the mail into a file first`);
}

export interface ArchiveImport {
  readonly account: StoredAccount;
  /** Made when it is missing. */
  readonly mailbox: string;
  readonly archives: readonly Archive[];
  /** Octets of the largest message; larger ones are left out. */
  readonly limit: number;
  readonly skipDuplicates: boolean;
}

/** Adds the mail of files to a mailbox. When this resolves all of it is in the store. */
export async function importArchives(work: ArchiveImport, watch: TransferWatch): Promise<void> {
  const { account, mailbox, archives, limit, skipDuplicates } = work;
  await makeMailbox(account, mailbox);
  for (const { total } of archives) watch.expect(total);
  const known = skipDuplicates ? await messagesIn(account, mailbox, watch.signal) : undefined;
  const importer = new Importer({ account, mailbox, known }, watch);
  let before = 0;
  for (const archive of archives) {
    await importOne(archive, limit, importer, watch, before);
    before += archive.total;
    watch.done(before);
  }
}

/** @param before how much of the whole is behind us */
async function importOne(
  archive: Archive,
  limit: number,
  importer: Importer,
  watch: TransferWatch,
  before: number,
): Promise<void> {
  const slice = new Slice();
  try {
    for await (const found of archive.read(limit)) {
      watch.signal.throwIfAborted();
      const where = `${basename(archive.path)}: ${found.where}`;
      if (found.kind === 'message') await importer.take(found.message, where, found.lineEndsChanged);
      else watch.skipped(where, found.reason);
      watch.done(before + found.done);
      await slice.rest();
    }
  } finally {
    await importer.flush(); // also what came before the file could not be read further
  }
}
