import type { StoredAccount } from '../mail/ports.ts';

/**
 * Makes the mailbox when it is missing.
 * @param subscribed many clients show subscribed mailboxes only
 * @throws Refused when it cannot be called so.
 */
export async function makeMailbox(account: StoredAccount, mailbox: string, subscribed = true): Promise<void> {
  if (account.find(mailbox) !== undefined) return;
  await account.create(mailbox);
  await account.setSubscribed(mailbox, subscribed);
}
