import { Refused, UserError } from '../base/errors.ts';
import type {
  Added,
  CopyTarget,
  MailAccount,
  MailboxEntry,
  MailboxState,
  MailboxStatus,
  NewMessage,
  QuotaState,
  SelectedMailbox,
  SelectOptions,
  StoredAccount,
} from '../mail/ports.ts';
import {
  type AclEntry,
  ALL_RIGHTS,
  type GrantableRights,
  NO_RIGHTS,
  type Rights,
  type RightsChange,
} from '../mail/rights.ts';
import type { SpecialUse } from '../mail/special-use.ts';
import { aclOf, changeEntry, grantable, type ListedMailbox } from './access-control.ts';
import { effectiveRights, flagRightsOf, mayChange, subjectsOf } from './effective-rights.ts';
import { noSuchMailbox, notStored } from './failures.ts';
import { FakedLevel, LEVEL_RIGHTS } from './faked-level.ts';
import { type ChangedAccount, createMailbox, deleteMailbox, renameMailbox } from './mailbox-changes.ts';
import { emptyStatus } from './mailbox-states.ts';
import { INBOX, isNamespaced, placeOfNamespaces, sharedName } from './names.ts';
import { mayChangeMailbox, type OpenedBy, OpenedMailbox } from './opened-mailbox.ts';
import { type PlaceDependencies, Places } from './places.ts';
import { PUBLIC_ACCOUNT, type SharedMailDependencies } from './ports.ts';
import { ownerOfRoot, quotaRootOf } from './quota-roots.ts';
import { type Place, sharersWith, shownEntry } from './visible-mailboxes.ts';

/** What the mail of all users has in common. */
export interface UserMailDependencies extends PlaceDependencies, Pick<SharedMailDependencies, 'quotaOf' | 'logger'> {
  /** Selected mailboxes that are not their user's own: what is withdrawn from them is withdrawn at once. */
  readonly selected: Set<{ review(): void }>;
}

/**
 * All mail of one user. Names without `#` are his own mail, on which he has all rights: they go straight to the store.
 * All else goes by its place (places.ts).
 */
export class UserMail implements MailAccount, OpenedBy {
  readonly #me: string;
  readonly #own: StoredAccount;
  readonly #dependencies: UserMailDependencies;
  readonly #places: Places;
  #listed: { own: readonly MailboxEntry[]; shared: readonly MailboxEntry[]; all: readonly MailboxEntry[] } | undefined;
  #opening: Promise<void> | undefined;
  /** The version at which all were open. */
  #sharersOpenAt = -1;

  constructor(accountId: string, own: StoredAccount, dependencies: UserMailDependencies) {
    this.#me = accountId;
    this.#own = own;
    this.#dependencies = dependencies;
    this.#places = new Places(accountId, own, dependencies);
  }

  get fakesLevels(): boolean {
    return this.#dependencies.options.fakeInaccessibleMailboxes;
  }

