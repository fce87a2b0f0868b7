import { join } from 'node:path';
import type * as Electron from 'electron';
import type { AppCalls } from '../../core/admin/app-calls.ts';
import { HIDDEN, type LoginItem } from '../../core/autostart/login-item.ts';
import type { Clock, Uptime } from '../../core/base/clock.ts';
import type { StartEngine } from '../engine/engine-thread.ts';
import { Supervisor } from '../engine/supervisor.ts';
import type { Timers } from '../engine/timers.ts';
import { SCHEME, WINDOW_URL } from '../ipc/own-pages.ts';
import { serveIpc } from '../ipc/serve-ipc.ts';
import { dialogText, trayText } from '../text.ts';
import { appMenu } from './app-menu.ts';
import { fileChoices } from './file-choices.ts';
import { type AppFolders, shownFolder } from './folders.ts';
import { appIconFile, trayIconFile } from './icons.ts';
import { keepAwake } from './keep-awake.ts';
import type { Notice } from './notices.ts';
import { watchForProblems } from './notifications.ts';
import { QUIT, Quitting } from './quit.ts';
import { confine, denyPermissions } from './security.ts';
import { serverControl } from './server-control.ts';
import { ServerStatusWatch } from './server-status.ts';
import { endWithWindows, hiddenWindow } from './session-end.ts';
import { setUpTray } from './tray.ts';
import { type Updater, Updates } from './updates.ts';
import { type Bounds, SettingsWindow } from './window.ts';
import { openWindowFiles } from './window-files.ts';

/** What the app uses of the electron module. */
export type ElectronParts = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'nativeImage'
  | 'Notification'
  | 'powerMonitor'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'session'
  | 'shell'
  | 'Tray'
>;

/** What the app meets outside itself. */
export interface AppSurroundings {
  readonly electron: ElectronParts;
  readonly platform: NodeJS.Platform;
  readonly argv: readonly string[];
  readonly folders: AppFolders;
  readonly data: string;
  /** Vite's server, while the window is developed. */
  readonly developmentUrl: string | undefined;
  readonly startEngine: StartEngine;
  readonly loginItem: LoginItem;
  /** Undefined: the app was not installed. */
  readonly loadUpdater: (() => Promise<Updater>) | undefined;
  readonly bounds: { get(): Bounds | undefined; set(bounds: Bounds): void };
  readonly freeSpace: () => Promise<number>;
  readonly clock: Clock;
  readonly uptime: Uptime;
  readonly timers: Timers;
}

/** Puts the app together. To be called before Electron is ready: the scheme of its pages must be known by then. */
export function boot(surroundings: AppSurroundings): void {
  const { app, protocol } = surroundings.electron;
  if (!app.requestSingleInstanceLock() || surroundings.argv.includes(QUIT)) {
    // The one that runs has been told: it shows its window, or quits.
    app.quit();
    return;
  }
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => confine(contents));
  const server = setUpServer(surroundings);
  new Quitting(app, {
    get isStopped() {
      return server.supervisor.state.name === 'stopped';
    },
    stop: () => server.supervisor.stop(),
  });
  app
    .whenReady()
    .then(() => whenReady(surroundings, server))
    .catch((failure: Error) => surroundings.electron.dialog.showErrorBox(trayText.name, failure.message));
}

function setUpServer(surroundings: AppSurroundings) {
  const { startEngine, data, folders, timers, uptime, developmentUrl } = surroundings;
  // While the window is developed, what was built of it is another one.
  const window = developmentUrl === undefined ? { window: folders.renderer } : {};
  const supervisor: Supervisor = new Supervisor({
    start: startEngine,
    options: () => ({ data, startServices: !watch.servicesAreStopped, ...window }),
    timers,
    uptime,
  });
  const watch: ServerStatusWatch = new ServerStatusWatch(supervisor, timers);
  return { supervisor, watch, control: serverControl(supervisor, watch) };
}

type Server = ReturnType<typeof setUpServer>;

