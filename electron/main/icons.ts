import { join } from 'node:path';

/** The file of a state's icon in the tray, of the form each system wants. Electron finds the @2x beside a .png itself. */
export function trayIconFile(folder: string, state: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') return join(folder, `tray-${state}.ico`);
  // macOS colours a template image by itself, for light and dark bars.
  if (platform === 'darwin') return join(folder, `tray-${state}Template.png`);
  return join(folder, `tray-${state}.png`);
}

/** The window's icon. */
export function appIconFile(folder: string, platform: NodeJS.Platform): string {
  return join(folder, platform === 'win32' ? 'icon.ico' : 'icon.png');
}
