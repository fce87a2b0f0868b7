import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { Directory } from '../accounts/directory.ts';
import { machineAddresses } from '../base/local-networks.ts';
import { publicAddressOf } from '../base/public-address.ts';
import type { FirstStartState } from '../first-start-state.ts';
import type { TlsCertificate } from '../imap/access/certificate.ts';
import type { ImapService } from '../imap/service.ts';
import type { LoginGuards } from '../login-guards.ts';
import type { QuotaLimits } from '../mail/ports.ts';
import { clientFacts } from '../services/client-settings.ts';
import type { Service } from '../services/service.ts';
import { accessRulesFromOldText } from '../settings/access-rule-import.ts';
import { lanDefault, verdictOf } from '../settings/access-verdict.ts';
import type { Settings } from '../settings/store.ts';
import type { RunningMailStore } from '../store/mail-store.ts';
import { version } from '../version.ts';
import type { AdminDependencies } from './dependencies.ts';
import type { QuotaWarnings } from './quota-warnings.ts';

/** The parts of a server that runs. */
export interface RunningParts
  extends Pick<
    AdminDependencies,
    'end' | 'administrator' | 'services' | 'shares' | 'files' | 'log' | 'clock' | 'uptime' | 'random' | 'logger'
  > {
  readonly dataFolder: string;
  readonly settings: Settings;
  readonly directory: Directory;
  readonly guards: LoginGuards;
  readonly imap: Pick<ImapService, 'sessions' | 'disconnect' | 'onSessions'>;
  readonly certificate: TlsCertificate;
  readonly store: RunningMailStore;
  readonly limitsOf: (accountId: string) => QuotaLimits;
  readonly quotaWarnings: QuotaWarnings;
  readonly imap4: Service;
  readonly firstStart: FirstStartState;
}

/** What the administration needs, from those parts. */
export function administrationOf(parts: RunningParts): AdminDependencies {
  const { guards, imap, certificate, store, dataFolder, clock, settings, quotaWarnings, limitsOf } = parts;
  const startedAt = clock.now();
  return {
    ...parts,
    server: {
      ...{ version, startedAt, dataFolder },
      get hostNames() {
        return certificate.info.names;
      },
    },
    clients: {
      facts: () => clientFacts({ settings, imap4: parts.imap4, certificateNames: () => certificate.info.names }),
      addresses: () => machineAddresses(networkInterfaces()),
    },
    setup: parts.firstStart,
    limits: () => guards.logins.status(),
    refusals: guards.refusals,
    lockOuts: guards.lockOuts,
    accessRules: accessRulesOf(settings, guards),
    publicAddress: (host) => publicAddressOf(host, guards.localNetworks, addressesOf),
    sessions: {
      list: () => imap.sessions(),
      disconnect: (id, text) => imap.disconnect(id, text),
      onChange: (listener) => imap.onSessions(listener),
    },
    mail: {
      limitsOf,
      account: (accountId) => store.account(accountId),
      hold: (accountId) => store.hold(accountId),
      usage: (accountId) => store.usage(accountId),
      deleteAccount: (accountId) => store.deleteAccount(accountId),
      onQuotaWarning: (listener) => quotaWarnings.on(listener),
    },
  };
}

/** The IP Access Restrictions, for asking what they would say. */
export function accessRulesOf(
  settings: Pick<Settings, 'get'>,
  { localNetworks }: Pick<LoginGuards, 'localNetworks'>,
): AdminDependencies['accessRules'] {
  return {
    test: (address, user, rules) =>
      verdictOf(rules ?? settings.get('imap4.access.rules'), address, user, localNetworks),
    lanDefault: () => lanDefault(localNetworks.own),
    fromText: accessRulesFromOldText,
  };
}

async function addressesOf(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
