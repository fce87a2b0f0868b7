import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { UserError } from '../base/errors.ts';
import { archiveLimits } from '../base/limits.ts';
import { decodeMailboxUtf7 } from '../base/modified-utf7.ts';
import { isAppleFolder, openAppleMailbox } from '../formats/apple-mail.ts';
import type { Archive } from '../formats/archive.ts';
import { isEmlName, openEmlFiles, openEmlFolder } from '../formats/eml-reader.ts';
import { openMaildir } from '../formats/maildir-reader.ts';
import { openArchive } from '../formats/open-archive.ts';
import { type Manifest, readManifest } from './manifest.ts';

/** A mailbox outside the store. */
export interface TreePart {
  /** Its name, level by level; exact, when an export has told it. */
  readonly levels: readonly string[];
  /** Undefined: there is nothing in it. */
  readonly archive: Archive | undefined;
  readonly subscribed: boolean;
}

export interface MailTree {
  readonly parts: readonly TreePart[];
  /** What is there, or should be, and cannot be read. */
  readonly leftOut: readonly { readonly what: string; readonly why: string; readonly messages: number }[];
}

/**
 * Finds all mailboxes in a folder: an export of ours by its list, else by the names of files and folders, as Thunderbird
 * (`Inbox`, `Inbox.sbd/…`), Apple Mail (`Name.mbox/…`), Dovecot (`.Sent.2019`) and others have them. A file is a mailbox of
 * its own.
 * @throws UserError when there is nothing
 */
export async function openMailTree(path: string): Promise<MailTree> {
  const kind = await stat(path).catch(() => undefined);
  if (kind?.isDirectory() !== true) {
    const levels = [withoutEnding(basename(path))];
    return { parts: [{ levels, archive: await openArchive(path), subscribed: true }], leftOut: [] };
  }
  const manifest = await readManifest(path);
  const tree = manifest === undefined ? await new Search(path).run() : await listedIn(path, manifest);
  if (tree.parts.length > 0 || tree.leftOut.length > 0) return tree;
  throw new UserError(`${path}: there is no mail in it and none in the folders below it`);
}

async function listedIn(folder: string, { mailboxes }: Manifest): Promise<MailTree> {
  const parts: TreePart[] = [];
  const leftOut: MailTree['leftOut'][number][] = [];
  for (const { name, path, messages, subscribed } of mailboxes) {
    const levels = name.split('/');
    try {
      parts.push({ levels, subscribed, archive: messages === 0 ? undefined : await openArchive(join(folder, path)) });
    } catch (failure) {
      if (!(failure instanceof UserError)) throw failure;
      leftOut.push({ what: name, why: `${path} is in the list of the export, and cannot be opened`, messages });
    }
  }
  return { parts, leftOut };
}

/** What programs keep beside mail: indexes, settings, lists. */
const companions =
  /^(\.|mailroom-|dovecot|maildirfolder$|subscriptions$|courier|table_of_contents$|info\.plist$|popstate\.dat$|msgfilterrules\.dat$|filterlog\.html$|thumbs\.db$|desktop\.ini$)|\.(msf|dat|plist|json|db|sqlite|idx|html|log|ini)$/i;

class Search {
  readonly #root: string;
  readonly #parts: TreePart[] = [];
  readonly #leftOut: MailTree['leftOut'][number][] = [];
  #entries = 0;

  constructor(root: string) {
    this.#root = root;
  }

  async run(): Promise<MailTree> {
    await this.#folder(this.#root, []);
    return { parts: this.#parts, leftOut: this.#leftOut };
  }

  async #folder(path: string, levels: readonly string[]): Promise<void> {
    const entries = await readdir(path, { withFileTypes: true });
    this.#entries += entries.length;
    if (this.#entries > archiveLimits.treeEntries || levels.length > archiveLimits.treeDepth) {
      throw new UserError(`${this.#root}: there is too much in it; name the folders that hold mail`);
    }
    entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    const folders = entries.filter((entry) => entry.isDirectory());
    if (folders.some(({ name }) => name === 'cur' || name === 'new')) return this.#maildir(path, levels, folders);
    const apple = isAppleFolder(path) ? await openAppleMailbox(path) : undefined;
    if (apple !== undefined) {
      this.#add(this.#orOwn(path, levels), apple);
      return this.#below(
        path,
        levels,
        folders.filter(({ name }) => isAppleFolder(name)),
      );
    }
    await this.#files(
      path,
      levels,
      entries.filter((entry) => !entry.isDirectory()),
    );
    await this.#below(
      path,
      levels,
      folders.filter(({ name }) => !name.startsWith('.')),
    );
  }

  /** In a Maildir++ folders below it are called `.Sent.2019`, in an export of ours as they are called. */
  async #maildir(path: string, levels: readonly string[], folders: readonly Dirent[]): Promise<void> {
    this.#add(levels.length === 0 ? ['INBOX'] : levels, await openMaildir(path));
    const inner = folders.filter(({ name }) => !['cur', 'new', 'tmp'].includes(name));
    const dotted = inner.filter(({ name }) => name.startsWith('.'));
    for (const { name } of dotted) {
      const own = name
        .slice(1)
        .split('.')
        .map((level) => decodeMailboxUtf7(level) ?? level);
      await this.#folder(join(path, name), [...levels, ...own]);
    }
    await this.#below(
      path,
      levels,
      inner.filter((folder) => !dotted.includes(folder)),
    );
  }

  async #below(path: string, levels: readonly string[], folders: readonly Dirent[]): Promise<void> {
    for (const { name } of folders) await this.#folder(join(path, name), [...levels, withoutEnding(name)]);
  }

  /** mbox files are mailboxes of their own; files with one message each are the mailbox that the folder is. */
  async #files(path: string, levels: readonly string[], files: readonly Dirent[]): Promise<void> {
    const single: string[] = [];
    for (const file of files) {
      const inner = join(path, file.name);
      if (companions.test(file.name)) continue;
      if (!file.isFile()) this.#leaveOut(inner, 'it is no file: a link, a pipe or the like');
      else if (isEmlName(file.name)) single.push(inner);
      else await this.#file(inner, [...levels, withoutEnding(file.name)], single);
    }
    if (single.length === 0) return;
    const named = this.#orOwn(path, levels);
    const emls = single.filter((file) => isEmlName(basename(file)));
    if (emls.length > 0) this.#add(named, await openEmlFolder(path));
    if (emls.length < single.length) {
      this.#add(
        named,
        openEmlFiles(
          path,
          single.filter((file) => !emls.includes(file)),
        ),
      );
    }
  }

  async #file(path: string, levels: readonly string[], single: string[]): Promise<void> {
    try {
      const archive = await openArchive(path);
      if (archive.format === 'mbox') this.#add(levels, archive);
      else single.push(path); // such as those of MH, which are called by numbers
    } catch (failure) {
      if (!(failure instanceof UserError)) throw failure;
      this.#leaveOut(path, failure.message.replace(`${path}: `, ''));
    }
  }

  #orOwn(path: string, levels: readonly string[]): readonly string[] {
    return levels.length === 0 ? [withoutEnding(basename(path))] : levels;
  }

  #add(levels: readonly string[], archive: Archive): void {
    this.#parts.push({ levels, archive, subscribed: true });
  }

  #leaveOut(path: string, why: string): void {
    this.#leftOut.push({ what: relative(this.#root, path), why, messages: 1 });
  }
}

function withoutEnding(name: string): string {
  return name.replace(/(.)\.(mbox|mbx|mboxrd|emlx?|sbd)$/i, '$1');
}
