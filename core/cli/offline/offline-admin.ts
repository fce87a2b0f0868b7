import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { openDirectory } from '../../accounts/directory.ts';
import { Administrator } from '../../admin/administrator.ts';
import type { AdminApi } from '../../admin/contract.ts';
import { adminErrorOf } from '../../admin/failure.ts';
import { LogTail } from '../../admin/log-tail.ts';
import { accessRulesOf } from '../../admin/running-server.ts';
import { createAdminService } from '../../admin/service.ts';
import { systemUptime } from '../../base/clock.ts';
import { localNetworks, machineNetworks } from '../../base/local-networks.ts';
import { FirstStartState } from '../../first-start-state.ts';
import { quotaOf } from '../../quota-of.ts';
import { reachableNames } from '../../reachable-names.ts';
import { openSettings } from '../../settings/store.ts';
import { version } from '../../version.ts';
import { terminalLogger } from '../data-folder.ts';
import type { Surroundings } from '../surroundings.ts';
import { needMeaning, withoutServer } from './needs-server.ts';
import { OfflineCertificate } from './offline-certificate.ts';
import { OfflineMail } from './offline-mail.ts';

export interface OfflineAdmin extends AdminApi {
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/** Calls that look at the certificate there is, and make none. */
const LOOKS: ReadonlySet<string> = new Set(['certificate.get', 'certificate.authority']);

/**
 * The same administration as a running server's, on the files of a data folder. The caller holds the folder's lock, or
 * only reads settings, users, groups, access rules and the certificate. Mail is opened when a call needs it.
 */
export async function openOfflineAdmin(surroundings: Surroundings, folder: string): Promise<OfflineAdmin> {
  const { clock, random } = surroundings;
  const logger = terminalLogger(surroundings.terminal);
  const dependencies = { clock, random, logger };
  const settings = await openSettings(join(folder, 'settings.json'), dependencies);
  const directory = await openDirectory(join(folder, 'directory.json'), dependencies);
  const limitsOf = quotaOf(settings, directory);
  const setup = await FirstStartState.open(join(folder, 'first-start.json'), { directory, ...dependencies });
  const mail = new OfflineMail(folder, { settings, directory, limitsOf, ...dependencies });
  const certificate = new OfflineCertificate(join(folder, 'tls'), {
    ...dependencies,
    presentNames: () => reachableNames(settings),
  });
  const networks = localNetworks(machineNetworks(networkInterfaces, systemUptime));
  const service = createAdminService({
    ...{ settings, directory, certificate, mail, shares: mail.shares, setup, ...dependencies, ...withoutServer() },
    uptime: systemUptime,
    server: { version, startedAt: clock.now(), dataFolder: folder, hostNames: [] },
    administrator: await Administrator.open(join(folder, 'administrator.json'), random),
    accessRules: accessRulesOf(settings, { localNetworks: networks }),
    log: new LogTail(clock),
  });
  return {
    async call(name, args) {
      try {
        needMeaning(name, folder);
        if (name.startsWith('certificate.')) await certificate.open(!LOOKS.has(name));
      } catch (failure) {
        const error = adminErrorOf(failure);
        if (error === undefined) throw failure;
        return { ok: false, error };
      }
      return service.call(name, args);
    },
    onEvent: (listener) => service.onEvent(listener),
    async close() {
      await service.close();
      await certificate.close();
      await setup.close();
      await mail.close();
    },
  };
}
