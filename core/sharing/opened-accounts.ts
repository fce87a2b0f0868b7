import type { Uses } from '../base/uses.ts';
import type { StoredAccount } from '../mail/ports.ts';
import type { AccessLists } from './access-lists.ts';
import { type People, PUBLIC_ACCOUNT, type SharedMailDependencies } from './ports.ts';

type Dependencies = Pick<SharedMailDependencies, 'store' | 'people' | 'logger'> & {
  readonly lists: AccessLists;
  /** Who works with which account. */
  readonly uses: Pick<Uses, 'touch' | 'has'>;
};

interface Kept {
  readonly account: Promise<StoredAccount>;
  readonly release: () => void;
}

/**
 * The accounts that are open because their owner is logged in or because they share something with somebody who is.
 * Knows when what users see of each other may have changed.
 */
export class OpenedAccounts {
  readonly #dependencies: Dependencies;
  readonly #opened = new Map<string, StoredAccount>();
  readonly #kept = new Map<string, Kept>();
  /** Goes up whenever a view of shared mailboxes is out of date: rights, people, names, accounts that came. */
  #version = 0;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  get version(): number {
    return this.#version;
  }

  outdated(): void {
    this.#version++;
  }

  /** The account if it is open. */
  get(accountId: string): StoredAccount | undefined {
    return this.#opened.get(accountId);
  }

  open(accountId: string): Promise<StoredAccount> {
    this.#dependencies.uses.touch(accountId);
    const known = this.#kept.get(accountId);
    if (known !== undefined) return known.account;
    const kept = { release: this.#dependencies.store.hold(accountId), account: this.#open(accountId) };
    this.#kept.set(accountId, kept);
    // One that could not be opened is tried again when it is asked for again.
    kept.account.catch(() => this.#drop(accountId, kept));
    return kept.account;
  }

  /** Lets go of the accounts that are open, not used at this moment and not among those needed. */
  letGo(needed: ReadonlySet<string>): void {
    const unused = [...this.#opened.keys()].filter((id) => !needed.has(id) && !this.#dependencies.uses.has(id));
    for (const accountId of unused) this.forget(accountId);
  }

  /** Opens those of the accounts that somebody still has; one that cannot be opened shares nothing until it can. */
  async openAll(accountIds: readonly string[]): Promise<void> {
    const existing = accountIds.filter((id) => isAccount(id, this.#dependencies.people));
    await Promise.all(
      existing.map((id) =>
        this.open(id).catch((error) =>
          this.#dependencies.logger.error(
            { err: error, account: id },
            'the mail of an account that shares is not readable',
          ),
        ),
      ),
    );
  }

  /** The account is let go, or about to be removed. */
  forget(accountId: string): void {
    this.#opened.delete(accountId);
    this.#drop(accountId, this.#kept.get(accountId));
    this.outdated();
  }

  #drop(accountId: string, kept: Kept | undefined): void {
    if (this.#kept.get(accountId) === kept) this.#kept.delete(accountId);
    kept?.release();
  }

  async #open(accountId: string): Promise<StoredAccount> {
    const { store, lists } = this.#dependencies;
    const account = await store.account(accountId, accountId === PUBLIC_ACCOUNT ? 'public' : 'personal');
    // Most accounts share nothing: what happens in them is of no interest to others' views.
    const changed = () => {
      if (lists.of(accountId).size > 0) this.outdated();
    };
    account.onMailboxes(changed);
    this.#opened.set(accountId, account);
    changed();
    return account;
  }
}

/** Whether there is, or may be, an account of that id: opening it makes it, which must never bring a removed one back. */
export function isAccount(accountId: string, people: Pick<People, 'userById'>): boolean {
  return accountId === PUBLIC_ACCOUNT || people.userById(accountId) !== undefined;
}
