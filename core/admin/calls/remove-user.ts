import type { UserInfo } from '../../accounts/user.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { endSessionsOf, sessionsEnded } from './user-sessions.ts';

/**
 * The user goes first, so that nobody logs in any more: mail without a user does no harm, a user whose mail is half gone
 * would. Then his sessions, then what he shares, under everybody who reads it, and last the mail.
 */
export async function removeUser(
  { name, accountId }: UserInfo,
  mail: 'keep' | 'delete',
  dependencies: AdminDependencies,
): Promise<void> {
  const { directory, shares, mail: store, logger } = dependencies;
  await directory.remove(name);
  endSessionsOf(accountId, 'Your account was removed by the administrator', dependencies);
  await sessionsEnded(accountId, dependencies);
  await shares.forgetAccount(accountId);
  if (mail === 'delete') await store.deleteAccount(accountId);
  logger.info({ user: name, account: accountId, mail }, 'a user was removed');
}
