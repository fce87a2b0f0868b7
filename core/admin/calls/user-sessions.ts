import { adminLimits } from '../../base/limits.ts';
import type { AdminDependencies } from '../dependencies.ts';

type Dependencies = Pick<AdminDependencies, 'sessions'>;

/** Says BYE to all sessions of an account. */
export function endSessionsOf(accountId: string, text: string, { sessions }: Dependencies): void {
  for (const session of sessions.list()) {
    if (session.accountId === accountId) sessions.disconnect(session.id, text);
  }
}

/** Resolves when an account has no sessions any more, or after adminLimits.sessionsEnd. */
export function sessionsEnded(accountId: string, { sessions }: Dependencies): Promise<void> {
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
