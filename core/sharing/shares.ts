import { UserError } from '../base/errors.ts';
import type { MailboxEntry, StoredAccount } from '../mail/ports.ts';
import type { Rights } from '../mail/rights.ts';
import { ALL_RIGHTS, NO_RIGHTS } from '../mail/rights.ts';
import { changeEntry, entriesOf } from './access-control.ts';
import { effectiveRights, groupSubject, negative, subjectsOf, userSubject } from './effective-rights.ts';
import { forPeople } from './failures.ts';
import { type ChangedAccount, createMailbox, deleteMailbox, renameMailbox } from './mailbox-changes.ts';
import { INBOX, isAtOrBelow, ownName } from './names.ts';
import { isAccount } from './opened-accounts.ts';
import { PUBLIC_ACCOUNT, type SharedEntry, type ShareOptions, type Shares } from './ports.ts';
import type { Surroundings } from './visible-mailboxes.ts';

/** Sharing without asking for rights: the administrator's side. */
export class AdministeredShares implements Shares {
  readonly #surroundings: Surroundings;
  readonly #listeners = new Set<() => void>();
  /** Ends what users had of an account before it goes. */
  readonly #forgotten: (accountId: string) => void;

  constructor(surroundings: Surroundings, forgotten: (accountId: string) => void) {
    this.#surroundings = surroundings;
    this.#forgotten = forgotten;
  }

  async list(): Promise<readonly SharedEntry[]> {
    const { lists, people, accounts } = this.#surroundings;
    const owners = [PUBLIC_ACCOUNT, ...lists.owners().filter((owner) => owner !== PUBLIC_ACCOUNT)];
    await accounts.openAll(owners);
    return owners.flatMap((owner) =>
      (accounts.get(owner)?.mailboxes() ?? []).flatMap(({ name, objectId }) => {
        const list = lists.get(owner, objectId);
        if (list.size === 0 && owner !== PUBLIC_ACCOUNT) return [];
        return [{ owner, mailbox: name, entries: entriesOf(list, people) }];
      }),
    );
  }

  async mailboxes(owner: string): Promise<readonly string[]> {
    return (await this.#accountOf(owner)).mailboxes().map(({ name }) => name);
  }

  async set(
    owner: string,
    mailbox: string,
    identifier: string,
    rights: Rights,
    { subscribe = true }: ShareOptions = {},
  ): Promise<void> {
    const { lists, people } = this.#surroundings;
    const account = await this.#accountOf(owner);
    await forPeople(() =>
      lists.change((draft) => {
        const { objectId } = found(owner, account, mailbox);
        changeEntry(draft, { owner, objectId }, identifier, { mode: 'replace', rights }, people);
      }, !subscribe),
    );
  }

  async effective(owner: string, mailbox: string, accountId: string): Promise<Rights> {
    const { lists, people } = this.#surroundings;
    const { objectId } = found(owner, await this.#accountOf(owner), mailbox);
    if (people.userById(accountId) === undefined) throw new UserError('There is no such user');
    if (owner === accountId) return ALL_RIGHTS;
    const rights = effectiveRights(lists.get(owner, objectId), subjectsOf(accountId, people));
    // What nobody can see he cannot use either.
    return rights.has('l') ? rights : NO_RIGHTS;
  }

  async createPublicFolder(name: string): Promise<void> {
    const folders = await this.#publicFolders();
    checkPublicName(name);
    await forPeople(() => createMailbox(folders, name));
    this.changed();
  }

  async renamePublicFolder(name: string, newName: string): Promise<void> {
    const folders = await this.#publicFolders();
    checkPublicName(newName);
    await forPeople(() => renameMailbox(folders, name, newName));
    this.changed();
  }

  async removePublicFolder(name: string): Promise<void> {
    const folders = await this.#publicFolders();
    await forPeople(() => deleteMailbox(folders, name));
    this.changed();
  }

  async forgetAccount(accountId: string): Promise<void> {
    const { lists, accounts } = this.#surroundings;
    await lists.change((draft) => {
      draft.forgetOwner(accountId);
      draft.forgetSubject(userSubject(accountId));
      draft.forgetSubject(negative(userSubject(accountId)));
    });
    accounts.forget(accountId);
    this.#forgotten(accountId);
  }

  async forgetGroup(id: string): Promise<void> {
    await this.#surroundings.lists.change((draft) => {
      draft.forgetSubject(groupSubject(id));
      draft.forgetSubject(negative(groupSubject(id)));
    });
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells whoever shows what is shared. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  async #accountOf(owner: string): Promise<StoredAccount> {
    const { people, accounts } = this.#surroundings;
    if (!isAccount(owner, people)) throw new UserError('There is no such user');
    return accounts.open(owner);
  }

  async #publicFolders(): Promise<ChangedAccount> {
    const { lists, accounts } = this.#surroundings;
    return { owner: PUBLIC_ACCOUNT, account: await accounts.open(PUBLIC_ACCOUNT), lists };
  }
}

function found(owner: string, account: StoredAccount, mailbox: string): MailboxEntry {
  const entry = account.find(owner === PUBLIC_ACCOUNT ? mailbox : ownName(mailbox));
  if (entry === undefined) throw new UserError(`There is no mailbox ${JSON.stringify(mailbox)}`);
  return entry;
}

/** What else a name must be, the store says. */
function checkPublicName(name: string): void {
  if (name.startsWith('#')) throw new UserError('The name of a public folder cannot begin with #');
  // The store keeps an INBOX from being removed.
  if (isAtOrBelow(name.toUpperCase(), INBOX)) throw new UserError('A public folder cannot be called INBOX');
}
