import { isDeepStrictEqual } from 'node:util';
import type { ServerStatus, ServerStatusWatch } from './server-status.ts';
import { type MenuEntry, type TrayActions, trayMenu, trayToolTip } from './tray-menu.ts';

/** The members of Electron's Tray that are used. */
export interface TrayIcon<Image, Menu> {
  setImage(image: Image): void;
  setToolTip(text: string): void;
  setContextMenu(menu: Menu): void;
  on(event: 'click' | 'double-click', listener: () => void): unknown;
  destroy(): void;
}

export interface TrayParts<Image, Menu> {
  readonly createTray: (image: Image) => TrayIcon<Image, Menu>;
  readonly buildMenu: (entries: MenuEntry[]) => Menu;
  /** The icon of a state. */
  readonly image: (state: 'running' | 'stopped' | 'problem') => Image;
  readonly platform: NodeJS.Platform;
}

/**
 * Puts the icon in the tray and keeps it in step with the server. Whoever holds what is returned holds the icon: without a
 * reference it would vanish with the next garbage collection. Returns how to take it away.
 */
export function setUpTray<Image, Menu>(
  { createTray, buildMenu, image, platform }: TrayParts<Image, Menu>,
  watch: ServerStatusWatch,
  actions: TrayActions,
): () => void {
  let shown: ServerStatus | undefined;
  const tray = createTray(image(iconOf(watch.status)));
  const show = (status: ServerStatus) => {
    // Setting a menu closes it where it is open: only when there is something new.
    if (isDeepStrictEqual(status, shown)) return;
    shown = status;
    tray.setImage(image(iconOf(status)));
    tray.setToolTip(trayToolTip(status));
    tray.setContextMenu(buildMenu(trayMenu(status, actions)));
  };
  show(watch.status);
  const deaf = watch.onChange(show);
  // On macOS and Linux a click opens the menu; on Windows it is expected to open the window.
  if (platform === 'win32') tray.on('click', () => actions.openSettings());
  return () => {
    deaf();
    tray.destroy();
  };
}

function iconOf({ state }: ServerStatus): 'running' | 'stopped' | 'problem' {
  return state === 'busy' ? 'stopped' : state;
}
