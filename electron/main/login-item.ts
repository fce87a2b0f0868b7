import { autostartFile, HIDDEN, type LoginItem } from '../../core/autostart/login-item.ts';

/** The members of Electron's app that are used. */
export interface LoginItemApp {
  getLoginItemSettings(options: { args: string[] }): { openAtLogin: boolean };
  setLoginItemSettings(settings: { openAtLogin: boolean; args: string[] }): void;
}

export interface LoginItemPlace {
  readonly platform: NodeJS.Platform;
  /** The program to start; of an AppImage its file, not where it is mounted. */
  readonly program: string;
  /** Where the desktop keeps what is this user's: `~/.config`. */
  readonly configFolder: string;
}

/** Windows and macOS have a list of login items; on Linux a file in `autostart` is one (freedesktop.org's Autostart). */
export function loginItem(app: LoginItemApp, { platform, program, configFolder }: LoginItemPlace): LoginItem {
  if (platform === 'linux') return autostartFile(configFolder, program);
  return {
    get: async () => app.getLoginItemSettings({ args: [HIDDEN] }).openAtLogin,
    set: async (openAtLogin) => app.setLoginItemSettings({ openAtLogin, args: [HIDDEN] }),
  };
}
