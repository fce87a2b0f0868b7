import type { StoredAccount } from '../mail/ports.ts';
import type { AccountCore } from './account-core.ts';

/** The parts behind the accounts of a store: who copies into another account is given no more than its port. */
export class AccountCores {
  readonly #cores = new WeakMap<StoredAccount, AccountCore>();

  add(account: StoredAccount, core: AccountCore): void {
    this.#cores.set(account, core);
  }

  of(account: StoredAccount): AccountCore {
    const core = this.#cores.get(account);
    if (!core) throw new Error('This account was not opened by this store');
    return core;
  }
}
