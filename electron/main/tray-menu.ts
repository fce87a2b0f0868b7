import { trayText } from '../text.ts';
import type { ServerControl } from './server-control.ts';
import type { ServerStatus } from './server-status.ts';

/** An entry as Electron's Menu.buildFromTemplate takes it. */
export interface MenuEntry {
  readonly type?: 'normal' | 'separator';
  readonly label?: string;
  readonly enabled?: boolean;
  readonly click?: () => void;
}

export interface TrayActions extends ServerControl {
  openSettings(): void;
  quit(): void;
}

/** The menu of the icon, as it is at this moment. */
export function trayMenu({ state, text, users }: ServerStatus, actions: TrayActions): MenuEntry[] {
  return [
    { label: shortened(text), enabled: false },
    { label: trayText.users(users), enabled: false },
    { type: 'separator' },
    { label: trayText.open, click: () => actions.openSettings() },
    { type: 'separator' },
    { label: trayText.start, enabled: state === 'stopped' || state === 'problem', click: () => void actions.start() },
    { label: trayText.stop, enabled: state === 'running' || state === 'problem', click: () => void actions.stop() },
    { label: trayText.restart, enabled: state !== 'busy', click: () => void actions.restart() },
    { type: 'separator' },
    { label: trayText.quit, click: () => actions.quit() },
  ];
}

/** What the pointer over the icon shows. */
export function trayToolTip({ text, users }: ServerStatus): string {
  return shortened(`${trayText.name}: ${users === 0 ? text : `${text}, ${trayText.users(users)}`}`);
}

/** Windows shows 127 characters of a tool tip, and a menu as wide as its longest entry; the window has the whole text. */
function shortened(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
