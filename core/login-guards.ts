import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { LockOuts } from './accounts/lock-outs.ts';
import { LoginPeaks } from './accounts/login-peaks.ts';
import { CountedLogins } from './accounts/login-slots.ts';
import { RecentRefusals } from './accounts/refusals.ts';
import type { AccessGate } from './base/authentication.ts';
import type { Clock, Uptime } from './base/clock.ts';
import { type LocalNetworks, localNetworks, machineNetworks } from './base/local-networks.ts';
import type { Logger } from './base/logger.ts';
import { createAccessGate } from './settings/access-gate.ts';
import { lockOutOptions, loginSlotOptions } from './settings/login-options.ts';
import type { Settings } from './settings/store.ts';

/** Everything that may keep somebody out though his password is right, and what is remembered of it. */
export interface LoginGuards {
  readonly access: AccessGate;
  readonly logins: CountedLogins;
  readonly lockOuts: LockOuts;
  readonly refusals: RecentRefusals;
  readonly localNetworks: LocalNetworks;
  /** Writes what is to be kept. */
  close(): Promise<void>;
}

export interface LoginGuardsDependencies {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly uptime: Uptime;
  readonly logger: Logger;
}

/** @param folder the data folder, for what is remembered over a restart */
export async function openLoginGuards(folder: string, dependencies: LoginGuardsDependencies): Promise<LoginGuards> {
  const { settings, clock, uptime, logger } = dependencies;
  const refusals = new RecentRefusals(clock, logger);
  const peaks = await LoginPeaks.open(join(folder, 'login-peaks.json'), dependencies);
  const networks = localNetworks(machineNetworks(networkInterfaces, uptime));
  return {
    refusals,
    localNetworks: networks,
    access: createAccessGate({ settings, localNetworks: networks, refusals }),
    logins: new CountedLogins({ options: loginSlotOptions(settings), refusals, peaks, clock }),
    lockOuts: new LockOuts({
      options: lockOutOptions(settings),
      isLocal: (address) => networks.contains(address),
      clock,
      uptime,
      logger,
    }),
    async close() {
      refusals.close();
      await peaks.close();
    },
  };
}
