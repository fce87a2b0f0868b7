import { join } from 'node:path';
import { openWindowFiles } from '../../core/admin/http/window-files.ts';
import { systemClock } from '../../core/base/clock.ts';
import { growFileTable } from '../../core/base/open-files.ts';
import { systemRandom } from '../../core/base/random.ts';
import { openLog } from '../../core/cli/log.ts';
import { createMailServer, type MailServer } from '../../core/server.ts';
import type { EngineHost } from './engine.ts';
import type { EngineOptions } from './messages.ts';

/** Opens the real server on the real clock, with the same log as `mailroom serve`. */
export function serverHost({ data }: Pick<EngineOptions, 'data'>): EngineHost {
  const log = openLog(join(data, 'logs'), { err: (text) => void process.stderr.write(text) });
  return { open: (options) => open(options, log.logger), close: () => log.close(), logger: log.logger };
}

async function open({ data, startServices, window }: EngineOptions, logger: EngineHost['logger']): Promise<MailServer> {
  const server = await createMailServer({ data }, { clock: systemClock, random: systemRandom, logger });
  try {
    await growFileTable();
    // A port that is taken is a problem of the service, shown in the window; it does not end the engine.
    if (startServices) await Promise.all([server.imap4.start(), server.autoconfig.start()]);
    // The command line finds the server by it, and a browser elsewhere its window.
    await server.openAdministration(await windowFiles(window, logger));
    return server;
  } catch (failure) {
    await server.stop();
    throw failure;
  }
}

/** Mail does not wait for a window: without it the server serves all the same. */
async function windowFiles(folder: string | undefined, logger: EngineHost['logger']) {
  if (folder === undefined) return undefined;
  try {
    return await openWindowFiles(folder);
  } catch (failure) {
    logger.warn({ err: failure }, 'browsers get no settings window');
    return undefined;
  }
}
