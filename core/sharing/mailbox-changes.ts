import type { MailboxEntry, StoredAccount } from '../mail/ports.ts';
import type { SpecialUse } from '../mail/special-use.ts';
import type { AccessLists } from './access-lists.ts';
import { NOT_SHARED } from './effective-rights.ts';
import { INBOX, superiorsOf } from './names.ts';

/** An account in which mailboxes are made, renamed and deleted together with their access control lists. */
export interface ChangedAccount {
  readonly owner: string;
  readonly account: StoredAccount;
  readonly lists: AccessLists;
}

/** CREATE: what is new has the rights of the nearest mailbox above (RFC 4314 section 4). */
export function createMailbox(
  changed: ChangedAccount,
  name: string,
  specialUse?: readonly SpecialUse[],
): Promise<MailboxEntry> {
  return inheriting(changed, name, [name], () => changed.account.create(name, specialUse));
}

/** RENAME keeps the lists (RFC 4314 section 4), as they hang on what a rename does not change. */
export function renameMailbox(changed: ChangedAccount, from: string, to: string): Promise<void> {
  // RFC 9051 6.3.6: INBOX stays, and what gets its messages is a new mailbox
  const made = from === INBOX ? [to] : [];
  return inheriting(changed, to, made, () => changed.account.rename(from, to));
}

/** DELETE MUST delete the list (RFC 4314 section 4). */
export async function deleteMailbox({ owner, account, lists }: ChangedAccount, name: string): Promise<void> {
  const entry = account.find(name);
  await account.delete(name);
  if (entry === undefined || lists.get(owner, entry.objectId).size === 0) return;
  await lists.change((draft) => draft.set(owner, entry.objectId, NOT_SHARED));
}

/** The mailbox from which something of that name would inherit its rights. */
export function nearestAbove(account: StoredAccount, name: string): MailboxEntry | undefined {
  for (const superior of superiorsOf(name)) {
    const entry = account.find(superior);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/**
 * Takes a step that makes mailboxes, `made` and the levels that are missing above `name`, and gives them the list of what
 * is above them. In this order: a power cut in between leaves a mailbox that is not shared yet, and no list of nothing. The
 * step is no part of the change, so nobody's SETACL waits for somebody's RENAME of a large INBOX.
 */
async function inheriting<T>(
  { owner, account, lists }: ChangedAccount,
  name: string,
  made: readonly string[],
  step: () => Promise<T>,
): Promise<T> {
  const above = nearestAbove(account, name);
  if (above === undefined || lists.get(owner, above.objectId).size === 0) return step();
  const missing = superiorsOf(name).filter((superior) => account.find(superior) === undefined);
  lists.assertRoom(owner, missing.length + made.length);
  const result = await step();
  await lists.change((draft) => {
    const list = draft.get(owner, above.objectId);
    for (const each of [...missing, ...made]) {
      const entry = account.find(each);
      // Whoever was quicker to share it has said what he wants.
      const isNew = entry !== undefined && draft.get(owner, entry.objectId).size === 0;
      if (isNew) draft.set(owner, entry.objectId, list);
    }
  });
  return result;
}
