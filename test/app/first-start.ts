import { rm } from 'node:fs/promises';
import { openWindowFiles } from '../../core/admin/http/window-files.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { systemRandom } from '../../core/base/random.ts';
import { windowAddress } from '../../core/cli/introduction.ts';
import { createMailServer, type MailServer } from '../../core/server.ts';
import type { Binding } from '../../core/settings/binding.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

/** A server on an empty data folder, as it is right after it was installed: its first user has no owner. */
export interface FirstStart {
  readonly server: MailServer;
  /** What is printed for a person to open. */
  readonly address: string;
  stop(): Promise<void>;
}

/** To be stopped. @param bindings on loopback, where the service listens as the settings say */
export async function startForTheFirstTime(window: string, bindings: readonly Binding[]): Promise<FirstStart> {
  const data = await makeTempFolder('first-start');
  const dependencies = { clock: systemClock, random: systemRandom, logger: silentLogger };
  const server = await createMailServer({ data }, dependencies);
  server.settings.set('admin.port', 0);
  server.settings.set('imap4.general.bindings', bindings);
  await server.imap4.start();
  await server.autoconfig.start();
  const { local } = await server.openAdministration(await openWindowFiles(window));
  const stop = async () => {
    await server.stop();
    await rm(data, { recursive: true, force: true });
  };
  return { server, address: windowAddress(local), stop };
}
