import { contractVersion } from '../contract.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { blaming } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';

export function serverCalls({
  server,
  administrator,
  logger,
}: Pick<AdminDependencies, 'server' | 'administrator' | 'logger'>): HandlersOf<'server' | 'admin'> {
  return {
    'server.info': () => ({ contractVersion, ...server, administratorPassword: administrator.isSet }),
    'admin.setPassword': async ({ password }) => {
      await blaming('password', () => administrator.set(password));
      logger.info({}, 'the administrator password was changed');
    },
  };
}
