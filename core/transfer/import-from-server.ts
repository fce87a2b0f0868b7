import { Refused } from '../base/errors.ts';
import { fetchedMailLimits } from '../base/limits.ts';
import type { StoredAccount } from '../mail/ports.ts';
import { mailboxNames } from './folder-names.ts';
import type { ImapPlace } from './imap-connection.ts';
import { ImapSource } from './imap-source.ts';
import { Importer } from './importer.ts';
import { KnownMessages, messagesIn } from './known-messages.ts';
import type { ListedFolder, SourceFolders } from './source-folders.ts';
import { makeMailbox } from './target-mailbox.ts';
import type { TransferWatch } from './watch.ts';

export interface ServerImport extends Omit<ImapPlace, 'signal' | 'onPause'> {
  readonly account: StoredAccount;
  /** Undefined: beside ours, those with a special use into ours; else all folders are put below this mailbox. */
  readonly under: string | undefined;
}

/** Of folders that show messages of other folders once more only that of all mail is read, for what is nowhere else. */
const views: Readonly<Record<string, string>> = {
  '\\Flagged': 'it shows messages of other folders, which are imported with their flags',
  '\\Important': 'it shows messages of other folders',
};

/**
 * Brings the mail of another IMAP server here, with folders, dates and flags. What is here already is left out, and mostly
 * not fetched. When this resolves, each message there was brought, was here, or was told of as left out.
 */
export async function importFromServer(work: ServerImport, watch: TransferWatch): Promise<void> {
  const run = new Import(work, watch);
  const onPause = (pause: number, why: string) => run.rest(pause, why);
  const source = await ImapSource.open({ ...work, signal: watch.signal, onPause });
  try {
    await run.all(source);
  } finally {
    source.close();
  }
}

/** All mail comes last: by then everything that is elsewhere is known. */
function inOrder(folders: readonly ListedFolder[]): readonly ListedFolder[] {
  return [...folders.filter((folder) => !isAllMail(folder)), ...folders.filter(isAllMail)];
}

function isAllMail({ specialUse }: ListedFolder): boolean {
  return specialUse === '\\All';
}

class Import {
  readonly #work: ServerImport;
  readonly #watch: TransferWatch;
  /** Everything in the mailboxes it was put into, by their names. Two folders may share one. */
  readonly #known = new Map<string, KnownMessages>();
  /** Of the folder under way. */
  #importer: Importer | undefined;
  #done = 0;
  #pauseTold = false;

  constructor(work: ServerImport, watch: TransferWatch) {
    this.#work = work;
    this.#watch = watch;
  }

  async all(source: ImapSource): Promise<void> {
    const listed = await source.folders();
    const folders = inOrder(this.#withoutViews(listed.folders.filter(({ selectable }) => selectable)));
    for (const { messages } of folders) this.#watch.expect(messages);
    const names = this.#namesOf(folders, listed);
    const keepAll = folders.some(isAllMail);
    for (const folder of folders) {
      const mailbox = names.get(folder.path) ?? folder.path;
      if (await this.#made(mailbox, folder)) await this.#folder(source, folder, mailbox);
      if (!keepAll && !shares(names, mailbox, folder.path)) this.#known.delete(mailbox); // the memory of 100,000 digests
    }
  }

  /** The connection is lost, and will be made again: what has come is kept by then. */
  async rest(pause: number, why: string): Promise<void> {
    await this.#importer?.flush();
    if (pause < fetchedMailLimits.pauseToTell || this.#pauseTold) return;
    this.#pauseTold = true;
    this.#watch.note(
      `The other server gave nothing for a while (${why}); the import went on by itself, again and again`,
    );
  }

  #withoutViews(folders: readonly ListedFolder[]): readonly ListedFolder[] {
    return folders.filter((folder) => {
      const why = views[folder.specialUse ?? ''];
      if (why !== undefined) this.#leaveOut({ ...folder, messages: 0 }, why);
      return why === undefined;
    });
  }

  #namesOf(folders: readonly ListedFolder[], { prefix }: SourceFolders): ReadonlyMap<string, string> {
    const { account, under } = this.#work;
    return mailboxNames(folders, { prefix, ours: account.mailboxes(), under });
  }

  /** False: it cannot be called so here. */
  async #made(mailbox: string, folder: ListedFolder): Promise<boolean> {
    this.#watch.signal.throwIfAborted();
    try {
      await makeMailbox(this.#work.account, mailbox);
      return true;
    } catch (failure) {
      if (!(failure instanceof Refused)) throw failure;
      this.#leaveOut(folder, failure.message);
      return false;
    }
  }

  /** A whole folder, as far as anybody knows what is in it. */
  #leaveOut({ path, messages }: ListedFolder, why: string): void {
    if (messages === 0) this.#watch.expect(1);
    this.#watch.skipped(path, why, messages || 1);
    this.#progress(messages || 1);
  }

  async #folder(source: ImapSource, folder: ListedFolder, mailbox: string): Promise<void> {
    const known = await this.#knownFor(folder, mailbox);
    const isKnown = known.size === 0 ? undefined : known.hasDescribed.bind(known);
    const importer = new Importer({ account: this.#work.account, mailbox, known }, this.#watch);
    this.#importer = importer;
    try {
      for await (const found of source.messages(folder, isKnown)) {
        const where = (uid: number) => `${folder.path}: message with UID ${uid}`;
        if (found.kind === 'opened') {
          this.#watch.expect(found.messages - folder.messages);
          continue;
        }
        if (found.kind === 'incomplete') {
          this.#leaveOut({ ...folder, messages: found.messages ?? folder.messages }, found.reason);
          continue;
        }
        if (found.kind === 'message') await importer.take(found.message, where(found.uid));
        else if (found.kind === 'known') this.#watch.duplicate();
        else this.#watch.skipped(where(found.uid), found.reason);
        this.#progress(1);
      }
    } finally {
      await importer.flush(); // also what came before the server gave nothing more
    }
  }

  #progress(more: number): void {
    this.#done += more;
    this.#watch.done(this.#done);
  }

  async #knownFor(folder: ListedFolder, mailbox: string): Promise<KnownMessages> {
    const { account } = this.#work;
    const own = this.#known.get(mailbox) ?? (await messagesIn(account, mailbox, this.#watch.signal));
    this.#known.set(mailbox, own);
    if (!isAllMail(folder)) return own;
    const all = new KnownMessages();
    for (const known of this.#known.values()) all.addAll(known);
    return all;
  }
}

function shares(names: ReadonlyMap<string, string>, mailbox: string, path: string): boolean {
  return [...names].some(([other, name]) => name === mailbox && other !== path);
}
