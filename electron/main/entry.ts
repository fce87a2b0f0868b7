import { mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import * as electron from 'electron';
import Store from 'electron-store';
import { connectToServer } from '../../core/admin/http-client.ts';
import { machineData } from '../../core/autostart/machine-place.ts';
import { systemClock, systemUptime } from '../../core/base/clock.ts';
import { ownDataFolder } from '../../core/cli/data-folder.ts';
import { engineThreads } from '../engine/engine-thread.ts';
import { serviceClient } from '../engine/service-client.ts';
import { systemTimers } from '../engine/timers.ts';
import { boot, profileFolder } from './boot.ts';
import { appFolders } from './folders.ts';
import { loginItem } from './login-item.ts';
import { quitOnSignals } from './quit.ts';
import { obeyStarter } from './starter.ts';
import { checkedBounds } from './stored-bounds.ts';

/** The app's first moments: its name and its folders, before anything asks for them. */
const { app } = electron;
const { env, platform, argv, execPath } = process;
const place = { env, platform, home: app.getPath('home') };
const own = ownDataFolder(place);
// A server that the system has started is asked, and no second one runs beside it.
const served = env['MAILROOM_DATA'] ? undefined : machineData(place);
const data = served ?? own;
mkdirSync(own, { recursive: true, mode: 0o700 });
app.setName('Mailroom');
app.setAppUserModelId('org.mailroom.app');
app.setPath('userData', profileFolder(own));

const folders = appFolders(import.meta.dirname, import.meta.url);
const store = new Store<{ bounds?: unknown }>({ cwd: profileFolder(own), name: 'window' });

boot({
  ...{ electron, platform, argv, folders, data },
  developmentUrl: app.isPackaged ? undefined : env['ELECTRON_RENDERER_URL'],
  startEngine: served === undefined ? engineThreads(folders.engine) : serviceClient(connectToServer, systemTimers),
  loginItem: loginItem(app, {
    ...{ platform, program: env['APPIMAGE'] ?? execPath },
    configFolder: app.getPath('appData'),
  }),
  // A CommonJS package, whose updater of this system is made when it is first asked for.
  loadUpdater: app.isPackaged ? async () => (await import('electron-updater')).default.autoUpdater : undefined,
  bounds: { get: () => checkedBounds(store.get('bounds')), set: (bounds) => store.set('bounds', bounds) },
  freeSpace: async () => {
    const { bavail, bsize } = await statfs(data);
    return bavail * bsize;
  },
  ...{ clock: systemClock, uptime: systemUptime, timers: systemTimers },
});
quitOnSignals(app, process);
obeyStarter(app, process);
