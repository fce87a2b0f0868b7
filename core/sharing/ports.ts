import type { AuthenticatedUser } from '../base/authentication.ts';
import type { DamagedFiles } from '../base/damaged-files.ts';
import type { Logger } from '../base/logger.ts';
import type { MailLease, MailStore, QuotaLimits } from '../mail/ports.ts';
import type { AclEntry, Rights } from '../mail/rights.ts';

/** What sharing asks of whoever knows users and groups; core/accounts' directory fulfils it. Names in any case. */
export interface People {
  /** All users. */
  list(): readonly Person[];
  userNamed(name: string): Person | undefined;
  /** By account id, which stays when a user is renamed. */
  userById(accountId: string): Person | undefined;
  groupNamed(name: string): Group | undefined;
  groupById(id: string): Group | undefined;
  /** The ids of the groups a user is in. */
  groupsOf(accountId: string): readonly string[];
  /** Called after users or groups were added, renamed, changed or removed. Returns how to stop that. */
  onPeople(listener: () => void): () => void;
}

export interface Person {
  /** As the directory spells it. */
  readonly name: string;
  readonly accountId: string;
}

export interface Group {
  readonly id: string;
  readonly name: string;
}

/** Read at every use: what is switched applies to running sessions at once. */
export interface SharingOptions {
  readonly fakeInaccessibleMailboxes: boolean;
  readonly keepDateAndFlagsOnCopy: boolean;
}

export interface SharedMailDependencies {
  readonly store: MailStore;
  readonly people: People;
  readonly options: SharingOptions;
  /** The file with all access control lists; its folder exists. */
  readonly file: string;
  /** Takes that file away when it cannot be used. */
  readonly damaged?: DamagedFiles | undefined;
  /** What an account may hold at this moment; PUBLIC_ACCOUNT is one, too. */
  quotaOf(accountId: string): QuotaLimits;
  /** Milliseconds after which mail that no session uses is let go; storeLimits.accountIdle unless said otherwise. */
  readonly accountIdle?: number;
  readonly logger: Logger;
}

/** The account whose mailboxes are `#public/`. No user's id looks like it. */
export const PUBLIC_ACCOUNT = 'public';

/** Everybody's mail as everybody sees it, and who shares what with whom. */
export interface SharedMail {
  /** All that a user sees, for one session. */
  accountOf(user: AuthenticatedUser): Promise<MailLease>;
  readonly shares: Shares;
  /** Lets go of an account that is about to be closed. @param over resolves when it can be opened again */
  letGo(accountId: string, over: Promise<void>): void;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/**
 * Sharing as the administrator does it, who needs no rights. An owner is an account id, PUBLIC_ACCOUNT for the public
 * folders; a mailbox is named as its owner sees it.
 */
export interface Shares {
  /** Mailboxes that have entries, and all public folders. */
  list(): Promise<readonly SharedEntry[]>;
  /** All mailboxes of an owner. */
  mailboxes(owner: string): Promise<readonly string[]>;
  /** Replaces what an identifier has; no rights take it off. @throws UserError for what is not there. */
  set(owner: string, mailbox: string, identifier: string, rights: Rights, options?: ShareOptions): Promise<void>;
  /** What the user may do there in the end. @throws UserError */
  effective(owner: string, mailbox: string, accountId: string): Promise<Rights>;
  /** @throws UserError when there is one of that name, or the name cannot be. */
  createPublicFolder(name: string): Promise<void>;
  renamePublicFolder(name: string, newName: string): Promise<void>;
  /** With all mail in it. @throws UserError when others are below it. */
  removePublicFolder(name: string): Promise<void>;
  /** Forgets what this account shares and what it was given: for a user who is removed. */
  forgetAccount(accountId: string): Promise<void>;
  forgetGroup(id: string): Promise<void>;
  /** Called after something was shared or withdrawn, by whomever. Returns how to stop that. */
  onChange(listener: () => void): () => void;
}

export interface ShareOptions {
  /** Those who see the mailbox from now on are subscribed to it; so it is unless said otherwise. */
  readonly subscribe?: boolean | undefined;
}

export interface SharedEntry {
  readonly owner: string;
  readonly mailbox: string;
  readonly entries: readonly AclEntry[];
}
