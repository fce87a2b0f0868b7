import { isIP } from 'node:net';
import type { AdminDependencies } from '../dependencies.ts';
import { AdminFailure, blaming } from '../failure.ts';
import type { HandlersOf } from '../handlers.ts';

export function accessRuleCalls({ accessRules }: Pick<AdminDependencies, 'accessRules'>): HandlersOf<'accessRules'> {
  return {
    'accessRules.test': ({ address, user, rules }) => {
      if (isIP(address) === 0) {
        throw new AdminFailure('invalid', 'An address is like 192.168.1.7 or fd00::1', 'address');
      }
      return accessRules.test(address, user, rules);
    },
    'accessRules.lanDefault': () => accessRules.lanDefault(),
    'accessRules.fromText': ({ text }) => blaming('text', () => accessRules.fromText(text)),
  };
}
