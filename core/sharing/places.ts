import { Refused } from '../base/errors.ts';
import type { MailboxEntry, MailboxState, StoredAccount } from '../mail/ports.ts';
import { ALL_RIGHTS, type Right } from '../mail/rights.ts';
import { noSuchMailbox, notPermitted, onlyLevel } from './failures.ts';
import { levelState } from './faked-level.ts';
import { nearestAbove } from './mailbox-changes.ts';
import { addressOf, canonicalName, isAtOrBelow, isNamespaced, sharedName } from './names.ts';
import type { SharingOptions } from './ports.ts';
import { type Place, type Surroundings, shownEntry, type VisibleMailboxes, visibleTo } from './visible-mailboxes.ts';

export interface PlaceDependencies extends Surroundings {
  readonly options: SharingOptions;
}

/**
 * What one user's names of mailboxes stand for. All that is not his own is looked up in `visible`, which has nothing that
 * he may not see: what is hidden and what is not there take the same way, and the same time.
 */
export class Places {
  readonly #me: string;
  readonly #own: StoredAccount;
  readonly #dependencies: PlaceDependencies;
  #seen: { readonly version: number; readonly mailboxes: VisibleMailboxes } | undefined;

  constructor(accountId: string, own: StoredAccount, dependencies: PlaceDependencies) {
    this.#me = accountId;
    this.#own = own;
    this.#dependencies = dependencies;
  }

  /** What others share with the user. The same object until something changes. */
  get visible(): VisibleMailboxes {
    const { version } = this.#dependencies.accounts;
    if (this.#seen?.version !== version) this.#seen = { version, mailboxes: visibleTo(this.#me, this.#dependencies) };
    return this.#seen.mailboxes;
  }

  /** A mailbox by any of its names; undefined also when the user may not see it. */
  find(name: string): Place | undefined {
    if (!isNamespaced(name)) return this.#findOwn(name, this.#own.find(name));
    const found = this.visible.byName.get(canonicalName(name, this.#dependencies.people));
    return found ?? this.#findAlias(name);
  }

  /** @throws Refused NONEXISTENT; NOPERM for a level that is opened as if it were a mailbox. */
  require(name: string): Place {
    const place = this.find(name);
    if (place !== undefined) return place;
    throw this.fakedLevel(name) === undefined ? noSuchMailbox() : onlyLevel();
  }

  /** The same, and the user has the right there. @throws Refused NOPERM. */
  need(name: string, right: Right): Place {
    const place = this.require(name);
    if (!place.rights.has(right)) throw notPermitted();
    return place;
  }

  /** The state of a level that is opened as if it were a mailbox; undefined for all other names. */
  fakedLevel(name: string): MailboxState | undefined {
    const { options, people } = this.#dependencies;
    if (!options.fakeInaccessibleMailboxes || !isNamespaced(name)) return undefined;
    const canonical = canonicalName(name, people);
    return this.visible.levels.has(canonical) ? levelState(canonical, this.#own.flagSets) : undefined;
  }

  /**
   * Where a mailbox of that name may be made. The user's own decides for itself what names it takes.
   * @throws Refused CANNOT; NOPERM without `k` on the nearest mailbox above (RFC 4314 section 4). Above the mailboxes of an
   *   account nobody but its owner has it. A name that is taken by what the user may not see says no more than that.
   */
  needCreatable(name: string): Pick<Place, 'owner' | 'account' | 'local'> {
    if (!name.startsWith('#')) return { owner: this.#me, account: this.#own, local: name };
    const address = isNamespaced(name) ? addressOf(name, this.#dependencies.people) : undefined;
    if (!isNamespaced(name) || address?.local.startsWith('#')) {
      throw new Refused('CANNOT', 'Names beginning with # are reserved; begin with another character');
    }
    if (address?.owner === this.#me) return { account: this.#own, ...address };
    if (address === undefined) throw notPermitted();
    const account = this.#accountInView(address.owner);
    if (account === undefined) throw notPermitted();
    const above = nearestAbove(account, address.local);
    const parent = above && this.#placeOf(address.owner, above.name);
    if (!parent?.rights.has('k')) throw notPermitted();
    const hidden = account.find(address.local) !== undefined && !this.#placeOf(address.owner, address.local);
    if (hidden) throw notPermitted();
    return { account, ...address };
  }

  /**
   * A mailbox with others below it stays (RFC 9051 section 6.3.5), and whoever sees none of them is not told of them.
   * @throws Refused NOPERM.
   */
  refuseHiddenBelow({ owner, account, local, viewer }: Place): void {
    if (viewer === undefined) return;
    const below = account.mailboxes().filter(({ name }) => name !== local && isAtOrBelow(name, local));
    if (below.length > 0 && !below.some(({ name }) => this.#placeOf(owner, name))) throw notPermitted();
  }

  /** The account if the user may know how much is in it: it is his, or he may read a mailbox there. */
  readableAccount(owner: string): StoredAccount | undefined {
    if (owner === this.#me) return this.#own;
    for (const place of this.visible.byName.values()) {
      if (place.owner === owner && place.rights.has('r')) return place.account;
    }
    return undefined;
  }

  /** One's own mail answers in the namespace of users, too. */
  #findAlias(name: string): Place | undefined {
    const { people } = this.#dependencies;
    const address = addressOf(name, people);
    if (address?.owner !== this.#me) return undefined;
    const stored = this.#own.find(address.local);
    const shown = sharedName(address, people);
    return stored && this.#findOwn(address.local, shown === undefined ? stored : shownEntry(stored, shown));
  }

  #findOwn(local: string, entry: MailboxEntry | undefined): Place | undefined {
    const account = this.#own;
    return entry && { entry, owner: this.#me, account, local, rights: ALL_RIGHTS, viewer: undefined };
  }

  #accountInView(owner: string): StoredAccount | undefined {
    return this.visible.owners.has(owner) ? this.#dependencies.accounts.get(owner) : undefined;
  }

  #placeOf(owner: string, local: string): Place | undefined {
    const name = sharedName({ owner, local }, this.#dependencies.people);
    return name === undefined ? undefined : this.visible.byName.get(name);
  }
}
