import type { AccessGate } from '../base/authentication.ts';
import type { LocalNetworks } from '../base/local-networks.ts';
import type { RefusalLog } from '../base/refusal.ts';
import { AccessVerdicts } from './access-verdict.ts';
import type { Settings } from './store.ts';

export interface AccessGateDependencies {
  readonly settings: Pick<Settings, 'get'>;
  readonly localNetworks: LocalNetworks;
  readonly refusals: Pick<RefusalLog, 'record'>;
}

const setting = 'imap4.access.rules';

/** The IP Access Restrictions as they are at the moment somebody comes. Whoever is not let in is recorded. */
export function createAccessGate({ settings, localNetworks, refusals }: AccessGateDependencies): AccessGate {
  let rules = settings.get(setting);
  let verdicts = new AccessVerdicts(rules, localNetworks);
  const present = () => {
    const now = settings.get(setting);
    if (now !== rules) [rules, verdicts] = [now, new AccessVerdicts(now, localNetworks)];
    return verdicts;
  };
  const refuse = (address: string, user: string | undefined, clientId: string | undefined) => {
    const whom = user === undefined ? `Connections from ${address} are` : `${user} is`;
    refusals.record({
      reason: 'accessRule',
      user,
      address,
      clientId,
      limit: undefined,
      holders: [],
      text: `${whom} kept out by the access rules. ${present().of(address, user).text}`,
      setting,
    });
    return false;
  };
  return {
    mayConnect: (address) => present().mayAnybody(address) || refuse(address, undefined, undefined),
    mayLogIn: ({ address, clientId }, userName) =>
      present().of(address, userName).allowed || refuse(address, userName, clientId),
  };
}