  /** Opens the accounts that share something with this user; there is nothing to wait for when they are open. */
  openSharers(): Promise<void> | undefined {
    const { accounts } = this.#dependencies;
    // A storm of logins asks a thousand times; one answer holds until something changes.
    if (accounts.version === this.#sharersOpenAt) return undefined;
    const closed = sharersWith(this.#me, this.#dependencies).filter((owner) => accounts.get(owner) === undefined);
    if (closed.length === 0) {
      this.#sharersOpenAt = accounts.version;
      return undefined;
    }
    const opening = accounts.openAll(closed).finally(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    this.#opening = opening;
    return opening;
  }

  mailboxes(): readonly MailboxEntry[] {
    const own = this.#own.mailboxes();
    const shared = this.#places.visible.entries;
    if (shared.length === 0) return own;
    if (this.#listed?.own !== own || this.#listed.shared !== shared) {
      const behind = placeOfNamespaces(own);
      this.#listed = { own, shared, all: [...own.slice(0, behind), ...shared, ...own.slice(behind)] };
    }
    return this.#listed.all;
  }

  find(name: string): MailboxEntry | undefined {
    return isNamespaced(name) ? this.#places.find(name)?.entry : this.#own.find(name);
  }

  subscriptions(): readonly string[] {
    return this.#own.subscriptions();
  }

  // No check of existence, so no right is needed. RFC 4314 4
  async setSubscribed(name: string, subscribed: boolean): Promise<void> {
    const spelled = this.find(name)?.name ?? name;
    await this.#own.setSubscribed(spelled, subscribed);
    if (!subscribed && spelled !== name) await this.#own.setSubscribed(name, false);
  }

  async create(name: string, specialUse: readonly SpecialUse[] = []): Promise<MailboxEntry> {
    if (!name.startsWith('#')) return this.#stored(() => createMailbox(this.#ownAccount, name, specialUse));
    await this.#opening;
    const { owner, account, local } = this.#places.needCreatable(name);
    if (owner !== this.#me && specialUse.length > 0) {
      throw new Refused('USEATTR', 'Only mailboxes of your own can have a special use');
    }
    const entry = await this.#stored(() => createMailbox(this.#changed({ owner, account }), local, specialUse));
    return this.shown(owner, entry) ?? entry;
  }

  async delete(name: string): Promise<void> {
    if (!isNamespaced(name)) return this.#stored(() => deleteMailbox(this.#ownAccount, name));
    await this.#opening;
    const place = this.#places.need(name, 'x'); // RFC 4314 4
    this.#places.refuseHiddenBelow(place);
    await this.#stored(() => deleteMailbox(this.#changed(place), place.local));
  }

  async rename(from: string, to: string): Promise<void> {
    if (!isNamespaced(from) && !to.startsWith('#')) {
      return this.#stored(() => renameMailbox(this.#ownAccount, from, to));
    }
    await this.#opening;
    const place = this.#places.need(from, 'x'); // RFC 4314 4
    // Before anything else is said of it: whether there is such a user is told who may create there.
    const { owner, local } = this.#places.needCreatable(to);
    if (owner !== place.owner) {
      throw new Refused('CANNOT', 'A mailbox cannot move to somebody else; create one there and move the messages');
    }
    if (place.viewer !== undefined && place.owner !== PUBLIC_ACCOUNT && place.local === INBOX) {
      throw new Refused('CANNOT', 'Only its owner can rename an INBOX');
    }
    await this.#stored(() => renameMailbox(this.#changed(place), place.local, local));
  }

  async status(name: string): Promise<MailboxStatus> {
    if (!isNamespaced(name)) return this.#own.status(name);
    await this.#opening;
    const level = this.#places.fakedLevel(name);
    if (level !== undefined) return emptyStatus(level);
    const { account, local, viewer } = this.#places.need(name, 'r'); // RFC 4314 4
    return account.status(local, viewer);
  }

  async select(name: string, options: SelectOptions): Promise<SelectedMailbox> {
    const { readOnly: examined, onChange } = options;
    if (!isNamespaced(name)) {
      const facts = { owner: this.#me, rights: ALL_RIGHTS, named: false, examined, onChange };
      return new OpenedMailbox(await this.#own.select(name, options), facts, this);
    }
    await this.#opening;
    const level = this.#places.fakedLevel(name);
    return level === undefined ? this.#selectShared(name, options) : this.#selectLevel(level, onChange);
  }

  async append(name: string, messages: readonly NewMessage[]): Promise<Added> {
    if (!isNamespaced(name)) return this.#own.append(name, messages);
    await this.#opening;
    const { account, local, viewer, rights } = this.#places.need(name, 'i'); // RFC 4314 4
    const may = flagRightsOf(rights);
    if (may === undefined) return account.append(local, messages, viewer);
    // RFC 4314 section 4: MUST NOT fail because of flags the user has no right to
    const allowed = messages.map((message) => ({
      ...message,
      flags: message.flags.filter((flag) => mayChange(flag, may)),
    }));
    return account.append(local, allowed, viewer);
  }

  myRights(name: string): Rights {
    if (this.#places.fakedLevel(name) !== undefined) return LEVEL_RIGHTS;
    return this.#places.require(name).rights;
  }

  acl(name: string): readonly AclEntry[] {
    const { lists, people } = this.#dependencies;
    return aclOf(listed(this.#places.need(name, 'a')), lists, people);
  }

  async setAcl(name: string, identifier: string, change: RightsChange): Promise<void> {
    const { lists, people } = this.#dependencies;
    await this.#opening;
    // The right is looked at when it is this change's turn: somebody may have taken it away before.
    await this.#stored(() =>
      lists.change((draft) => changeEntry(draft, listed(this.#places.need(name, 'a')), identifier, change, people)),
    );
  }

  listRights(name: string, identifier: string): GrantableRights {
    return grantable(listed(this.#places.need(name, 'a')), identifier, this.#dependencies.people);
  }

  quotaRoots(name: string): readonly string[] {
    if (this.#places.fakedLevel(name) !== undefined) return [];
    // RFC 9208 section 6: sizes and numbers of messages are told who may read
    return [quotaRootOf(this.#places.need(name, 'r').owner, this.#dependencies.people)];
  }

  async quota(root: string): Promise<QuotaState> {
    await this.#opening;
    const owner = ownerOfRoot(root, this.#dependencies.people);
    const account = owner === undefined ? undefined : this.#places.readableAccount(owner);
    if (owner === undefined || account === undefined) throw new Refused('NONEXISTENT', 'There is no such quota root');
    return { usage: account.usage, limits: this.#dependencies.quotaOf(owner) };
  }

  target(name: string, from: string): CopyTarget {
    const keepDateAndFlags = this.#dependencies.options.keepDateAndFlagsOnCopy;
    if (!isNamespaced(name)) {
      return { name, keepDateAndFlags, account: from === this.#me ? undefined : this.#own };
    }
    const { owner, account, local, viewer, rights } = this.#places.need(name, 'i'); // RFC 4314 4
    const may = flagRightsOf(rights);
    return { name: local, keepDateAndFlags, account: from === owner ? undefined : account, viewer, may };
  }

  rightsOn(owner: string, mailbox: string): Rights {
    const { lists, people } = this.#dependencies;
    if (owner !== PUBLIC_ACCOUNT && people.userById(owner) === undefined) return NO_RIGHTS;
    return effectiveRights(lists.get(owner, mailbox), subjectsOf(this.#me, people));
  }

  shown(owner: string, stored: MailboxEntry): MailboxEntry | undefined {
    const name = sharedName({ owner, local: stored.name }, this.#dependencies.people);
    return name === undefined ? undefined : shownEntry(stored, name);
  }

  closed(mailbox: { review(): void }): void {
    this.#dependencies.selected.delete(mailbox);
  }

  async #selectShared(name: string, { readOnly: examined, onChange }: SelectOptions): Promise<SelectedMailbox> {
    const { owner, account, local, viewer, rights } = this.#places.need(name, 'r'); // RFC 4314 4
    // Who may change nothing leaves the messages recent for others. RFC 3501 2.3.2
    const readOnly = examined || !mayChangeMailbox(rights);
    const stored = await account.select(local, { readOnly, onChange, viewer });
    const facts = { owner, rights, named: true, examined, onChange };
    const opened = new OpenedMailbox(stored, facts, this);
    if (owner === this.#me) return opened;
    this.#dependencies.selected.add(opened);
    // What was withdrawn while the mailbox was read.
    opened.review();
    if (!opened.withdrawn) return opened;
    opened.close();
    throw noSuchMailbox();
  }

  #selectLevel(state: MailboxState, onChange: () => void): SelectedMailbox {
    const isLevel = () => this.#places.visible.levels.has(state.entry.name);
    const level = new FakedLevel(state, isLevel, onChange, (closed) => this.closed(closed));
    this.#dependencies.selected.add(level);
    return level;
  }

  get #ownAccount(): ChangedAccount {
    return this.#changed({ owner: this.#me, account: this.#own });
  }

  #changed({ owner, account }: Pick<Place, 'owner' | 'account'>): ChangedAccount {
    return { owner, account, lists: this.#dependencies.lists };
  }

  async #stored<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (problem) {
      throw problem instanceof UserError ? notStored(problem, this.#dependencies.logger) : problem;
    }
  }
}

function listed({ owner, entry }: Place): ListedMailbox {
  return { owner, objectId: entry.objectId };
}
