import type { AdminDependencies } from '../dependencies.ts';
import { AdminFailure } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';

export function limitCalls({
  limits,
  refusals,
  lockOuts,
}: Pick<AdminDependencies, 'limits' | 'refusals' | 'lockOuts'>): HandlersOf<'limits' | 'lockouts'> {
  return {
    'limits.status': () => limits(),
    'limits.refusals': () => refusals.recent(),
    'lockouts.list': () => lockOuts.list(),
    'lockouts.unlock': ({ address, user }) => {
      if (!lockOuts.unlock(address, user)) {
        const who = user === undefined ? address : `${user} from ${address}`;
        throw new AdminFailure('notFound', `${who} is not locked out (any more)`, 'address');
      }
    },
  };
}
