import type { AuthenticatedUser } from '../base/authentication.ts';
import { Refused } from '../base/errors.ts';
import { storeLimits } from '../base/limits.ts';
import type { Logger } from '../base/logger.ts';
import { Uses } from '../base/uses.ts';
import type { MailLease } from '../mail/ports.ts';
import { AccessLists } from './access-lists.ts';
import { identifierOf } from './identifiers.ts';
import { subscribeNewcomers } from './newcomers.ts';
import { isAccount, OpenedAccounts } from './opened-accounts.ts';
import type { People, SharedMail, SharedMailDependencies, Shares } from './ports.ts';
import { AdministeredShares } from './shares.ts';
import { UserMail, type UserMailDependencies } from './user-mail.ts';
import { sharersWith } from './visible-mailboxes.ts';

/**
 * Opens everybody's mail.
 * @throws UserError when the file of what is shared cannot be used.
 */
export async function openSharedMail(dependencies: SharedMailDependencies): Promise<SharedMail> {
  const lists = await AccessLists.open(dependencies.file, dependencies);
  const mail = new EverybodysMail(dependencies, lists);
  await mail.forgetWhoIsGone();
  return mail;
}

class EverybodysMail implements SharedMail {
  readonly shares: Shares;
  readonly #people: People;
  readonly #lists: AccessLists;
  readonly #accounts: OpenedAccounts;
  readonly #logger: Logger;
  readonly #forUsers: UserMailDependencies;
  readonly #selected = new Set<{ review(): void }>();
  readonly #users = new Map<string, Promise<UserMail>>();
  /** Those of `#users` that are there. */
  readonly #opened = new Map<string, UserMail>();
  /** Whose mail has sessions, or had some a moment ago. */
  readonly #uses: Uses;
  readonly #stopListening: () => void;

  constructor(dependencies: SharedMailDependencies, lists: AccessLists) {
    const { people, options, quotaOf, logger, accountIdle = storeLimits.accountIdle } = dependencies;
    this.#people = people;
    this.#lists = lists;
    this.#logger = logger;
    this.#uses = new Uses(accountIdle, (accountId) => this.#unused(accountId));
    this.#accounts = new OpenedAccounts({ ...dependencies, lists, uses: this.#uses });
    const surroundings = { people, lists, accounts: this.#accounts };
    this.#forUsers = { ...surroundings, options, quotaOf, selected: this.#selected, logger };
    const shares = new AdministeredShares(surroundings, (accountId) => this.#forget(accountId));
    this.shares = shares;
    lists.onChange(() => {
      this.#review();
      shares.changed();
    });
    const newcomers = { store: dependencies.store, people, accounts: this.#accounts, logger };
    lists.afterChange = (changes) => subscribeNewcomers(changes, newcomers);
    this.#stopListening = people.onPeople(() => this.#peopleChanged());
  }

  async accountOf({ accountId }: AuthenticatedUser): Promise<MailLease> {
    const release = this.#uses.take(accountId);
    try {
      const account = await this.#mailOf(accountId);
      await account.openSharers();
      return { account, release };
    } catch (problem) {
      release();
      throw problem;
    }
  }

  letGo(accountId: string, over: Promise<void>): void {
    this.#forget(accountId);
    this.#accounts.forget(accountId);
    void over.then(() => this.#openSharers());
  }

  async close(): Promise<void> {
    this.#uses.close();
    this.#stopListening();
    await this.#lists.close();
  }

  /** Entries of users and groups that are gone: their ids are never used again. */
  async forgetWhoIsGone(): Promise<void> {
    const people = this.#people;
    const owners = this.#lists.owners().filter((owner) => !isAccount(owner, people));
    const subjects = this.#lists.subjects().filter((subject) => identifierOf(subject, people) === undefined);
    if (owners.length === 0 && subjects.length === 0) return;
    try {
      await this.#lists.change((draft) => {
        for (const owner of owners) draft.forgetOwner(owner);
        for (const subject of subjects) draft.forgetSubject(subject);
      });
    } catch (problem) {
      // They hold for nobody meanwhile, and the next change tries again.
      this.#logger.warn({ err: problem }, 'what users and groups shared who are gone could not be forgotten');
    }
  }

  #mailOf(accountId: string): Promise<UserMail> {
    // Opening makes an account that is not there; one that was removed a moment ago must not come back.
    if (!isAccount(accountId, this.#people)) throw new Refused('AUTHORIZATIONFAILED', 'This user has been removed');
    const known = this.#users.get(accountId);
    if (known !== undefined) return known;
    const opening = this.#open(accountId);
    this.#users.set(accountId, opening);
    // One that could not be opened is tried again at the next login.
    opening.catch(() => this.#users.delete(accountId));
    return opening;
  }

  async #open(accountId: string): Promise<UserMail> {
    const mail = new UserMail(accountId, await this.#accounts.open(accountId), this.#forUsers);
    this.#opened.set(accountId, mail);
    return mail;
  }

  #forget(accountId: string): void {
    this.#users.delete(accountId);
    this.#opened.delete(accountId);
  }

  /** Nobody works with that mail any more; what nobody sees who does is closed. */
  #unused(accountId: string): void {
    this.#forget(accountId);
    const needed = new Set<string>();
    for (const user of this.#opened.keys()) {
      needed.add(user);
      for (const sharer of sharersWith(user, this.#forUsers)) needed.add(sharer);
    }
    this.#accounts.letGo(needed);
  }

  #openSharers(): void {
    for (const mail of this.#opened.values()) void mail.openSharers();
  }

  #peopleChanged(): void {
    this.#review();
    // A user who came into a group is shown at once what is shared with it.
    this.#openSharers();
    void this.forgetWhoIsGone();
  }

  /** Who may do what has changed: sessions that lost their mailbox are told. */
  #review(): void {
    this.#accounts.outdated();
    for (const mailbox of [...this.#selected]) mailbox.review();
  }
}
