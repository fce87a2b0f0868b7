import { ElectronStandIn } from './electron.ts';

/** What the built bundles get for `electron`, by name and as a whole, and the test's end of it. */
export const standIn = new ElectronStandIn();
export default standIn.module;
export const {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  session,
  shell,
  Tray,
} = standIn.module;
