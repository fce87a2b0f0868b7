import type { Logger } from '../base/logger.ts';
import type { MailStore } from '../mail/ports.ts';
import type { ListChange } from './access-lists.ts';
import { effectiveRights, subjectsOf } from './effective-rights.ts';
import { sharedName } from './names.ts';
import type { OpenedAccounts } from './opened-accounts.ts';
import type { People } from './ports.ts';

export interface NewcomerDependencies {
  readonly store: Pick<MailStore, 'account' | 'hold'>;
  readonly people: People;
  readonly accounts: Pick<OpenedAccounts, 'open'>;
  readonly logger: Logger;
}

/**
 * Subscribes people to what they see from now on: most mail programs show only mailboxes that are subscribed to, and nothing
 * tells their users of others. Once, at the moment it is granted: those who unsubscribe are not subscribed again. One whose
 * account cannot be written is left out; they see the mailbox all the same.
 */
export async function subscribeNewcomers(
  changes: readonly ListChange[],
  dependencies: NewcomerDependencies,
): Promise<void> {
  const namesOf = new Map<string, string[]>();
  for (const change of changes) {
    const newcomers = whoSeesItNow(change, dependencies.people);
    if (newcomers.length === 0) continue;
    const name = await shownName(change, dependencies);
    if (name === undefined) continue;
    for (const accountId of newcomers) namesOf.set(accountId, [...(namesOf.get(accountId) ?? []), name]);
  }
  for (const [accountId, names] of namesOf) await subscribe(accountId, names, dependencies);
}

function whoSeesItNow({ owner, before, after }: ListChange, people: People): string[] {
  const all = people.list().map(({ accountId }) => accountId);
  return all.filter((accountId) => {
    const subjects = subjectsOf(accountId, people);
    const sees = (list: ListChange['after']) => effectiveRights(list, subjects).has('l');
    return accountId !== owner && sees(after) && !sees(before);
  });
}

async function shownName({ owner, mailbox }: ListChange, { accounts, people }: NewcomerDependencies) {
  const account = await accounts.open(owner);
  const entry = account.mailboxes().find(({ objectId }) => objectId === mailbox);
  return entry && sharedName({ owner, local: entry.name }, people);
}

async function subscribe(
  accountId: string,
  names: readonly string[],
  { store, logger }: NewcomerDependencies,
): Promise<void> {
  const release = store.hold(accountId);
  try {
    const account = await store.account(accountId);
    for (const name of names) await account.setSubscribed(name, true);
  } catch (problem) {
    logger.warn({ err: problem, account: accountId }, 'somebody could not be subscribed to what is shared with them');
  } finally {
    release();
  }
}
