import type { StoredAccount } from '../mail/ports.ts';
import type { AccessLists } from './access-lists.ts';
import { type People, PUBLIC_ACCOUNT, type SharedMailDependencies } from './ports.ts';

type Dependencies = Pick<SharedMailDependencies, 'store' | 'people' | 'logger'> & { readonly lists: AccessLists };

/**
 * The accounts that were opened since the start, because their owner logged in or because they share something with
 * somebody who did. Knows when what users see of each other may have changed.
 */
export class OpenedAccounts {
  readonly #dependencies: Dependencies;
  readonly #opened = new Map<string, StoredAccount>();
  readonly #opening = new Map<string, Promise<StoredAccount>>();
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
    const known = this.#opening.get(accountId);
    if (known !== undefined) return known;
    const opening = this.#open(accountId);
    this.#opening.set(accountId, opening);
    // One that could not be opened is tried again when it is asked for again.
    opening.catch(() => this.#opening.delete(accountId));
    return opening;
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

  /** The account is about to be removed. */
  forget(accountId: string): void {
    this.#opened.delete(accountId);
    this.#opening.delete(accountId);
    this.outdated();
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
