import { join } from 'node:path';
import type { CallName } from '../../admin/contract.ts';
import type { AdminDependencies } from '../../admin/dependencies.ts';
import { AdminFailure } from '../../admin/failure.ts';

type OfServer =
  | 'end'
  | 'files'
  | 'publicAddress'
  | 'services'
  | 'clients'
  | 'sessions'
  | 'limits'
  | 'refusals'
  | 'lockOuts';

/** What only a server that runs has: nobody is connected, nothing is counted, and nothing ever happens. */
export function withoutServer(): Pick<AdminDependencies, OfServer> {
  const never = () => () => {};
  const none = () => [];
  return {
    end: () => {}, // needMeaning refuses it before
    services: [],
    files: undefined,
    clients: {
      facts: () => {
        throw new Error('asked for listeners though no server runs');
      },
      addresses: none,
    },
    publicAddress: () => {
      throw new Error('asked from another computer though no server runs');
    },
    sessions: { list: none, disconnect: () => false, onChange: never },
    limits: () => ({ users: [], addresses: [], peaks: [], userPeak: undefined, addressPeak: undefined }),
    refusals: { recent: none, onRefusal: never },
    lockOuts: { list: none, unlock: () => false, onChange: never },
  };
}

const groups: ReadonlySet<string> = new Set(['server', 'services', 'clients', 'sessions', 'limits', 'lockouts', 'log']);

/** @throws AdminFailure for a call that has no meaning without a server. */
export function needMeaning(call: CallName, folder: string): void {
  const group = call.slice(0, call.indexOf('.'));
  if (!groups.has(group)) return;
  const remedy =
    group === 'log' ? `the log of the last one is in ${join(folder, 'logs')}` : 'start it with "mailroom serve"';
  throw new AdminFailure('refused', `This is about a running server, and none runs on ${folder}: ${remedy}`);
}
