import { Refused } from '../base/errors.ts';
import type { StoredAccount } from '../mail/ports.ts';
import { mailboxNames } from './folder-names.ts';
import { ImapSource, type ImapSourceOptions, type ListedFolder } from './imap-source.ts';
import { digestsOf, Importer } from './importer.ts';
import { makeMailbox } from './target-mailbox.ts';
import type { TransferWatch } from './watch.ts';

export interface ServerImport extends Omit<ImapSourceOptions, 'signal'> {
  readonly account: StoredAccount;
  /** All folders are put below this mailbox; undefined: beside ours, those with a special use into ours. */
  readonly under: string | undefined;
}

/** Of folders that show messages of other folders once more only that of all mail is read, for what is nowhere else. */
const views: Readonly<Record<string, string>> = {
  '\\Flagged': 'it shows messages of other folders, which are imported with their flags',
  '\\Important': 'it shows messages of other folders',
};

/** Brings the mail of another IMAP server here, with folders, dates and flags. What is here already is left out. */
export async function importFromServer(work: ServerImport, watch: TransferWatch): Promise<void> {
  const source = await ImapSource.open({ ...work, signal: watch.signal });
  try {
    const folders = wanted(await source.folders(), watch);
    for (const { messages } of folders) watch.expect(messages);
    await new Import(source, work, watch).run(folders);
  } finally {
    source.close();
  }
}

/** All mail comes last: by then everything that is elsewhere is known. */
function wanted(folders: readonly ListedFolder[], watch: TransferWatch): readonly ListedFolder[] {
  const real = folders.filter(({ path, selectable, specialUse = '' }) => {
    const why = views[specialUse];
    if (selectable && why !== undefined) watch.skipped(path, why);
    return selectable && why === undefined;
  });
  return [...real.filter((folder) => !isAllMail(folder)), ...real.filter(isAllMail)];
}

function isAllMail({ specialUse }: ListedFolder): boolean {
  return specialUse === '\\All';
}

class Import {
  readonly #source: ImapSource;
  readonly #work: ServerImport;
  readonly #watch: TransferWatch;
  /** Digests of everything, by the mailboxes it was put into. Two folders may share one. */
  readonly #known = new Map<string, Set<string>>();
  #done = 0;

  constructor(source: ImapSource, work: ServerImport, watch: TransferWatch) {
    this.#source = source;
    this.#work = work;
    this.#watch = watch;
  }

  async run(folders: readonly ListedFolder[]): Promise<void> {
    const { account, under } = this.#work;
    const names = mailboxNames(folders, { prefix: this.#source.prefix, ours: account.mailboxes(), under });
    const keepAll = folders.some(isAllMail);
    for (const folder of folders) {
      const mailbox = names.get(folder.path) ?? folder.path;
      if (await this.#made(mailbox, folder)) await this.#folder(folder, mailbox);
      else this.#done += folder.messages;
      if (!keepAll && !shares(names, mailbox, folder.path)) this.#known.delete(mailbox); // the memory of 100,000 digests
    }
  }

  /** False: it cannot be called so here. */
  async #made(mailbox: string, { path }: ListedFolder): Promise<boolean> {
    this.#watch.signal.throwIfAborted();
    try {
      await makeMailbox(this.#work.account, mailbox);
      return true;
    } catch (failure) {
      if (!(failure instanceof Refused)) throw failure;
      this.#watch.skipped(path, failure.message);
      return false;
    }
  }

  async #folder(folder: ListedFolder, mailbox: string): Promise<void> {
    const { account } = this.#work;
    const own = this.#known.get(mailbox) ?? (await digestsOf(account, mailbox, this.#watch.signal));
    this.#known.set(mailbox, own);
    const known = isAllMail(folder) ? this.#everything() : own;
    const importer = new Importer({ account, mailbox, known }, this.#watch);
    const before = this.#done;
    for await (const found of this.#source.messages(folder.path)) {
      if (found.kind === 'incomplete') {
        this.#watch.skipped(folder.path, found.reason);
        continue;
      }
      const where = `${folder.path}: message with UID ${found.uid}`;
      if (found.kind === 'message') await importer.take(found.message, where);
      else this.#watch.skipped(where, found.reason);
      this.#watch.done(++this.#done);
    }
    await importer.flush();
    this.#done = Math.max(this.#done, before + folder.messages); // also when it could not be opened
    this.#watch.done(this.#done);
  }

  #everything(): Set<string> {
    const all = new Set<string>();
    for (const known of this.#known.values()) for (const digest of known) all.add(digest);
    return all;
  }
}

function shares(names: ReadonlyMap<string, string>, mailbox: string, path: string): boolean {
  return [...names].some(([other, name]) => name === mailbox && other !== path);
}
