import type { UserInfo } from '../../accounts/user.ts';
import { adminLimits } from '../../base/limits.ts';
import type { AdminDependencies, AdminSessions } from '../dependencies.ts';
import type { Jobs } from '../jobs.ts';

/**
 * The user goes first, so that nobody logs in any more, and his sessions with him (core/server.ts), and what is imported for him: mail without a user
 * does no harm, a user whose mail is half gone would. Then what he shares, under everybody who reads it, and last the mail.
 */
export async function removeUser(
  { name, accountId }: UserInfo,
  mail: 'keep' | 'delete',
  dependencies: AdminDependencies,
  jobs: Pick<Jobs, 'endThoseOf'>,
): Promise<void> {
  const { directory, shares, mail: store, sessions, logger } = dependencies;
  await directory.remove(name);
  await jobs.endThoseOf(accountId);
  await dependencies.files?.downloads.forget(accountId);
  await sessionsEnded(accountId, sessions);
  await shares.forgetAccount(accountId);
  if (mail === 'delete') await store.deleteAccount(accountId);
  logger.info({ user: name, account: accountId, mail }, 'a user was removed');
}

/** Resolves when an account has no sessions any more, or after adminLimits.sessionsEnd. */
function sessionsEnded(accountId: string, sessions: AdminSessions): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (!sessions.list().some((session) => session.accountId === accountId)) resolve();
  };
  const stop = sessions.onChange(look);
  const timer = setTimeout(resolve, adminLimits.sessionsEnd);
  look();
  return promise.finally(() => {
    stop();
    clearTimeout(timer);
  });
}
