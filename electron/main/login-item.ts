import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The argument of a start that is not a person's: no window opens. */
export const HIDDEN = '--hidden';

/** Starting with the computer, as this user's own choice. */
export interface LoginItem {
  get(): Promise<boolean>;
  set(starts: boolean): Promise<void>;
}

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
  if (platform === 'linux') return autostartFile(join(configFolder, 'autostart'), program);
  return {
    get: async () => app.getLoginItemSettings({ args: [HIDDEN] }).openAtLogin,
    set: async (openAtLogin) => app.setLoginItemSettings({ openAtLogin, args: [HIDDEN] }),
  };
}

function autostartFile(folder: string, program: string): LoginItem {
  const file = join(folder, 'mailroom.desktop');
  return {
    async get() {
      const text = await readFile(file, 'utf8').catch(() => '');
      return text.includes('Exec=') && !/^Hidden=true$/m.test(text);
    },
    async set(starts) {
      if (!starts) return rm(file, { force: true });
      await mkdir(folder, { recursive: true });
      await writeFile(file, desktopEntry(program));
    },
  };
}

/** The Desktop Entry Specification; in Exec, `"`, `` ` ``, `$` and `\` are escaped twice, `%` is doubled. */
function desktopEntry(program: string): string {
  const quoted = program
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
  return `[Desktop Entry]\nType=Application\nName=Mailroom\nExec="${quoted}" ${HIDDEN}\nTerminal=false\n`;
}
