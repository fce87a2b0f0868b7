import type { AuthenticatedUser } from '../base/authentication.ts';
import type { MailAccount } from '../mail/ports.ts';
import { OwnMail } from './own-mail.ts';
import type { SharedMailDependencies } from './ports.ts';

/** Opens everybody's mail. */
export async function openSharedMail({ store, options }: Pick<SharedMailDependencies, 'store' | 'options'>) {
  const accounts = new Map<string, Promise<MailAccount>>();
  return {
    accountOf({ accountId }: AuthenticatedUser): Promise<MailAccount> {
      const known = accounts.get(accountId);
      if (known !== undefined) return known;
      const opened = store.account(accountId).then((stored) => new OwnMail(stored, options));
      accounts.set(accountId, opened);
      opened.catch(() => accounts.delete(accountId));
      return opened;
    },
  };
}
