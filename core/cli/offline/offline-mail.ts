import { join } from 'node:path';
import type { Directory } from '../../accounts/directory.ts';
import type { AdminMail } from '../../admin/dependencies.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { QuotaLimits, StoredAccount } from '../../mail/ports.ts';
import { sharingOptions } from '../../server-options.ts';
import type { Settings } from '../../settings/store.ts';
import type { SharedMail, Shares } from '../../sharing/ports.ts';
import { openSharedMail } from '../../sharing/shared-mail.ts';
import { openMailStore, type RunningMailStore } from '../../store/mail-store.ts';
import { Lazy } from './lazy.ts';

/** Milliseconds: the longest time a timer can wait. */
const UNTIL_THE_END = 2 ** 31 - 1;

export interface OfflineMailDependencies {
  readonly settings: Settings;
  readonly directory: Directory;
  readonly limitsOf: (accountId: string) => QuotaLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Mail and sharing of a data folder, opened when a call is about them: most are not, and opening starts threads. */
export class OfflineMail implements AdminMail {
  readonly limitsOf: (accountId: string) => QuotaLimits;
  readonly shares: Shares;
  readonly #store: Lazy<RunningMailStore>;
  readonly #shared: Lazy<SharedMail>;

  constructor(folder: string, dependencies: OfflineMailDependencies) {
    const { settings, directory, limitsOf, logger } = dependencies;
    this.limitsOf = limitsOf;
    const options = { folder: join(folder, 'mail'), quotaOf: limitsOf, accountIdle: UNTIL_THE_END };
    this.#store = new Lazy(() => openMailStore({ ...options, ...dependencies }));
    this.#shared = new Lazy(async () =>
      openSharedMail({
        store: await this.#store.get(),
        people: directory,
        options: sharingOptions(settings),
        file: join(folder, 'sharing.json'),
        quotaOf: limitsOf,
        logger,
      }),
    );
    this.shares = sharesOf(this.#shared);
  }

  /** Not known without opening the mail of everybody, which a look at the users must not do. */
  async usage(): Promise<undefined> {
    return undefined;
  }

  async account(accountId: string): Promise<StoredAccount> {
    return (await this.#store.get()).account(accountId);
  }

  /** All that was opened stays open until the command ends. */
  hold(): () => void {
    return () => {};
  }

  async deleteAccount(accountId: string): Promise<void> {
    await (await this.#store.get()).deleteAccount(accountId);
  }

  /** Nothing is delivered meanwhile. */
  onQuotaWarning(): () => void {
    return () => {};
  }

  async close(): Promise<void> {
    await this.#shared.close((shared) => shared.close());
    await this.#store.close((store) => store.close());
  }
}

function sharesOf(shared: Lazy<SharedMail>): Shares {
  const shares = async () => (await shared.get()).shares;
  return {
    list: async () => (await shares()).list(),
    mailboxes: async (owner) => (await shares()).mailboxes(owner),
    set: async (...args) => (await shares()).set(...args),
    effective: async (...args) => (await shares()).effective(...args),
    createPublicFolder: async (name) => (await shares()).createPublicFolder(name),
    renamePublicFolder: async (name, newName) => (await shares()).renamePublicFolder(name, newName),
    removePublicFolder: async (name) => (await shares()).removePublicFolder(name),
    forgetAccount: async (accountId) => (await shares()).forgetAccount(accountId),
    forgetGroup: async (id) => (await shares()).forgetGroup(id),
    onChange: () => () => {}, // nobody else shares anything meanwhile
  };
}
