import { Refused } from '../../base/errors.ts';
import { mailboxLimits } from '../../base/limits.ts';
import type { AccountCore } from '../account-core.ts';

/** SUBSCRIBE and UNSUBSCRIBE. The name need not be that of a mailbox (RFC 9051 section 6.3.7). */
export function setSubscribed(core: AccountCore, name: string, subscribed: boolean): Promise<void> {
  if (subscribed && Buffer.byteLength(name) > mailboxLimits.name) {
    throw new Refused('CANNOT', `A mailbox name has ${mailboxLimits.name} octets at most`);
  }
  return core.committer.durably(() => {
    if (subscribed && core.subscriptions.size >= mailboxLimits.perAccount) {
      throw new Refused('LIMIT', `An account can have ${mailboxLimits.perAccount} subscriptions: remove some first`);
    }
    core.index.subscriptions.set(name, subscribed);
    return {
      value: undefined,
      publish() {
        if (subscribed) core.subscriptions.add(name);
        else core.subscriptions.delete(name);
      },
    };
  });
}
