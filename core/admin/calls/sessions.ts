import type { AdminDependencies } from '../dependencies.ts';
import { AdminFailure } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';

export function sessionCalls({
  sessions,
  logger,
}: Pick<AdminDependencies, 'sessions' | 'logger'>): HandlersOf<'sessions'> {
  return {
    'sessions.list': () => sessions.list(),
    'sessions.disconnect': ({ id }) => {
      if (!sessions.disconnect(id, 'The administrator has ended this session')) {
        throw new AdminFailure('notFound', `There is no session ${id} (any more)`, 'id');
      }
      logger.info({ session: id }, 'a session was ended by the administrator');
    },
  };
}
