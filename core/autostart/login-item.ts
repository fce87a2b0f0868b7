import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from './boot-service.ts';
import type { SystemRun } from './system-run.ts';

/** The argument of a start that is not a person's: no window opens. */
export const HIDDEN = '--hidden';

/** Starting when a person logs on, as their own choice. */
export interface LoginItem {
  get(): Promise<boolean>;
  set(starts: boolean): Promise<void>;
}

/**
 * On Linux a file in `autostart` starts a program at the login (freedesktop.org's Autostart).
 * @param configFolder where the desktop keeps what is this person's: `~/.config`
 * @param program the app; of an AppImage its file, not where it is mounted
 * @param owner whose the file is when another user writes it
 */
export function autostartFile(configFolder: string, program: string, owner?: Owner): LoginItem {
  const folder = join(configFolder, 'autostart');
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
      if (owner !== undefined) for (const path of [folder, file]) await chown(path, owner.uid, owner.gid);
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

const RUN_KEY = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run';
/** As Electron names it: after the app's user model id. */
const RUN_VALUE = 'org.mailroom.app';

/** On Windows a value of the registry does, the one that the app itself sets. */
export function runValue(run: SystemRun, program: string): LoginItem {
  return {
    get: () =>
      run('reg', 'query', RUN_KEY, '/v', RUN_VALUE).then(
        () => true,
        () => false,
      ),
    async set(starts) {
      if (starts)
        await run('reg', 'add', RUN_KEY, '/v', RUN_VALUE, '/t', 'REG_SZ', '/d', `"${program}" ${HIDDEN}`, '/f');
      else if (await this.get()) await run('reg', 'delete', RUN_KEY, '/v', RUN_VALUE, '/f');
    },
  };
}