/** The engine first: whatever else goes wrong, the mail comes. */
async function whenReady(surroundings: AppSurroundings, { supervisor, watch, control }: Server): Promise<void> {
  const { electron, platform, argv } = surroundings;
  const show = (notice: Notice) => new electron.Notification(notice).show();
  // Before the engine: it says once that it runs, and then the address for updates can be asked for.
  const updates = new Updates({ ...surroundings, server: supervisor, show });
  supervisor.start();
  const window = await setUpWindow(surroundings);
  setUpIpc(surroundings, { supervisor, window, updates });
  keepAwake(electron.powerSaveBlocker, { supervisor, watch });
  watchForProblems({ ...surroundings, supervisor, show });
  const actions = { ...control, openSettings: () => window.show(), quit: () => electron.app.quit() };
  setUpTray({ ...trayParts(surroundings), platform }, watch, actions);
  const quitForSystem = () => {
    updates.installNothingOnQuit();
    electron.app.quit();
  };
  supervisor.onAskedToEnd(quitForSystem);
  if (platform === 'win32') {
    const force = () => supervisor.kill();
    endWithWindows(new electron.BrowserWindow(hiddenWindow), surroundings.timers, { quit: quitForSystem, force });
  }
  // Before the computer shuts down (macOS, Linux): it waits a moment for whoever asks it to.
  electron.powerMonitor.on('shutdown', (...[event]: { preventDefault(): void }[]) => {
    event?.preventDefault();
    quitForSystem();
  });
  electron.app.on('second-instance', (_event, given: readonly string[] = []) =>
    given.includes(QUIT) ? quitForSystem() : window.show(),
  );
  electron.app.on('activate', () => window.show());
  const byLogin = platform === 'darwin' && electron.app.getLoginItemSettings().wasOpenedAtLogin;
  if (!argv.includes(HIDDEN) && !byLogin) window.show();
}

async function setUpWindow({ electron, folders, platform, bounds, developmentUrl }: AppSurroundings) {
  const { session, Menu, BrowserWindow, dialog } = electron;
  const url = developmentUrl ?? WINDOW_URL;
  denyPermissions(session.defaultSession, url);
  const entries = appMenu(platform);
  Menu.setApplicationMenu(entries === undefined ? null : Menu.buildFromTemplate(entries));
  if (developmentUrl === undefined)
    session.defaultSession.protocol.handle(SCHEME, await openWindowFiles(folders.renderer));
  return new SettingsWindow({
    create: (options) => new BrowserWindow(options),
    ...{ url, preload: folders.preload, icon: appIconFile(folders.icons, platform), bounds },
    onFailure: (failure) => dialog.showErrorBox(trayText.name, dialogText.noWindow(failure.message)),
  });
}

interface SendsToPage {
  send(channel: string, ...args: unknown[]): void;
}

function setUpIpc(
  { electron, developmentUrl, data, loginItem }: AppSurroundings,
  { supervisor, window, updates }: { supervisor: Supervisor; window: SendsToPage; updates: Updates },
): void {
  const app: AppCalls = {
    startsWithComputer: () => loginItem.get(),
    setStartsWithComputer: (starts) => loginItem.set(starts),
    async showFolder(which) {
      const problem = await electron.shell.openPath(shownFolder(data, which));
      if (problem !== '') throw new Error(dialogText.noFolder(problem));
    },
    ...fileChoices({ dialog: electron.dialog, documents: electron.app.getPath('documents') }),
    updateState: async () => updates.state,
    lookForUpdate: async () => void updates.look(),
    installUpdate: () => updates.install(),
  };
  serveIpc({
    ...{ ipcMain: electron.ipcMain, windowUrl: developmentUrl ?? WINDOW_URL, admin: supervisor, app },
    send: (channel, event) => window.send(channel, event),
  });
}

function trayParts({ electron, folders, platform }: AppSurroundings) {
  const { Tray, Menu, nativeImage } = electron;
  return {
    createTray: (image: Electron.NativeImage) => new Tray(image),
    buildMenu: (entries: Electron.MenuItemConstructorOptions[]) => Menu.buildFromTemplate(entries),
    image: (state: string) => nativeImage.createFromPath(trayIconFile(folders.icons, state, platform)),
  };
}

/** Where Chromium keeps what is its own: inside the data folder, so that one folder has one app (and one lock). */
export function profileFolder(data: string): string {
  return join(data, 'window');
}
