import type { StoredAccount } from '../mail/ports.ts';

/** Makes the mailbox when it is missing. @throws Refused when it cannot be called so. */
export async function makeMailbox(account: StoredAccount, mailbox: string): Promise<void> {
  if (account.find(mailbox) !== undefined) return;
  await account.create(mailbox);
  await account.setSubscribed(mailbox, true); // many clients show subscribed mailboxes only
}
