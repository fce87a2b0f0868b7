import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../base/errors.ts';
import { systemRefusal } from '../base/system-refusal.ts';
import type { Archive } from '../formats/archive.ts';
import type { GmailPlace } from '../formats/gmail-labels.ts';
import { openArchive } from '../formats/open-archive.ts';
import type { MailboxEntry } from '../mail/ports.ts';
import { FileImport, type FileImportOptions } from './file-import.ts';
import { nameOfLevels, nameWithUse } from './folder-names.ts';
import { type MailTree, openMailTree } from './mail-tree.ts';
import { makeMailbox } from './target-mailbox.ts';
import type { TransferWatch } from './watch.ts';

/** All of them, before anything is imported: a misspelt name must not be found half-way. @throws UserError */
export async function openArchives(paths: readonly string[]): Promise<readonly Archive[]> {
  return openEach(paths, openArchive);
}

/** The mailboxes that are in files and folders, by the names they have there. @throws UserError */
export async function openMailTrees(paths: readonly string[]): Promise<MailTree> {
  const trees = await openEach(paths, openMailTree);
  return { parts: trees.flatMap(({ parts }) => parts), leftOut: trees.flatMap(({ leftOut }) => leftOut) };
}

async function openEach<Opened>(
  paths: readonly string[],
  open: (path: string) => Promise<Opened>,
): Promise<readonly Opened[]> {
  const all: Opened[] = [];
  for (const path of paths) {
    try {
      await refuseDevices(path);
      all.push(await open(path));
    } catch (failure) {
      const told = systemRefusal(failure);
      throw told === undefined ? failure : new UserError(told);
    }
  }
  return all;
}

/** A pipe or a device would keep a thread of the server waiting, for ever. */
async function refuseDevices(path: string): Promise<void> {
  const kind = await stat(path).catch(() => undefined); // what is missing is told by openArchive
  if (kind === undefined || kind.isFile() || kind.isDirectory()) return;
  throw new UserError(`${path} is neither a file nor a folder; copy the mail into a file first`);
}

export interface ArchiveImport extends FileImportOptions {
  /** Made when it is missing. */
  readonly mailbox: string;
  readonly archives: readonly Archive[];
}

/** Adds the mail of files to a mailbox. When this resolves all of it is in the store, or was told of as left out. */
export async function importArchives(work: ArchiveImport, watch: TransferWatch): Promise<void> {
  await makeMailbox(work.account, work.mailbox);
  const run = new FileImport(work, watch);
  for (const { total } of work.archives) watch.expect(total);
  for (const archive of work.archives) await run.archive(archive, basename(archive.path), () => work.mailbox);
}

export interface TreeImport extends FileImportOptions {
  readonly tree: MailTree;
}

/** Adds the mail of files and folders to mailboxes called like them, but where the mail itself says where it was. */
export async function importMailTree({ tree, ...work }: TreeImport, watch: TransferWatch): Promise<void> {
  const run = new FileImport(work, watch);
  for (const { archive } of tree.parts) watch.expect(archive?.total ?? 0);
  for (const { what, why, messages } of tree.leftOut) watch.skipped(what, why, messages);
  const ours = work.account.mailboxes();
  for (const { levels, subscribed, archive } of tree.parts) {
    const mailbox = nameOfLevels(levels);
    const refused = await run.make(mailbox, subscribed);
    const nameFor = (place: GmailPlace | undefined) => (place === undefined ? mailbox : nameOfPlace(place, ours));
    if (archive !== undefined) await run.archive(archive, levels.join('/'), nameFor);
    else if (refused !== undefined) watch.skipped(mailbox, refused);
  }
}

function nameOfPlace(place: GmailPlace, ours: readonly MailboxEntry[]): string {
  if ('label' in place) return nameOfLevels(place.label.split('/'));
  return place.use === '\\Inbox' ? 'INBOX' : (nameWithUse(ours, place.use) ?? place.use.slice(1));
}
